/** Weight-space gap of every pair of orders against the size of its measured difference. */
import type { StudyReport } from '../../core/study/types.js';
import { csvTable } from '../csv/csv-table.js';
import { count, formatNumber, formatP } from '../words/format.js';
import { html } from '../html/html.js';
import { metricKey, metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import { armLabel, groupLabel, pairsOf } from '../reading/study.js';
import { clip } from '../words/text-width.js';
import type { RunReport } from '../types.js';
import { visibleLine } from '../words/visible-text.js';
import { axisOf, drawCloud, drawFrame, type PlotBox } from './axes.js';
import { idPart, px, type Figure } from './figure.js';
import { markOf, SERIES, seriesOf } from './marks.js';

const WIDTH = 440;
const BOX: PlotBox = { left: 46, right: 420, top: 34, bottom: 230 };
const LEGEND_ROW = 17;
/** More pairs than this are one path per series, without titles. */
const MOST_TITLES = 600;

/** The figure of one metric, or undefined when no pair of orders was compared in it. */
export function gapEffect(report: RunReport, study: StudyReport, metric: ReportedMetric): Figure | undefined {
  const key = metricKey(metric);
  const { plan } = study;
  const readings = pairsOf(study, key);
  if (readings.length === 0) {
    return undefined;
  }
  const groups = [...new Set(readings.map(({ pair }) => groupLabel(plan, pair)))].map((label) => ({
    label,
    readings: readings.filter(({ pair }) => groupLabel(plan, pair) === label),
  }));
  const x = axisOf({
    values: [0, ...readings.map(({ pair }) => pair.gap)],
    range: [BOX.left, BOX.right],
    unit: 'share',
  });
  const y = axisOf({
    values: [0, ...readings.map(({ comparison }) => Math.abs(comparison.difference ?? 0))],
    range: [BOX.bottom, BOX.top],
    unit: metric.unit === 'share' ? 'points' : 'number',
  });
  const title = metricTitle(report, metric);
  const legend = groups.map(({ label, readings: own }) => {
    const first = own[0]?.pair;
    const prediction = study.effects.predictions.find(
      (candidate) =>
        candidate.metric === key && candidate.operator === first?.operator && candidate.setting === first.setting,
    );
    return `${label}: ${predictionWords(prediction, own.length)}`;
  });
  return {
    id: `gap-effect-${idPart(key)}`,
    title: `${title}: weight-space gap and measured difference`,
    caption: '',
    note:
      'One mark per pair of orders: how far apart in weights, and how far apart in the metric. ρ: Spearman’s rank correlation; p: Mantel test, ' +
      'orders permuted, one-sided (larger gaps, larger differences). Pairs share orders, so they are fewer facts than marks.',
    drawing: {
      kind: 'gap-effect',
      width: WIDTH,
      height: BOX.bottom + 44 + LEGEND_ROW * groups.length,
      label: `${title}, ${count(readings.length, 'pair')} of orders; ${legend.join('; ')}`,
      body: html`${drawFrame(BOX, { axis: x, name: 'gap, % of ‖Δ‖' }, { axis: y, name: `|difference|${metric.unit === 'share' ? ', points' : ''}` })}
      ${groups.map(({ readings: own }, place) => {
        const points = own.map(({ pair, comparison }) => ({
          at: [x.place(pair.gap), y.place(Math.abs(comparison.difference ?? 0))] as const,
          label: `${armLabel(plan, pair.first)} → ${armLabel(plan, pair.second)}`,
        }));
        return readings.length > MOST_TITLES
          ? drawCloud(
              points.map(({ at }) => at),
              readings.length,
            )
          : html`<g class="series ${seriesOf(place)}">
              ${points.map(
                ({ at, label }) =>
                  html`<path class="dot" transform="translate(${px(at[0])} ${px(at[1])})" d="${markOf(place)}"
                    ><title>${visibleLine(label)}</title></path
                  >`,
              )}
            </g>`;
      })}
      ${legend.map(
        (text, place) =>
          html`<g
            class="series ${seriesOf(place)}"
            transform="translate(46 ${px(BOX.bottom + 50 + LEGEND_ROW * place)})"
          >
            <path class="dot" d="${markOf(Math.min(place, SERIES - 1))}" /><text class="small" x="10" y="4"
              >${clip(visibleLine(text), 58)}</text
            >
          </g>`,
      )}`,
    },
    csv: csvTable(
      ['operator', 'setting', 'first', 'second', 'gap', 'absolute_difference', 'difference'],
      readings.map(({ pair, comparison }) => [
        pair.operator,
        plan.settings[pair.setting]?.label,
        pair.first,
        pair.second,
        pair.gap,
        Math.abs(comparison.difference ?? 0),
        comparison.difference,
      ]),
    ),
  };
}

/** `ρ = 0.71, p = 0.030 (15 pairs)`. */
function predictionWords(prediction: StudyReport['effects']['predictions'][number] | undefined, pairs: number): string {
  const many = `(${count(pairs, 'pair')})`;
  if (prediction === undefined || prediction.spearman === null) {
    return `no ρ ${many}`;
  }
  const p =
    prediction.pValue === null
      ? 'no test possible'
      : `p ${/^</.test(formatP(prediction.pValue)) ? '' : '= '}${formatP(prediction.pValue)}`;
  return `ρ = ${formatNumber(prediction.spearman)}, ${p} ${many}`;
}
