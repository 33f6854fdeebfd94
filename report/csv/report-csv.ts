/** A report as CSV (RFC 4180), numbers in full precision: a row per step and metric, or per point of a sweep. */
import { metricKey, readMetric } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { csvTable } from './csv-table.js';
import { pointsCsv } from './points-csv.js';

/** All metrics of all steps; of a sweep all points. Empty cells: there is no such number. Lines end in CR LF. */
export function renderCsv(report: RunReport): string {
  return report.specKind === 'sweep' ? pointsCsv(report.sweep, report.partial !== undefined) : stepsCsv([report]);
}

/** A row per run, candidate and metric; of sweeps the reference candidates and the chosen points. */
export function stepsCsv(reports: readonly RunReport[]): string {
  const readings = reports.flatMap((report) =>
    report.steps.flatMap((step) =>
      report.metrics.flatMap((metric) => {
        const { value, ...reading } = readMetric(report, step, metric);
        return value === undefined ? [] : [{ ...reading, value, report }];
      }),
    ),
  );
  return csvTable(readings, [
    ['run', ({ report }) => report.run.name],
    ['step', ({ step }) => step.name],
    ['kind', ({ step }) => step.kind],
    ['expression', ({ step }) => step.expression],
    ['metric', ({ metric }) => metricKey(metric)],
    ['unit', ({ metric }) => metric.unit],
    ['higher_is_better', ({ metric }) => metric.higherIsBetter],
    ['value', ({ value }) => value.value],
    ['stderr', ({ value }) => value.stderr],
    ['n', ({ value }) => value.n],
    ['low_95', ({ interval }) => interval?.low],
    ['high_95', ({ interval }) => interval?.high],
    ['baseline', ({ report }) => report.baseline],
    ['difference', ({ difference }) => difference?.difference],
    ['difference_low_95', ({ difference }) => difference?.low],
    ['difference_high_95', ({ difference }) => difference?.high],
    ['test', ({ difference }) => difference?.test],
    ['p', ({ difference }) => difference?.pValue],
    ['p_adjusted', ({ difference }) => difference?.pAdjusted],
    ['verdict', ({ verdict }) => verdict],
    ['step_digest', ({ step }) => step.digest],
    ['partial', ({ report }) => report.partial !== undefined],
  ]);
}
