import { describe, expect, it } from 'vitest';
import { metricsCsv } from '../../report/csv/metrics-csv.js';
import { figuresOf } from '../../report/figures/figures.js';
import { renderReport } from '../../report/html/page.js';
import { resultsObject } from '../../report/json/results-object.js';
import { renderMarkdown } from '../../report/markdown/markdown.js';
import { renderResults } from '../../report/terminal/results.js';
import type { PartialFacts, RunReport } from '../../report/types.js';
import { sampleReport } from '../support/sample-report.js';
import { sampleStudy } from '../support/sample-study.js';
import { sampleSweep } from '../support/sample-sweep.js';

const PARTIAL: PartialFacts = {
  ...{ state: 'running', asOf: '2026-12-01T10:00:00Z', unit: 'points', done: 34, total: 81, failed: 7, rate: 0.125 },
  secondsLeft: 376,
  reasons: [{ what: 'point 3 (a = <b>)', code: 'OVERFLOW', message: 'too\u001b[2J large', hint: '', host: 'far' }],
};
const NOTE =
  'Partial results: the run is not finished; 34 of 81 points so far, 7 failures, 8 s a point, about 6 min 16 s left, as of 2026-12-01 10:00 UTC.';
const STYLE = { color: false, width: 2000 };

const partial = (report: RunReport): RunReport => ({ ...report, partial: PARTIAL });

describe.each([
  ['a recipe', sampleReport()],
  ['a study', sampleStudy()],
  ['a sweep', sampleSweep()],
])('partial results of %s', (_, report) => {
  it('are marked as such in every form, before all else', () => {
    const page = renderReport(partial(report));
    expect(page).toContain(`<title>${report.run.name} (partial) – ominus report</title>`);
    expect(page.indexOf(NOTE)).toBeGreaterThan(0);
    expect(page.indexOf(NOTE)).toBeLessThan(page.indexOf('<main>'));
    expect(page).not.toContain('Finished 2');
    expect(renderMarkdown(partial(report)).split('\n').slice(0, 5).join(' ')).toContain(NOTE);
    expect(renderResults(partial(report), STYLE).split('\n')[0]).toContain(NOTE);
    expect(resultsObject(partial(report)).partial).toEqual(PARTIAL);
    const [header = '', ...rows] = metricsCsv([partial(report)])
      .trim()
      .split('\r\n');
    expect(header.endsWith(',partial')).toBe(true);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.endsWith(',true'))).toBe(true);
    expect(figuresOf(partial(report)).every(({ title }) => title.endsWith(' (partial)'))).toBe(true);
  });

  it('say what failed, and escape it', () => {
    const page = renderReport(partial(report));
    expect(page).toContain('failed: point 3 (a = &lt;b&gt;) on far: OVERFLOW too');
    expect(renderResults(partial(report), STYLE)).toContain('failed: point 3 (a = <b>) on far: OVERFLOW too');
    expect(renderResults(partial(report), STYLE)).not.toContain('\u001b');
  });

  it('are no part of a report of a finished run', () => {
    expect(`${renderReport(report)}${renderMarkdown(report)}${renderResults(report, STYLE)}`).not.toContain(
      'artial re',
    );
    expect(resultsObject(report)).not.toHaveProperty('partial');
    expect(
      metricsCsv([report])
        .trim()
        .split('\r\n')
        .slice(1)
        .every((row) => row.endsWith(',false')),
    ).toBe(true);
  });
});

it('recommends no point of a sweep that has not finished', () => {
  const { sweep } = resultsObject(partial(sampleSweep()));
  expect(sweep?.recommended).toBeNull();
  expect(sweep?.bestSoFar).toEqual(resultsObject(sampleSweep()).sweep?.recommended);
  expect(renderResults(partial(sampleSweep()), STYLE)).toContain('Best so far: ');
  expect(renderResults(partial(sampleSweep()), STYLE)).not.toMatch(/\* recommended|The recommended point/);
});
