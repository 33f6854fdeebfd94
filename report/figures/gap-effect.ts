/** Weight-space gap of every pair of orders against the size of its measured difference. */
import type { StudyReport } from '../../core/study/types.js';
import { csvTable } from '../csv/csv-table.js';
import { html } from '../html/html.js';
import { metricKey, metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import { armLabel, groupLabel, pairsOf, type PairReading } from '../reading/study.js';
import type { RunReport } from '../types.js';
import { count, formatNumber, formatP } from '../words/format.js';
import { clip } from '../words/text-width.js';
import { visibleLine } from '../words/visible-text.js';
import { idPart, type Figure } from './kit/figure.js';
import { markOf, seriesOf } from './kit/marks.js';
import { drawCloud, drawFrame, drawLegend, legendHeight, plotOf, WIDTH } from './kit/plot.js';
import { group, mark, type Place } from './kit/svg.js';

const BOTTOM = 230;
/** More pairs than this are one path per series, without titles. */
const MOST_TITLES = 600;

/** The figure of one metric, or undefined when no pair of orders was compared in it. */
export function gapEffect(report: RunReport, study: StudyReport, metric: ReportedMetric): Figure | undefined {
  const { plan } = study;
  const readings = pairsOf(study, metricKey(metric));
  if (readings.length === 0) {
    return undefined;
  }
  const size = ({ comparison }: PairReading): number => Math.abs(comparison.difference ?? 0);
  const isShare = metric.unit === 'share';
  const plot = plotOf(
    BOTTOM,
    { values: [0, ...readings.map(({ pair }) => pair.gap)], unit: 'share' },
    { values: [0, ...readings.map(size)], unit: isShare ? 'points' : 'number' },
  );
  const series = [...new Set(readings.map(({ pair }) => groupLabel(plan, pair)))].map((name) => ({
    name,
    own: readings.filter(({ pair }) => groupLabel(plan, pair) === name),
  }));
  const legend = series.map(({ name, own }) => `${name}: ${predictionWords(study, metric, own)}`);
  const title = metricTitle(report, metric);
  const at = (reading: PairReading): Place => plot.at(reading.pair.gap, size(reading));
  const pairTitle = ({ pair }: PairReading): string =>
    visibleLine(`${armLabel(plan, pair.first)} → ${armLabel(plan, pair.second)}`);
  return {
    id: `gap-effect-${idPart(metricKey(metric))}`,
    title: `${title}: weight-space gap and measured difference`,
    caption: '',
    note:
      'One mark per pair of orders: how far apart in weights, and how far apart in the metric. ρ: Spearman’s rank correlation; p: Mantel test, ' +
      'orders permuted, one-sided (larger gaps, larger differences). Pairs share orders, so they are fewer facts than marks.',
    drawing: {
      kind: 'gap-effect',
      width: WIDTH,
      height: plot.height + 4 + legendHeight(legend.length),
      label: `${title}, ${count(readings.length, 'pair')} of orders; ${legend.join('; ')}`,
      body: html`${drawFrame(plot, ['gap, % of ‖Δ‖', `${clip(title, 44)}, |difference|${isShare ? ' in points' : ''}`])}
      ${series.map(({ own }, place) =>
        readings.length > MOST_TITLES
          ? drawCloud(own.map(at), readings.length)
          : group(
              `series ${seriesOf(place)}`,
              own.map((reading) => mark(at(reading), markOf(place), pairTitle(reading))),
            ),
      )}
      ${drawLegend(legend, plot.height + 10, { hasLines: false, most: 58 })}`,
    },
    csv: csvTable(readings, [
      ['operator', ({ pair }) => pair.operator],
      ['setting', ({ pair }) => plan.settings[pair.setting]?.label],
      ['first', ({ pair }) => pair.first],
      ['second', ({ pair }) => pair.second],
      ['gap', ({ pair }) => pair.gap],
      ['absolute_difference', size],
      ['difference', ({ comparison }) => comparison.difference],
    ]),
  };
}

/** `ρ = 0.71, p = 0.030 (15 pairs)`, of the pairs of one operator and setting. */
function predictionWords({ effects }: StudyReport, metric: ReportedMetric, readings: readonly PairReading[]): string {
  const [first] = readings;
  const prediction = effects.predictions.find(
    (candidate) =>
      candidate.metric === metricKey(metric) &&
      candidate.operator === first?.pair.operator &&
      candidate.setting === first.pair.setting,
  );
  const pairs = `(${count(readings.length, 'pair')})`;
  if (prediction === undefined || prediction.spearman === null) {
    return `no ρ ${pairs}`;
  }
  const { spearman, pValue } = prediction;
  const p = formatP(pValue);
  return `ρ = ${formatNumber(spearman)}, ${pValue === null ? 'no test possible' : `p ${p.startsWith('<') ? '' : '= '}${p}`} ${pairs}`;
}
