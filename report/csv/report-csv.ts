/** A report as CSV (RFC 4180), numbers in full precision: a row per step and metric, or per point of a sweep. */
import { csvTable, type CsvValue } from './csv-table.js';
import { pointsCsv } from './points-csv.js';
import { metricKey, readMetric } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';

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

/** All metrics of all steps; of a sweep all points. Empty cells: there is no such number. Lines end in CR LF. */
export function renderCsv(report: RunReport): string {
  return report.sweep === undefined ? stepsCsv(report) : pointsCsv(report.sweep);
}

function stepsCsv(report: RunReport): string {
  const rows = report.steps.flatMap((step) =>
    report.metrics.flatMap((metric) => {
      const { value, interval, difference, verdict } = readMetric(report, step, metric);
      if (value === undefined) {
        return [];
      }
      const row: Readonly<Record<(typeof COLUMNS)[number], CsvValue>> = {
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
      return [COLUMNS.map((column) => row[column])];
    }),
  );
  return csvTable(COLUMNS, rows);
}
