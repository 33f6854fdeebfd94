/** The document and its three forms: what one form says, the others say too, unless it is marked as one form's own. */
import { describe, expect, it } from 'vitest';
import { column, numberColumn, table, tableFor } from '../../../report/document/table.js';
import { FORMS, marked, only, write, type Words } from '../../../report/document/words.js';
import { REPORT_FORMATS } from '../../../report/formats.js';
import { renderReport } from '../../../report/html/page.js';
import { renderMarkdown } from '../../../report/markdown/markdown.js';
import { judge, metricKey, requestedPairs, VERDICTS } from '../../../report/reading/scoreboard.js';
import { renderResults } from '../../../report/terminal/results.js';
import type { RunReport } from '../../../report/types.js';
import { formatDifference, formatInterval, formatP, formatValue } from '../../../report/words/format.js';
import { collectWarnings } from '../../../report/words/warnings.js';
import { sampleReport } from '../../support/sample-report.js';
import { sampleStudy } from '../../support/sample-study.js';
import { sampleSweep } from '../../support/sample-sweep.js';
import { readMarkup } from '../../support/well-formed.js';

const SAMPLES = { recipe: sampleReport(), study: sampleStudy(), sweep: sampleSweep() };

/** Fields that reports of older runs do not have. */
const LATER = new Set(['prompts', 'halvedBatches', 'evaluatedOn', 'flips', 'higher']);

/** The text of a report in every form, on one line and without what Markdown escapes. */
const formsOf = (report: RunReport): readonly string[] => {
  const page = readMarkup(renderReport(report))
    .texts.filter(({ parent }) => parent !== 'template' && parent !== 'script' && parent !== 'style')
    .map(({ text }) => text)
    .join('');
  const terminal = renderResults(report, { color: false, width: 10_000 });
  return [page, renderMarkdown(report).replace(/\\(.)/g, '$1').replaceAll('&lt;', '<'), terminal].map((text) =>
    text.replace(/\s+/g, ' '),
  );
};

describe('the forms of a report', () => {
  it.each(Object.entries(SAMPLES))('all have the values, differences and verdicts of a %s', (_, report) => {
    for (const text of formsOf(report)) {
      for (const { unit, label, name } of report.metrics) {
        for (const step of report.steps) {
          const value = step.evaluations.find((evaluation) => evaluation.label === label)?.metrics[name]?.value;
          expect(text).toContain(formatValue(value, unit));
        }
      }
      for (const comparison of requestedPairs(report).flatMap(({ metrics }) => metrics)) {
        const metric = report.metrics.find((candidate) => metricKey(candidate) === comparison.metric);
        if (metric === undefined) {
          throw new Error('a sample compares metrics that it defines');
        }
        const { difference, low, high, pAdjusted } = comparison;
        expect(text).toContain(formatDifference(difference, metric.unit));
        expect(text).toContain(formatInterval(low, high, metric.unit));
        expect(text).toContain(formatP(pAdjusted));
        expect(text).toContain(VERDICTS[judge(comparison, metric)].sign);
      }
      for (const warning of collectWarnings(report)) {
        expect(text).toContain(warning);
      }
    }
  });

  it('open a study and a sweep with the same sentence', () => {
    for (const text of formsOf(SAMPLES.study)) {
      expect(text).toMatch(/Does the order matter\?(?:\*\*)? ?.*?In weights yes, by up to 14\.9 % of ‖Δ‖\./);
    }
    for (const text of formsOf(SAMPLES.sweep)) {
      expect(text).toContain('a = 1.6, b = 1, c = 3.2 (point 27): TruthfulQA mc2 85.5 % [78.6, 92.3]');
    }
  });

  it.each(Object.entries(SAMPLES))('write a %s of 0.1.0, which lacks what was added later', (_, report) => {
    const old = JSON.parse(
      JSON.stringify(report, (key, value: unknown) => (LATER.has(key) ? undefined : value)),
    ) as RunReport;
    for (const { render } of Object.values(REPORT_FORMATS)) {
      expect(render(old)).not.toMatch(/\bundefined\b|\bNaN\b/);
    }
    expect(renderResults(old, { color: false, width: 80 })).not.toMatch(/\bundefined\b|\bNaN\b/);
  });
});

describe('a table', () => {
  const cells = table(
    [1, 2, 3],
    [column('n', String), numberColumn('square', (n) => String(n * n), { forms: ['page'] })],
    { isAside: (n) => n === 2, most: { terminal: 1 }, noun: 'numbers' },
  );

  it('has the columns and rows of a form, and says how many it leaves out', () => {
    if (cells === false) {
      throw new Error('it has rows');
    }
    const plain = (words: Words): string => (typeof words === 'string' ? words : '');
    const seen = FORMS.map((form) => {
      const { columns, rows, left } = tableFor(form, cells);
      return [columns.length, rows.map((row) => row.cells.map(({ words }) => plain(words)).join(' ')), left];
    });
    expect(seen).toEqual([
      [2, ['1 1', '2 4', '3 9'], ''],
      [1, ['1', '3'], ''],
      [1, ['1'], 'the first 1 of 2 numbers'],
    ]);
  });

  it('is left out without rows', () => {
    expect(table<number>([], [column('n', String)])).toBe(false);
  });
});

describe('words', () => {
  it('are written by every form in its own way, with what is its own', () => {
    const words: Words = ['a ', marked('strong', 'b'), only(['page', 'terminal'], [' c', marked('code', 'd')])];
    const written = FORMS.map((form) =>
      write<string>(words, {
        form,
        text: (text) => text.toUpperCase(),
        mark: ({ mark }, inner) => `<${mark} ${inner}>`,
        lineBreak: '/',
        join: (parts) => parts.join(''),
      }),
    );
    expect(written).toEqual(['A <strong B> C<code D>', 'A <strong B>', 'A <strong B> C<code D>']);
  });
});
