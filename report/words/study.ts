/** Does the order matter, how much, and is it more than noise? In words that follow from the numbers and claim no more. */
import type { OrderGap, StudyOperator, StudyReport } from '../../core/study/types.js';
import { count, formatDifference, formatInterval, formatNumber, formatValue, listWords } from './format.js';
import { omnibusP } from './p-values.js';
import { mainMetrics, metricKey, metricTitle, SIGNIFICANCE, type ReportedMetric } from '../reading/scoreboard.js';
import {
  armLabel,
  groupLabel,
  isClear,
  largestPairs,
  orderLabel,
  pairsOf,
  representatives,
  totalPart,
} from '../reading/study.js';
import type { RunReport } from '../types.js';

/** A coefficient that differs by no more than this between folds differs by rounding only. */
const ROUNDING = 1e-9;

/** A question and its answer. */
export interface Answer {
  readonly question: string;
  /** One sentence or a few; more than one entry: a list. */
  readonly answer: readonly string[];
}

/** The answers that open a study's report. */
export function describeStudy(report: RunReport, study: StudyReport): readonly Answer[] {
  return [
    { question: 'Does the order matter?', answer: [inShort(report, study)] },
    { question: 'How far apart are the orders in weights?', answer: weightGap(study) },
    { question: 'How much does that change what is measured?', answer: measuredEffect(report, study) },
    { question: 'Is it more than noise?', answer: [noise(report, study)] },
    { question: 'Does the weight-space gap predict the measured one?', answer: [prediction(report, study)] },
    { question: 'And the control?', answer: [directControl(study)] },
  ];
}

/** The verdict in one or two sentences. */
export function inShort(report: RunReport, study: StudyReport): string {
  const { plan, gap, effects } = study;
  if (gap.gaps.length === 0) {
    return 'Not by construction: none of the operators depends on the order.';
  }
  const largest = Math.max(...gap.gaps.map((one) => totalPart(one)?.maxRelative ?? 0));
  if (largest === 0) {
    return `No: the ${count(plan.orders.length, 'order')} give the same weights.`;
  }
  const weights = `In weights yes, by up to ${formatValue(largest, 'share')} % of ‖Δ‖.`;
  if (effects.pairs.length === 0) {
    return `${weights} Whether that changes what the model does was not measured: no two orders were evaluated.`;
  }
  const found = plan.operators.flatMap((operator) => {
    const titles = significantMetrics(report, study, operator).map((metric) => metricTitle(report, metric));
    return titles.length === 0 ? [] : [`${listWords(titles)} (${operator})`];
  });
  return found.length > 0
    ? `${weights} In what is measured as well: orders differ by more than noise on ${found.join('; on ')}.`
    : `${weights} In what is measured, no difference between orders is more than noise. That does not prove that there is none.`;
}

/** Main metrics with an omnibus test of the operator below 0.05 after Holm. */
function significantMetrics(
  report: RunReport,
  { effects }: StudyReport,
  operator: StudyOperator,
): readonly ReportedMetric[] {
  return mainMetrics(report).filter((metric) =>
    effects.omnibus.some(
      (test) =>
        test.operator === operator &&
        test.metric === metricKey(metric) &&
        test.pAdjusted !== null &&
        test.pAdjusted < SIGNIFICANCE,
    ),
  );
}

function weightGap({ plan, gap: { gaps } }: StudyReport): readonly string[] {
  if (gaps.length === 0) {
    return ['No operator of this study depends on the order.'];
  }
  return gaps.map((gap) => gapSentence(plan, gap));
}

function gapSentence(plan: StudyReport['plan'], gap: OrderGap): string {
  const total = totalPart(gap);
  const group = groupLabel(plan, gap);
  if (total === undefined) {
    return `${group}: not computed.`;
  }
  const [first, second] = total.maxPair;
  const stands = representatives(gap);
  const grouped =
    plan.distinct !== null && stands < plan.orders.length
      ? ` Within ${formatValue(plan.distinct, 'share')} % orders count as one: ${stands} of ${plan.orders.length} stand for all.`
      : '';
  return (
    `${group}: ${formatValue(total.meanRelative, 'share')} % of ‖Δ‖ on average, at most ${formatValue(total.maxRelative, 'share')} %` +
    ` (${orderLabel(plan, first)} against ${orderLabel(plan, second)}).${grouped}`
  );
}

function measuredEffect(report: RunReport, study: StudyReport): readonly string[] {
  const measured = mainMetrics(report).map((metric) => ({ metric, pairs: largestPairs(study, metricKey(metric)) }));
  const sentences = measured.flatMap(({ metric, pairs: [largest] }) => {
    if (largest === undefined) {
      return [];
    }
    const { pair, comparison } = largest;
    const points = metric.unit === 'share' ? ' points' : '';
    return [
      `${metricTitle(report, metric)}: largest difference ${formatDifference(comparison.difference, metric.unit)}${points} ` +
        `${formatInterval(comparison.low, comparison.high, metric.unit)}, ${armLabel(study.plan, pair.first)} → ` +
        `${armLabel(study.plan, pair.second)} (${groupLabel(study.plan, pair)})${isClear(comparison, metric) ? '' : ', not clear'}.`,
    ];
  });
  if (sentences.length === 0) {
    return ['Nothing was measured: no two orders were evaluated, so this report covers weights only.'];
  }
  const compared = Math.max(...measured.map(({ pairs }) => pairs.length));
  const picked = `Each interval is that of its pair alone. The largest of ${compared} differences is picked because it is large, so it overstates the truth; the tests below allow for that.`;
  return compared > 1 ? [...sentences, picked] : sentences;
}

function noise(report: RunReport, study: StudyReport): string {
  const { effects, plan } = study;
  const main = new Set(mainMetrics(report).map(metricKey));
  const tests = effects.omnibus.filter(({ metric, pAdjusted }) => main.has(metric) && pAdjusted !== null);
  const [first] = tests;
  if (first === undefined) {
    return 'There was nothing to test.';
  }
  const found = tests.filter(({ pAdjusted }) => (pAdjusted ?? 1) < SIGNIFICANCE);
  const title = (key: string): string => {
    const metric = report.metrics.find((candidate) => metricKey(candidate) === key);
    return metric === undefined ? key : metricTitle(report, metric);
  };
  if (found.length > 0) {
    const words = found.map(
      (test) =>
        `${title(test.metric)} with ${groupLabel(plan, test)} (p after Holm ${omnibusP(test, effects.draws).adjusted})`,
    );
    return (
      `${found.length} of ${count(tests.length, 'omnibus test')} over all orders ${found.length === 1 ? 'is' : 'are'} below ${SIGNIFICANCE}: ${listWords(words)}. ` +
      `In pairs, ${clearPairs(report, study)}.`
    );
  }
  const smallest = tests.reduce((a, b) => ((b.pAdjusted ?? 1) < (a.pAdjusted ?? 1) ? b : a), first);
  const room = mainMetrics(report).flatMap((metric) => {
    const ends = pairsOf(study, metricKey(metric)).flatMap(({ comparison: { low, high } }) =>
      low === null || high === null ? [] : [Math.abs(low), Math.abs(high)],
    );
    const points = metric.unit === 'share' ? ' points' : '';
    return ends.length === 0
      ? []
      : [`${formatValue(Math.max(...ends), metric.unit)}${points} on ${metricTitle(report, metric)}`];
  });
  return (
    `None of ${count(tests.length, 'omnibus test')} over all orders is below ${SIGNIFICANCE} after Holm’s correction (smallest p ${omnibusP(smallest, effects.draws).adjusted}); in pairs, ${clearPairs(report, study)}.` +
    (room.length === 0 ? '' : ` The intervals still leave room for differences of up to ${listWords(room)}.`)
  );
}

function clearPairs(report: RunReport, study: StudyReport): string {
  const readings = mainMetrics(report).flatMap((metric) =>
    pairsOf(study, metricKey(metric)).map(({ comparison }) => isClear(comparison, metric)),
  );
  const clear = readings.filter(Boolean).length;
  return `${clear} of ${count(readings.length, 'comparison')} ${clear === 1 ? 'is' : 'are'} clear`;
}

function prediction(report: RunReport, { effects }: StudyReport): string {
  const main = new Set(mainMetrics(report).map(metricKey));
  const found = effects.predictions.flatMap(({ metric, spearman, pValue }) =>
    spearman === null || !main.has(metric) ? [] : [{ spearman, pValue }],
  );
  if (found.length === 0) {
    return 'That cannot be said: it takes at least three pairs of evaluated orders, and differences that vary.';
  }
  const sorted = found.map(({ spearman }) => spearman).sort((a, b) => a - b);
  const range = [sorted[0] ?? 0, sorted.at(-1) ?? 0].map(formatNumber);
  const tested = found.filter(({ pValue }) => pValue !== null);
  const below = tested.filter(({ pValue }) => (pValue ?? 1) < SIGNIFICANCE).length;
  return (
    `Spearman’s ρ of gap and |difference| over pairs of orders is ${range[0] === range[1] ? range[0] : `between ${range.join(' and ')}`} ` +
    `over ${count(found.length, 'metric and setting', 'metrics and settings')}; ` +
    (tested.length === 0
      ? 'there are too few orders to test that.'
      : `${below} of ${count(tested.length, 'Mantel test')} ${below === 1 ? 'is' : 'are'} below ${SIGNIFICANCE}, not corrected for their number: ` +
        `about ${Number((SIGNIFICANCE * tested.length).toFixed(1))} would be by chance.`)
  );
}

function directControl({ gap: { directFold } }: StudyReport): string {
  const { orders, maxDifference } = directFold;
  const folded = `folded unmerged in ${count(orders, 'order')}`;
  if (maxDifference > ROUNDING) {
    return `Direct subtraction ought to be the same in every order, but ${folded} its coefficients differ by up to ${formatNumber(maxDifference)}: distrust this study.`;
  }
  const rest =
    maxDifference === 0
      ? 'no coefficient differs at all'
      : `no coefficient differs by more than ${maxDifference.toExponential(0)}, which is rounding`;
  return `Direct subtraction is the same in every order: ${folded}, ${rest}.`;
}
