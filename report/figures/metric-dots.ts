/** Dots and whiskers of one metric: a row per candidate, 95 % intervals, reference lines for baseline and base. */
import { csvTable } from '../csv/csv-table.js';
import { drawDots, MOST_ROWS } from './dots-svg.js';
import { metricKey, metricTitle, readMetric, type ReportedMetric } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { idPart, type Figure } from './figure.js';

/** The figure of one metric, or undefined when no candidate has a value. */
export function metricDots(report: RunReport, metric: ReportedMetric): Figure | undefined {
  const readings = report.steps.map((step) => readMetric(report, step, metric));
  const drawing = drawDots(report, metric);
  if (drawing === undefined) {
    return undefined;
  }
  const left = readings.length - MOST_ROWS;
  return {
    id: `metric-${idPart(metricKey(metric))}`,
    title: metricTitle(report, metric),
    caption:
      (metric.higherIsBetter ? '↑ higher is better' : '↓ lower is better') +
      (left > 0 ? `; the first ${MOST_ROWS} candidates, ${left} more are in the table` : ''),
    note: `Whiskers: 95 % intervals over examples. Dashed line: ${report.baseline}. Dotted line: base model.`,
    drawing,
    csv: csvTable(
      ['candidate', 'value', 'stderr', 'n', 'low_95', 'high_95', 'verdict'],
      readings.map(({ step, value, interval, verdict }) => [
        step.name,
        value?.value,
        value?.stderr,
        value?.n,
        interval?.low,
        interval?.high,
        verdict,
      ]),
    ),
  };
}
