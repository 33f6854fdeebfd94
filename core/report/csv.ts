/** A report as CSV (RFC 4180): a row per step and metric, numbers in full precision. */
import { metricKey, readMetric } from './scoreboard.js';
import type { RunReport } from './types.js';

const COLUMNS = [
  'run',
  'step',
  'kind',
  'expression',
  'metric',
  'unit',
  'higher_is_better',
  'value',
  'stderr',
  'n',
  'low_95',
  'high_95',
  'baseline',
  'difference',
  'difference_low_95',
  'difference_high_95',
  'test',
  'p',
  'p_holm',
  'verdict',
  'step_digest',
] as const;

/** First characters that a spreadsheet would take for a formula in a text cell. */
const FORMULA = /^[=+\-@\t\r]/;

/** All metrics of all steps. Empty cells: there is no such number. Lines end in CR LF. */
export function renderCsv(report: RunReport): string {
  const rows = report.steps.flatMap((step) =>
    report.metrics.flatMap((metric) => {
      const { value, interval, difference, verdict } = readMetric(report, step, metric);
      if (value === undefined) {
        return [];
      }
      const row: Readonly<Record<(typeof COLUMNS)[number], string | number | boolean | null | undefined>> = {
        run: report.run.name,
        step: step.name,
        kind: step.kind,
        expression: step.expression,
        metric: metricKey(metric),
        unit: metric.unit,
        higher_is_better: metric.higherIsBetter,
        value: value.value,
        stderr: value.stderr,
        n: value.n,
        low_95: interval?.low,
        high_95: interval?.high,
        baseline: report.baseline,
        difference: difference?.difference,
        difference_low_95: difference?.low,
        difference_high_95: difference?.high,
        test: difference?.test,
        p: difference?.pValue,
        p_holm: difference?.pAdjusted,
        verdict,
        step_digest: step.digest,
      };
      return [COLUMNS.map((column) => cell(row[column])).join(',')];
    }),
  );
  return [COLUMNS.join(','), ...rows].map((line) => `${line}\r\n`).join('');
}

function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (typeof value !== 'string') {
    return String(value);
  }
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
