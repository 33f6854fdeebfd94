/** A sweep on a terminal: the answers, the recommended point, its constraints, the front, what failed. */
import { formatValue, formatWithUnit } from '../../report/words/format.js';
import { metricTitle } from '../../report/reading/scoreboard.js';
import {
  judgedMetrics,
  metricNamed,
  placeOfPoint,
  pointMetric,
  readConstraints,
  recommendedPlace,
  variableText,
} from '../../report/reading/sweep.js';
import { describeSweep, recommendedMetrics, valueWithInterval } from '../../report/words/sweep.js';
import { clip } from '../../report/words/text-width.js';
import type { RunReport } from '../../report/types.js';
import { visibleLine } from '../../report/words/visible-text.js';
import type { SweepReport } from '../../core/sweep/types.js';
import { renderAnswers } from './answers.js';
import type { Colors, Style } from './style.js';
import { renderFoldedTable, wrapText, type Column } from './table.js';

/** Rows of the front, and failures, that are printed. */
const MOST_FRONT = 12;
const MOST_FAILURES = 5;
const NAME_CELLS = 30;

/** Sections of a sweep; every one a list of lines. */
export function sweepSections(
  report: RunReport,
  sweep: SweepReport,
  style: Style,
  colors: Colors,
): readonly (readonly string[])[] {
  return [
    renderAnswers(describeSweep(report, sweep), style, colors),
    recommendedSection(report, sweep, style, colors),
    constraintSection(report, sweep, style, colors),
    frontSection(report, sweep, style, colors),
    failureSection(sweep, style, colors),
  ];
}

function recommendedSection(report: RunReport, sweep: SweepReport, style: Style, colors: Colors): readonly string[] {
  const rows = recommendedMetrics(report, sweep).map(({ metric, value, interval, baseline, whereChosen }) => [
    `${short(metricTitle(report, metric))} ${metric.higherIsBetter ? '↑' : '↓'}`,
    valueWithInterval(value, interval, metric.unit),
    formatWithUnit(baseline, metric.unit),
    formatWithUnit(whereChosen, metric.unit),
  ]);
  const columns = [left('metric'), right('reporting half'), right(short(sweep.baseline)), right('choosing half')];
  return rows.length === 0
    ? []
    : [colors.bold('The recommended point'), ...renderFoldedTable(columns, rows, style.width)];
}

function constraintSection(report: RunReport, sweep: SweepReport, style: Style, colors: Colors): readonly string[] {
  const place = recommendedPlace(sweep);
  const readings = place === undefined ? [] : readConstraints(sweep, place, 'report');
  const rows = readings.map(({ constraint, bound, value, isMet }) => {
    const unit = metricNamed(report, constraint.metric)?.unit ?? 'number';
    const verdict = isMet ? colors.green('✔ met') : colors.red('✖ not met');
    return [clip(visibleLine(constraint.text), 48), formatValue(bound, unit), formatValue(value, unit), verdict];
  });
  const columns = [left('constraint, on the reporting half'), right('bound'), right('value'), left('')];
  return rows.length === 0 ? [] : renderFoldedTable(columns, rows, style.width);
}

function frontSection(report: RunReport, sweep: SweepReport, style: Style, colors: Colors): readonly string[] {
  const { pareto, recommended } = sweep.choice;
  const metrics = judgedMetrics(sweep);
  const rows = pareto.slice(0, MOST_FRONT).flatMap((index) => {
    const place = placeOfPoint(sweep, index);
    return place === undefined
      ? []
      : [
          [
            `${String(index)}${index === recommended ? ' *' : ''}`,
            ...sweep.plan.variables.map(({ name }) => variableText(sweep, name, place)),
            ...metrics.map((metric) =>
              formatValue(
                pointMetric(sweep, place, metric, 'report').value,
                metricNamed(report, metric)?.unit ?? 'number',
              ),
            ),
          ],
        ];
  });
  const columns = [
    left('point'),
    ...sweep.plan.variables.map(({ name }) => right(short(name))),
    ...metrics.map((metric) => right(short(metric))),
  ];
  const more = pareto.length > MOST_FRONT ? `, the first ${String(MOST_FRONT)} of ${String(pareto.length)}` : '';
  return rows.length === 0
    ? []
    : [
        colors.bold(`Pareto front, values on the reporting half (* recommended${more})`),
        ...renderFoldedTable(columns, rows, style.width),
      ];
}

function failureSection({ failures, counts }: SweepReport, style: Style, colors: Colors): readonly string[] {
  const shown = failures.slice(0, MOST_FAILURES);
  const lines = shown.flatMap(({ index, code, message }) =>
    wrapText(`failed: point ${String(index)}: ${visibleLine(code)} ${visibleLine(message)}`, style.width),
  );
  return [
    ...lines.map((line) => colors.yellow(line)),
    ...(counts.failed > shown.length && shown.length > 0 ? [`… and ${String(counts.failed - shown.length)} more`] : []),
  ];
}

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

function short(text: string): string {
  return clip(visibleLine(text), NAME_CELLS);
}
