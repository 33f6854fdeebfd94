/** Finished runs side by side: a row per candidate, a column per metric. */
import { mainMetrics, metricKey, readMetric, VERDICTS } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { formatWithUnit } from '../words/format.js';
import { visibleLine } from '../words/visible-text.js';
import type { Style } from './style.js';
import { renderFoldedTable } from './table.js';

/** All candidates of all runs; the sign beside a value is the verdict against the baseline of its run. */
export function renderAllRuns(reports: readonly RunReport[], { width }: Style): string {
  const keys = [...new Set(reports.flatMap((report) => mainMetrics(report).map(metricKey)))];
  const rows = reports.flatMap((report) =>
    report.steps.map((step) => [
      visibleLine(`${report.run.name} · ${step.name}`),
      (report.tags ?? []).map(visibleLine).join(' '),
      ...keys.map((key) => {
        const metric = report.metrics.find((one) => metricKey(one) === key);
        const reading = metric && readMetric(report, step, metric);
        return reading?.value === undefined
          ? ''
          : `${formatWithUnit(reading.value.value, reading.metric.unit)} ${VERDICTS[reading.verdict].sign}`.trim();
      }),
    ]),
  );
  const isTagged = rows.some(([, tags]) => tags !== '');
  const columns = [
    { title: 'run · candidate', align: 'left' as const },
    ...(isTagged ? [{ title: 'tags', align: 'left' as const }] : []),
    ...keys.map((title) => ({ title, align: 'right' as const })),
  ];
  const shown = rows.map(([name = '', tags = '', ...cells]) => [name, ...(isTagged ? [tags] : []), ...cells]);
  return renderFoldedTable(columns, shown, width).join('\n');
}
