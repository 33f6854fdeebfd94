/** An order study on a terminal: the answers, the gaps in weights, the tests over all orders. */
import { formatP, formatValue } from '../../report/words/format.js';
import { mainMetrics, metricKey, metricTitle } from '../../report/reading/scoreboard.js';
import { groupLabel, orderLabel, totalPart } from '../../report/reading/study.js';
import { describeStudy } from '../../report/words/study.js';
import { clip } from '../../report/words/text-width.js';
import type { RunReport } from '../../report/types.js';
import { visibleLine } from '../../report/words/visible-text.js';
import type { StudyReport } from '../../core/study/types.js';
import { renderAnswers } from './answers.js';
import type { Colors, Style } from './style.js';
import { renderFoldedTable, type Column } from './table.js';

/** Longest order that is shown whole, in cells. */
const ORDER_CELLS = 34;

/** Sections of a study; every one a list of lines. */
export function studySections(
  report: RunReport,
  study: StudyReport,
  style: Style,
  colors: Colors,
): readonly (readonly string[])[] {
  return [
    renderAnswers(describeStudy(report, study), style, colors),
    gapSection(study, style, colors),
    omnibusSection(report, study, style, colors),
  ];
}

function gapSection({ plan, gap }: StudyReport, style: Style, colors: Colors): readonly string[] {
  const rows = gap.gaps.flatMap((one) => {
    const total = totalPart(one);
    return total === undefined
      ? []
      : [
          [
            short(groupLabel(plan, one)),
            formatValue(total.meanRelative, 'share'),
            formatValue(total.maxRelative, 'share'),
            `${short(orderLabel(plan, total.maxPair[0]))} → ${short(orderLabel(plan, total.maxPair[1]))}`,
          ],
        ];
  });
  return table(
    'Order gap in weights (% of ‖Δ‖)',
    [left('operator'), right('mean'), right('largest'), left('furthest apart')],
    rows,
    style,
    colors,
  );
}

function omnibusSection(
  report: RunReport,
  { effects, plan }: StudyReport,
  style: Style,
  colors: Colors,
): readonly string[] {
  const rows = mainMetrics(report).flatMap((metric) =>
    effects.omnibus
      .filter((test) => test.metric === metricKey(metric))
      .map((test) => [
        short(metricTitle(report, metric)),
        short(groupLabel(plan, test)),
        String(test.arms.length),
        formatP(test.pValue),
        formatP(test.pAdjusted),
      ]),
  );
  return table(
    'Does any order differ? Omnibus tests',
    [left('metric'), left('operator'), right('orders'), right('p'), right('p, Holm')],
    rows,
    style,
    colors,
  );
}

function table(
  title: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: Style,
  colors: Colors,
): readonly string[] {
  return rows.length === 0 ? [] : [colors.bold(title), ...renderFoldedTable(columns, rows, style.width)];
}

const left = (title: string): Column => ({ title, align: 'left' });
const right = (title: string): Column => ({ title, align: 'right' });

function short(text: string): string {
  return clip(visibleLine(text), ORDER_CELLS);
}
