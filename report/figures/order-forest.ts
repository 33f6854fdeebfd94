/** Paired differences between orders of one metric, with intervals: the largest first. */
import { csvTable } from '../csv/csv-table.js';
import { count, formatDifference, formatInterval, formatP } from '../words/format.js';
import { html, type Html } from '../html/html.js';
import { judge, metricKey, metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import { armLabel, groupLabel, largestPairs, type PairReading } from '../reading/study.js';
import { clip } from '../words/text-width.js';
import type { StudyPlan, StudyReport } from '../../core/study/types.js';
import type { RunReport } from '../types.js';
import { visibleLine } from '../words/visible-text.js';
import { axisOf, type Axis } from './axes.js';
import { idPart, px, type Figure } from './figure.js';

const WIDTH = 440;
const LEFT = 8;
const RIGHT = 318;
/** Where the differences end; right of it there is room for `< 0.0001`. */
const VALUES = 366;
const TOP = 26;
/** Two lines a row: which orders, then the whisker. */
const ROW = 38;
const BOTTOM = 40;
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
  const x = axisOf({
    values: [
      0,
      ...drawn.flatMap(({ comparison: { difference, low, high } }) =>
        [difference, low, high].filter((end) => end !== null),
      ),
    ],
    range: [LEFT, RIGHT],
    unit: 'number',
  });
  const percent = metric.unit === 'share';
  const title = metricTitle(report, metric);
  return {
    id: `orders-${idPart(metricKey(metric))}`,
    title: `${title}: differences between orders`,
    caption:
      readings.length > drawn.length
        ? `The ${drawn.length} largest of ${count(readings.length, 'pair')}, so what is drawn is the extreme and not the typical pair; the CSV has all.`
        : `All ${count(readings.length, 'pair')}, the largest difference first.`,
    note: 'Second order minus first, on the same examples, shares in points, with 95 % intervals; p after Holm over all pairs of the metric.',
    drawing: {
      kind: 'forest',
      width: WIDTH,
      height: bottom + BOTTOM,
      label: `${title}, ${count(drawn.length, 'pair')} of orders: ${drawn
        .slice(0, 6)
        .map(
          ({ pair, comparison }) =>
            `${armLabel(plan, pair.first)} to ${armLabel(plan, pair.second)} ${formatDifference(comparison.difference, metric.unit)}`,
        )
        .join('; ')}`,
      body: html`${drawScale(x, bottom, percent, metric)}
      ${drawn.map((reading, place) => drawRow(plan, reading, metric, x, TOP + ROW * place))}`,
    },
    csv: csvTable(
      [
        'operator',
        'setting',
        'first',
        'second',
        'gap',
        'difference',
        'low_95',
        'high_95',
        'test',
        'p',
        'p_holm',
        'effect_size',
        'n',
        'drawn',
      ],
      readings.map(({ pair, comparison }, place) => [
        pair.operator,
        plan.settings[pair.setting]?.label,
        pair.first,
        pair.second,
        pair.gap,
        comparison.difference,
        comparison.low,
        comparison.high,
        comparison.test,
        comparison.pValue,
        comparison.pAdjusted,
        comparison.effectSize,
        comparison.n,
        place < MOST_ROWS,
      ]),
    ),
  };
}

function drawScale(x: Axis, bottom: number, percent: boolean, metric: ReportedMetric): Html {
  return html`<g class="axis">
      ${x.ticks.map(
        ({ at, text }) =>
          html`<line x1="${px(x.place(at))}" x2="${px(x.place(at))}" y1="${TOP - 4}" y2="${bottom}" /><text
              x="${px(x.place(at))}"
              y="${bottom + 15}"
              text-anchor="middle"
              >${percent ? formatDifference(at, 'share').replace(/\.0$/, '') : text}</text
            >`,
      )}
      <text x="${LEFT}" y="12">${metric.higherIsBetter ? '← second is worse' : '← second is better'}</text>
      <text x="${RIGHT}" y="12" text-anchor="end"
        >${metric.higherIsBetter ? 'second is better →' : 'second is worse →'}</text
      >
      <text x="${WIDTH - 8}" y="12" text-anchor="end">p, Holm</text>
      <text x="${RIGHT}" y="${bottom + 32}" text-anchor="end">${percent ? 'difference in points' : 'difference'}</text>
    </g>
    <line class="zero" x1="${px(x.place(0))}" x2="${px(x.place(0))}" y1="${TOP - 4}" y2="${bottom}" />`;
}

function drawRow(
  plan: StudyPlan,
  { pair, comparison }: PairReading,
  metric: ReportedMetric,
  x: Axis,
  top: number,
): Html {
  const verdict = judge(comparison, metric);
  const label = visibleLine(
    `${armLabel(plan, pair.first)} → ${armLabel(plan, pair.second)} · ${groupLabel(plan, pair)}`,
  );
  const y = top + 26;
  const at = px(x.place(comparison.difference ?? 0));
  const { low, high } = comparison;
  return html`<g class="row ${verdict}">
    <text class="small halo" x="${LEFT}" y="${top + 12}">${clip(label, LABEL_CELLS)}<title>${label}</title></text>
    ${low !== null && high !== null && html`<path class="whisker" d="M${px(x.place(low))} ${y}H${px(x.place(high))}M${px(x.place(low))} ${y - 4}v8M${px(x.place(high))} ${y - 4}v8" />`}
    <path class="dot" transform="translate(${at} ${y})" d="M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z"
      ><title>
        ${label}: ${formatDifference(comparison.difference, metric.unit)} ${formatInterval(low, high, metric.unit)}
      </title></path
    >
    <text class="value" x="${VALUES}" y="${y + 4}" text-anchor="end"
      >${formatDifference(comparison.difference, metric.unit)}</text
    >
    <text class="value" x="${WIDTH - 8}" y="${y + 4}" text-anchor="end">${formatP(comparison.pAdjusted)}</text>
  </g>`;
}
