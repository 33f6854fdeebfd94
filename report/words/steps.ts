/**
 * What changed against the baseline, in words that follow from the numbers and claim no more than they do. Only benchmarks with a role are
 * spoken of as forgotten, kept or lost.
 */
import {
  count,
  formatDifference,
  formatInterval,
  formatNumber,
  formatPercent,
  formatValue,
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

/** What a verdict on a metric means, given the role of its benchmark. */
export type Finding = 'forgotten' | 'better' | 'lost' | 'worse' | 'remains' | 'kept' | 'negligible' | 'open';

/** All findings in the order in which they are told. */
export const FINDINGS = [
  'forgotten',
  'better',
  'lost',
  'worse',
  'remains',
  'kept',
  'negligible',
  'open',
] as const satisfies readonly Finding[];

/** One step against the baseline; every list in the order of the report's metrics. */
export interface StepSummary {
  readonly step: ReportedStep;
  /** Main metrics by what was found. */
  readonly found: Readonly<Record<Finding, readonly Reading[]>>;
  /** Auxiliary metrics that are clearly worse: a broken model can look harmless. */
  readonly alarms: readonly Reading[];
}

/** Summaries of all steps of the recipe. */
export function summarizeSteps(report: RunReport): readonly StepSummary[] {
  return resultSteps(report).map((step) => {
    const readings = report.metrics.map((metric) => readMetric(report, step, metric));
    const main = readings.filter(({ metric }) => metric.auxiliary !== true);
    const of = (finding: Finding): readonly Reading[] => main.filter((reading) => findingOf(reading) === finding);
    return {
      step,
      found: {
        forgotten: of('forgotten'),
        better: of('better'),
        lost: of('lost'),
        worse: of('worse'),
        remains: of('remains'),
        kept: of('kept'),
        negligible: of('negligible'),
        open: of('open'),
      },
      alarms: readings.filter(({ metric, verdict }) => metric.auxiliary === true && verdict === 'worse'),
    };
  });
}

function findingOf({ verdict, metric: { role } }: Reading): Finding | undefined {
  switch (verdict) {
    case 'better':
      return role === 'forget' ? 'forgotten' : 'better';
    case 'worse':
      return role === 'keep' ? 'lost' : 'worse';
    case 'negligible':
      return role === 'forget' ? 'remains' : role === 'keep' ? 'kept' : 'negligible';
    case 'unclear':
      return role === 'forget' ? 'remains' : 'open';
    case 'unknown':
      return undefined;
  }
}

/** Title of what is said of the steps: of forgetting and keeping only where a benchmark has that role. */
export function summaryTitle({ metrics, baseline }: RunReport): string {
  const roles = new Set(metrics.map(({ role }) => role));
  const parts = [
    ...(roles.has('forget') ? ['what was forgotten'] : []),
    ...(roles.has('keep') ? ['what was kept'] : []),
  ];
  const title = parts.length === 0 ? `what changed against ${baseline}` : parts.join(', ');
  return `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`;
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
  const { step, found, alarms } = summary;
  if (FINDINGS.every((finding) => found[finding].length === 0)) {
    return `${step.name} was not compared with ${report.baseline}.`;
  }
  const changes = (readings: readonly Reading[]): string =>
    listWords(readings.map((reading) => briefChange(report, reading)));
  const parts = [...clearParts(found, changes), ...otherParts(report, found)];
  const alarm = alarms.length > 0 ? ` Beware: ${changes(alarms)}.` : '';
  return `${step.name} against ${report.baseline}: ${parts.join('; ')}.${alarm}`;
}

/** What is clear, with `words` for every list. */
function clearParts(found: StepSummary['found'], words: (readings: readonly Reading[]) => string): readonly string[] {
  const { forgotten, better, lost, worse } = found;
  const part = (opening: string, readings: readonly Reading[]): readonly string[] =>
    readings.length === 0 ? [] : [`${opening} ${words(readings)}`];
  return [
    ...part('forgotten:', forgotten),
    ...part('clearly better on', better),
    ...(forgotten.length + better.length === 0 ? ['nothing clearly better'] : []),
    ...part('lost:', lost),
    ...part('clearly worse on', worse),
    ...(lost.length + worse.length === 0 ? ['nothing clearly worse'] : []),
  ];
}

/** What is not, by name alone. */
function otherParts(report: RunReport, { remains, kept, negligible, open }: StepSummary['found']): readonly string[] {
  const part = (opening: string, readings: readonly Reading[]): readonly string[] =>
    readings.length === 0
      ? []
      : [`${opening} ${listWords(readings.map((reading) => metricTitle(report, reading.metric)))}`];
  return [
    ...part('not clearly forgotten:', remains),
    ...part('kept:', kept),
    ...part('too small a difference to matter on', negligible),
    ...part('no clear difference on', open),
  ];
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
function briefStep(report: RunReport, { step, found }: StepSummary): string {
  const titles = (readings: readonly Reading[]): string =>
    listWords(readings.map(({ metric }) => metricTitle(report, metric)));
  return `${step.name}: ${clearParts(found, titles).join('; ')}.`;
}

/** The paragraph that opens a report. */
export function describeRun(report: RunReport): string {
  const summaries = summarizeSteps(report);
  const benchmarks = new Set(report.metrics.map((metric) => metric.label));
  if (report.partial !== undefined) {
    return 'Comparisons are made when all candidates are evaluated; until then there are values alone.';
  }
  const opening = `${count(summaries.length, 'step')} compared with ${report.baseline} on ${count(benchmarks.size, 'benchmark')}.`;
  if (baselinePairs(report).length === 0) {
    return `${opening} Nothing was compared with the baseline, so this report makes no claim about what changed.`;
  }
  const clean = summaries.filter(
    ({ found, alarms }) => found.forgotten.length > 0 && found.lost.length + found.worse.length + alarms.length === 0,
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
  const roles = new Set(report.metrics.map(({ role }) => role));
  const clear =
    report.comparisons.correction === undefined
      ? 'Clear: the 95 % interval of the paired difference excludes zero, and p after Holm is below 0.05 where there is a test.'
      : `${negligibleWords(report)}Clear: p, adjusted for the number of pairs, is below 0.05. No clear difference is not proof of equality.`;
  return [
    ...(roles.has('forget') ? [`Forgotten: clearly better than ${report.baseline} on what is to be forgotten.`] : []),
    ...(roles.has('keep')
      ? ['Kept: too small a difference to matter on what is to be kept. Lost: clearly worse on it.']
      : []),
    clear,
    'Intervals cover examples, not training seeds.',
  ].join(' ');
}

/** `Too small to matter, whatever p: …`; nothing where no metric has a margin. */
function negligibleWords(report: RunReport): string {
  const margins = new Map<string, string[]>();
  for (const metric of mainMetrics(report)) {
    const { margin = 0, unit } = metric;
    if (margin > 0) {
      const words = unit === 'share' ? `${formatValue(margin, unit)} points` : formatNumber(margin);
      margins.set(words, [...(margins.get(words) ?? []), metricTitle(report, metric)]);
    }
  }
  const listed = [...margins].map(([words, titles]) =>
    margins.size === 1 ? `± ${words}` : `± ${words} (${listWords(titles)})`,
  );
  return listed.length === 0
    ? ''
    : `Too small to matter, whatever p: the interval that holds for all pairs at once lies within ${listed.join(', ')}. `;
}
