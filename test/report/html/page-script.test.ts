import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figuresOf } from '../../../report/figures/figures.js';
import { renderReport } from '../../../report/html/page.js';
import { CHROMIUM, domOf } from '../../support/chromium.js';
import { sampleSweep } from '../../support/sample-sweep.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ominus-page-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(CHROMIUM === undefined)('the script of the page, in Chromium', () => {
  it('makes tables sortable, and gives tables and figures buttons that save them', async () => {
    const report = sampleSweep();
    const file = join(folder, 'report.html');
    await writeFile(file, renderReport(report));
    const dom = await domOf(pathToFileURL(file).href);
    expect(dom).toContain('aria-sort="none"');
    const buttons = [...dom.matchAll(/<button[^>]*>([^<]*)<\/button>/g)].map(([, text]) => text);
    expect(buttons.filter((text) => text === 'SVG')).toHaveLength(figuresOf(report).length);
    expect(buttons.filter((text) => text === 'CSV')).toHaveLength(figuresOf(report).length);
    expect(buttons.filter((text) => text === 'table as CSV')).toHaveLength([...dom.matchAll(/<table/g)].length);
  });
});
