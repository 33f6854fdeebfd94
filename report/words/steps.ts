/** What was forgotten and what was kept, in words that follow from the numbers and claim no more than they do. */
import {
  count,
  formatDifference,
  formatInterval,
  formatNumber,
  formatPercent,
  formatWithUnit,
  listWords,
} from './format.js';
import {
  baselinePairs,
  judge,
  mainMetrics,
  metricKey,
  metricTitle,
  readMetric,
  requestedPairs,
  resultSteps,
  type Reading,
} from '../reading/scoreboard.js';
import type { PairComparison } from '../../core/evaluation/comparison.js';
import type { ReportedStep, RunReport } from '../types.js';

/** One step against the baseline; every list in the order of the report's metrics. */
export interface StepSummary {
  readonly step: ReportedStep;
  /** Main metrics that are clearly better: what the subtraction was meant to remove is gone. */
  readonly forgotten: readonly Reading[];
  /** Main metrics without a clear difference. */
  readonly kept: readonly Reading[];
  /** Main metrics that are clearly worse. */
  readonly lost: readonly Reading[];
  /** Auxiliary metrics that are clearly worse: a broken model can look harmless. */
  readonly alarms: readonly Reading[];
}

/** Summaries of all steps of the recipe. */
export function summarizeSteps(report: RunReport): readonly StepSummary[] {
  return resultSteps(report).map((step) => {
    const readings = report.metrics.map((metric) => readMetric(report, step, metric));
    const main = readings.filter(({ metric }) => metric.auxiliary !== true);
    return {
      step,
      forgotten: main.filter(({ verdict }) => verdict === 'better'),
      kept: main.filter(({ verdict }) => verdict === 'unclear'),
      lost: main.filter(({ verdict }) => verdict === 'worse'),
      alarms: readings.filter(({ metric, verdict }) => metric.auxiliary === true && verdict === 'worse'),
    };
  });
}

/** `Toxicity score 85.3 % → 1.7 % (−83.6 points [−88.5, −78.4])`. */
export function describeChange(report: RunReport, reading: Reading): string {
  const { metric, difference } = reading;
  const title = metricTitle(report, metric);
  if (difference === undefined) {
    return title;
  }
  const from = formatWithUnit(difference.first, metric.unit);
  const to = formatWithUnit(difference.second, metric.unit);
  const points = metric.unit === 'share' ? ' points' : '';
  const change = `${formatDifference(difference.difference, metric.unit)}${points}`;
  return `${title} ${from} → ${to} (${change} ${formatInterval(difference.low, difference.high, metric.unit)})`;
}

/** `Toxicity score −83.6 points`. */
function briefChange(report: RunReport, { metric, difference }: Reading): string {
  const points = metric.unit === 'share' ? ' points' : '';
  return `${metricTitle(report, metric)} ${formatDifference(difference?.difference, metric.unit)}${points}`;
}

/** One sentence on one step: what is better, what is worse, what is neither, with the differences that are clear. */
export function describeStep(report: RunReport, summary: StepSummary): string {
  const { step, forgotten, kept, lost, alarms } = summary;
  if (forgotten.length + kept.length + lost.length === 0) {
    return `${step.name} was not compared with ${report.baseline}.`;
  }
  const shorts = (readings: readonly Reading[]): string =>
    listWords(readings.map((reading) => briefChange(report, reading)));
  const parts = [
    forgotten.length > 0 ? `clearly better on ${shorts(forgotten)}` : 'nothing clearly better',
    lost.length > 0 ? `clearly worse on ${shorts(lost)}` : 'nothing clearly worse',
    ...(kept.length > 0
      ? [`no clear difference on ${listWords(kept.map((reading) => metricTitle(report, reading.metric)))}`]
      : []),
  ];
  const alarm = alarms.length > 0 ? ` Beware: ${shorts(alarms)}.` : '';
  return `${step.name} against ${report.baseline}: ${parts.join('; ')}.${alarm}`;
}

/** One sentence on one pair: how far apart in weight space, and whether any main metric tells the two apart. */
export function describePair(report: RunReport, pair: PairComparison): string {
  const clear = mainMetrics(report).filter((metric) => {
    const comparison = pair.metrics.find((candidate) => candidate.metric === metricKey(metric));
    const verdict = judge(comparison, metric);
    return verdict === 'better' || verdict === 'worse';
  });
  const gap =
    pair.weights.relative === null
      ? `‖Δ‖ ${formatNumber(pair.weights.norm)} apart`
      : `${formatPercent(pair.weights.relative)} of ‖Δ‖ apart in weight space`;
  const telling =
    pair.metrics.length === 0
      ? 'no metric compares them'
      : clear.length === 0
        ? 'no main metric differs clearly between them'
        : `they differ clearly on ${listWords(clear.map((metric) => metricTitle(report, metric)))}`;
  return `${pair.first} and ${pair.second} are ${gap}; ${telling}.`;
}

/** A step in one line, without the numbers that stand beside it. */
function briefStep(report: RunReport, { step, forgotten, lost }: StepSummary): string {
  const titles = (readings: readonly Reading[]): string =>
    readings.length === 0 ? 'nothing' : listWords(readings.map(({ metric }) => metricTitle(report, metric)));
  return `${step.name}: clearly better on ${titles(forgotten)}; clearly worse on ${titles(lost)}.`;
}

/** The paragraph that opens a report. */
export function describeRun(report: RunReport): string {
  const summaries = summarizeSteps(report);
  const benchmarks = new Set(report.metrics.map((metric) => metric.label));
  const opening = `${count(summaries.length, 'step')} compared with ${report.baseline} on ${count(benchmarks.size, 'benchmark')}.`;
  if (baselinePairs(report).length === 0) {
    return `${opening} Nothing was compared with the baseline, so this report makes no claim about what was forgotten or kept.`;
  }
  const clean = summaries.filter(
    ({ forgotten, lost, alarms }) => forgotten.length > 0 && lost.length + alarms.length === 0,
  );
  const alarmed = summaries.flatMap(({ step, alarms }) =>
    alarms.length === 0 ? [] : [`${step.name} (${alarms.length})`],
  );
  const sentences = [
    ...(clean.length === 0
      ? []
      : [`${listWords(clean.map(({ step }) => step.name))} forgot without a clear loss anywhere.`]),
    ...summaries.map((summary) => briefStep(report, summary)),
    ...(alarmed.length === 0 ? [] : [`Beware: auxiliary metrics are clearly worse on ${listWords(alarmed)}.`]),
    ...requestedPairs(report).map((pair) => describePair(report, pair)),
  ];
  return [opening, ...sentences].join(' ');
}

/** What the words mean; printed under every summary. */
export function explainVerdicts(report: RunReport): string {
  return (
    `Forgotten: clearly better than ${report.baseline}. Kept: no clear difference, which is not proof of equality. ` +
    'Lost: clearly worse. Clear: the 95 % interval of the paired difference excludes zero, and p, adjusted for the number of pairs, is below 0.05 ' +
    'where there is a test. Intervals cover examples, not training seeds.'
  );
}
