/** What every kind of figure must keep to. A new one is tested by being in the registry; it must draw something for one of these reports. */
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readPdfFonts } from '../../../app/runs/pdf-fonts.js';
import { FIGURES, figuresOf, type FigureGroup, type PlacedFigure } from '../../../report/figures/figures.js';
import { inlineSvg, standaloneSvg, type Figure } from '../../../report/figures/kit/figure.js';
import { figurePdf } from '../../../report/pdf/figure-pdf.js';
import { renderReport } from '../../../report/html/page.js';
import type { RunReport } from '../../../report/types.js';
import { hostileReport } from '../../support/hostile-report.js';
import { sampleReport } from '../../support/sample-report.js';
import { sampleStudy } from '../../support/sample-study.js';
import { sampleSweep } from '../../support/sample-sweep.js';
import { readMarkup } from '../../support/well-formed.js';

const REPORTS: readonly RunReport[] = [
  sampleReport(),
  sampleStudy(),
  sampleSweep(),
  sampleSweep({ search: 'sobol', points: 300 }),
];
const HOSTILE = '</svg><script>alert(1)</script>"\'&\u202e';

/** Every number that is no count or index changed: all that is measured, and their ratios. */
const changed = (report: RunReport): RunReport => {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'number') {
      return Number.isInteger(value) ? value : Math.sign(value) * Math.abs(value) ** 1.1;
    }
    if (Array.isArray(value)) {
      return value.map(walk);
    }
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]))
      : value;
  };
  return walk(report) as RunReport; // the mapping keeps the shape
};

const FIGURES_OF = REPORTS.map(figuresOf);
const OTHERS = REPORTS.map((report) => figuresOf(changed(report)));
const SOILED = REPORTS.map((report) => figuresOf(hostileReport(HOSTILE, report)));
const PAGE_IDS = REPORTS.map((report) =>
  readMarkup(renderReport(report)).tags.flatMap(({ attributes }) => attributes.get('id') ?? []),
);

const drawnIn = (figures: readonly (readonly PlacedFigure[])[], group: FigureGroup): readonly PlacedFigure[] =>
  figures.flat().filter((figure) => figure.group === group);

const cellsOf = (csv: string): readonly (readonly string[])[] =>
  csv
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    );

const fonts = await readPdfFonts();

/** What a PDF draws: its streams that are compressed texts. */
const pageContent = (bytes: Uint8Array): string => {
  const source = Buffer.from(bytes);
  const begin = source.indexOf('stream\n') + 'stream\n'.length;
  return inflateSync(source.subarray(begin, source.indexOf('\nendstream', begin))).toString('latin1');
};

describe.each(FIGURES.map(({ group }) => ({ group })))('a figure of the group $group', ({ group }) => {
  const figures = drawnIn(FIGURES_OF, group);

  it('is drawn for a sample report, under an id that can name a file', () => {
    expect(figures, 'no sample report has numbers for it: add some to test/support/sample-….ts').not.toEqual([]);
    for (const { id } of figures) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    }
  });

  it('is a complete SVG, with a visible title, a description and plain dark colours on white', () => {
    for (const figure of figures) {
      const source = standaloneSvg(figure);
      const { tags, texts } = readMarkup(source);
      expect(tags[0]?.attributes.get('xmlns')).toBe('http://www.w3.org/2000/svg');
      expect(texts.find(({ parent }) => parent === 'title')?.text).toBe(figure.title);
      expect(texts.find(({ parent }) => parent === 'desc')?.text).toContain(figure.drawing.label);
      const written = texts.filter(({ parent }) => parent === 'text').map(({ text }) => text);
      expect(written.join(' ')).toContain(figure.title);
      expect(source).toContain('.figure .paper{fill:#ffffff}');
      expect(source).not.toContain('prefers-color-scheme');
      // programs that know no custom properties would draw everything black
      expect(source).not.toMatch(/var\(|NaN|undefined|Infinity/);
    }
  });

  it('is one page of PDF of the same size and with the same texts, whatever names say', async () => {
    for (const figure of [...figures, ...drawnIn(SOILED, group)]) {
      const bytes = await figurePdf(figure, fonts);
      const source = Buffer.from(bytes).toString('latin1');
      expect(source).toMatch(/^%PDF-1\./);
      expect(source.match(/\/Type \/Page\b/g)).toHaveLength(1);
      const { tags, texts } = readMarkup(standaloneSvg(figure));
      const [width, height] = ['width', 'height'].map((name) =>
        Number((0.75 * Number(tags[0]?.attributes.get(name))).toFixed(6)),
      );
      expect(source).toContain(`/MediaBox [0 0 ${String(width)} ${String(height)}]`);
      // text on a ground of its own is shown twice
      const shown = texts.filter(({ parent, text }) => parent === 'text' && text.trim() !== '').length;
      const haloed = tags.filter(
        ({ name, attributes }) => name === 'text' && attributes.get('class')?.split(' ').includes('halo') === true,
      ).length;
      expect(pageContent(bytes).match(/\bTJ\b/g)).toHaveLength(shown + haloed);
    }
    const [first] = figures;
    expect(first && (await figurePdf(first, fonts))).toEqual(first && (await figurePdf(first, fonts)));
  });

  it('tells a reader who does not see it what it shows, with numbers', () => {
    for (const { title, drawing } of figures) {
      expect(title).not.toBe('');
      expect(readMarkup(inlineSvg(drawing).markup).tags[0]?.attributes.get('aria-label')).toBe(drawing.label);
      expect(drawing.label).toMatch(/\d/);
    }
  });

  it('stays within its drawing', () => {
    for (const { drawing } of figures) {
      for (const { attributes } of readMarkup(`<g>${drawing.body.markup}</g>`).tags) {
        const at = /^translate\((\S+) (\S+)\)/.exec(attributes.get('transform') ?? '');
        const x = Number(at?.[1] ?? attributes.get('x') ?? 0);
        const y = Number(at?.[2] ?? attributes.get('y') ?? 0);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(drawing.width);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(drawing.height);
      }
    }
  });

  it('has the same parts whatever names say, and a CSV that no spreadsheet runs', () => {
    const shape = (some: readonly Figure[]): readonly string[] =>
      // a long title takes more lines
      some.flatMap((figure) =>
        readMarkup(standaloneSvg(figure)).tags.flatMap(({ name, attributes }) =>
          attributes.get('class') === 'name' ? [] : [name],
        ),
      );
    const hostile = drawnIn(SOILED, group);
    expect(shape(hostile)).toEqual(shape(figures));
    for (const { id, csv } of hostile) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(csv).not.toMatch(/(^|,)[=+@]/m);
    }
  });

  it('has a CSV of named columns with numbers in every row', () => {
    for (const { csv } of figures) {
      const [header = [], ...rows] = cellsOf(csv);
      expect(new Set(header).size).toBe(header.length);
      expect(header).not.toContain('');
      expect(rows).not.toEqual([]);
      for (const row of rows) {
        expect(row).toHaveLength(header.length);
        expect(row.some((cell) => cell !== '' && Number.isFinite(Number(cell)))).toBe(true);
      }
    }
  });

  it('has in its CSV what it draws: other numbers change both', () => {
    const others = drawnIn(OTHERS, group);
    expect(others).toHaveLength(figures.length);
    for (const [place, { csv, drawing }] of figures.entries()) {
      expect(others[place]?.csv).not.toBe(csv);
      expect(others[place]?.drawing.body.markup).not.toBe(drawing.body.markup);
    }
  });

  it('has a place in the page', () => {
    FIGURES_OF.forEach((own, place) => {
      for (const { id } of drawnIn([own], group)) {
        const advice = `no part of the page has the group ${group}: report/document/ says where its figures are`;
        expect(PAGE_IDS[place], advice).toContain(id);
      }
    });
  });
});

describe('figuresOf', () => {
  it('gives every figure of a report an id of its own, also where names say the same', () => {
    for (const report of [...REPORTS, ...REPORTS.map((one) => hostileReport('-', one))]) {
      const ids = figuresOf(report).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});
