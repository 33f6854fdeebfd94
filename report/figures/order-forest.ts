/** Paired differences between orders of one metric, with intervals: the largest first. */
import type { StudyPlan, StudyReport } from '../../core/study/types.js';
import { csvTable } from '../csv/csv-table.js';
import { html, type Html } from '../html/html.js';
import { judge, metricKey, metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import { armLabel, groupLabel, largestPairs, type PairReading } from '../reading/study.js';
import type { RunReport } from '../types.js';
import { count, formatDifference, formatInterval } from '../words/format.js';
import { adjustedP } from '../words/p-values.js';
import { clip } from '../words/text-width.js';
import { visibleLine } from '../words/visible-text.js';
import { axisOf, type Axis } from './kit/axes.js';
import { idPart, type Figure } from './kit/figure.js';
import { CIRCLE } from './kit/marks.js';
import { WIDTH } from './kit/plot.js';
import { group, label, line, mark, whisker } from './kit/svg.js';

const [LEFT, RIGHT, TOP, BOTTOM] = [26, 318, 26, 40];
/** Where names of pairs begin. */
const NAMES = 8;
/** Where the differences end; right of it there is room for `< 0.0001`. */
const VALUES = 366;
const P_VALUES = WIDTH - 8;
/** Two lines a row: which orders, then the whisker. */
const ROW = 38;
/** Rows that are drawn; the CSV has all pairs. */
const MOST_ROWS = 40;
const LABEL_CELLS = 74;

/** The figure of one metric, or undefined when no pair of orders was compared in it. */
export function orderForest(report: RunReport, study: StudyReport, metric: ReportedMetric): Figure | undefined {
  const readings = largestPairs(study, metricKey(metric));
  const drawn = readings.slice(0, MOST_ROWS);
  if (drawn.length === 0) {
    return undefined;
  }
  const { plan } = study;
  const bottom = TOP + ROW * drawn.length;
  const ends = drawn.flatMap(({ comparison: { difference, low, high } }) => [difference, low, high]);
  const x = axisOf({ values: [0, ...ends.filter((end) => end !== null)], range: [LEFT, RIGHT], unit: 'number' });
  const title = metricTitle(report, metric);
  const pairs = count(readings.length, 'pair');
  const words = drawn.slice(0, 6).map(({ pair, comparison }) => {
    const orders = `${armLabel(plan, pair.first)} to ${armLabel(plan, pair.second)}`;
    return `${orders} ${formatDifference(comparison.difference, metric.unit)}`;
  });
  return {
    id: `orders-${idPart(metricKey(metric))}`,
    title: `${title}: differences between orders`,
    caption:
      readings.length > drawn.length
        ? `The ${drawn.length} largest of ${pairs}, so what is drawn is the extreme and not the typical pair; the CSV has all.`
        : `All ${pairs}, the largest difference first.`,
    note: 'Second order minus first, on the same examples, shares in points, with 95 % intervals; p adjusted over all pairs of the metric.',
    drawing: {
      kind: 'forest',
      width: WIDTH,
      height: bottom + BOTTOM,
      label: `${title}, ${count(drawn.length, 'pair')} of orders: ${words.join('; ')}`,
      body: html`${drawScale(x, bottom, metric)}
      ${drawn.map((reading, place) => drawRow(plan, reading, metric, { x, top: TOP + ROW * place }))}`,
    },
    csv: csvTable(
      readings.map((reading, place) => ({ ...reading, isDrawn: place < MOST_ROWS })),
      [
        ['operator', ({ pair }) => pair.operator],
        ['setting', ({ pair }) => plan.settings[pair.setting]?.label],
        ['first', ({ pair }) => pair.first],
        ['second', ({ pair }) => pair.second],
        ['gap', ({ pair }) => pair.gap],
        ['difference', ({ comparison }) => comparison.difference],
        ['low_95', ({ comparison }) => comparison.low],
        ['high_95', ({ comparison }) => comparison.high],
        ['test', ({ comparison }) => comparison.test],
        ['p', ({ comparison }) => comparison.pValue],
        ['p_adjusted', ({ comparison }) => comparison.pAdjusted],
        ['effect_size', ({ comparison }) => comparison.effectSize],
        ['n', ({ comparison }) => comparison.n],
        ['drawn', ({ isDrawn }) => isDrawn],
      ],
    ),
  };
}

function drawScale(x: Axis, bottom: number, { unit, higherIsBetter }: ReportedMetric): Html {
  const isShare = unit === 'share';
  const grid = x.ticks.map(({ at, text }) => {
    const words = isShare ? formatDifference(at, 'share').replace(/\.0$/, '') : text;
    return [
      line([x.place(at), TOP - 4], [x.place(at), bottom]),
      label(words, [x.place(at), bottom + 15], { anchor: 'middle' }),
    ];
  });
  return group(
    'axis',
    grid,
    label(higherIsBetter ? '← second is worse' : '← second is better', [NAMES, 12]),
    label(higherIsBetter ? 'second is better →' : 'second is worse →', [RIGHT, 12], { anchor: 'end' }),
    label('p, adjusted', [P_VALUES, 12], { anchor: 'end' }),
    label(isShare ? 'difference in points' : 'difference', [RIGHT, bottom + 32], { anchor: 'end' }),
  );
}

function drawRow(
  plan: StudyPlan,
  { pair, comparison }: PairReading,
  metric: ReportedMetric,
  { x, top }: { readonly x: Axis; readonly top: number },
): Html {
  const { difference, low, high } = comparison;
  const orders = `${armLabel(plan, pair.first)} → ${armLabel(plan, pair.second)}`;
  const name = visibleLine(`${orders} · ${groupLabel(plan, pair)}`);
  const value = formatDifference(difference, metric.unit);
  const y = top + 26;
  return group(
    `row ${judge(comparison, metric)}`,
    // zero is marked beside the whisker alone: through the names it would strike them out
    line([x.place(0), y - 9], [x.place(0), y + 9], 'zero'),
    label(clip(name, LABEL_CELLS), [NAMES, top + 12], { kind: 'small halo', title: name }),
    low !== null && high !== null && whisker(x.place(low), x.place(high), y),
    mark([x.place(difference ?? 0), y], CIRCLE, `${name}: ${value} ${formatInterval(low, high, metric.unit)}`),
    label(value, [VALUES, y + 4], { kind: 'value', anchor: 'end' }),
    label(adjustedP(comparison), [P_VALUES, y + 4], { kind: 'value', anchor: 'end' }),
  );
}
