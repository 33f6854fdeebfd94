/** Reads a report by step and metric: value, interval, difference to the baseline, verdict. Every renderer uses it. */
import type { MetricDefinition, MetricValue } from '../../core/evaluation/types.js';
import type { MetricComparison, PairComparison } from '../../core/evaluation/comparison.js';
import type { ReportedStep, RunReport } from '../types.js';

/** A metric of a report. */
export type ReportedMetric = RunReport['metrics'][number];

/** What the paired comparison with the baseline says. */
export type Verdict = 'better' | 'worse' | 'negligible' | 'unclear' | 'unknown';

/** A verdict, as a sign that does not need colour and as words. */
export const VERDICTS: Readonly<Record<Verdict, { readonly sign: string; readonly words: string }>> = {
  better: { sign: '▲', words: 'clearly better' },
  worse: { sign: '▼', words: 'clearly worse' },
  negligible: { sign: '=', words: 'too small to matter' },
  unclear: { sign: '≈', words: 'no clear difference' },
  unknown: { sign: '', words: 'not compared' },
};

/** Family-wise significance that an adjusted p value must stay below. */
export const SIGNIFICANCE = 0.05;
/** Quantile of the normal distribution for 95 % intervals. */
const Z95 = 1.959963984540054;

/** A closed interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** One metric on one candidate. */
export interface Reading {
  readonly step: ReportedStep;
  readonly metric: ReportedMetric;
  readonly value: MetricValue | undefined;
  readonly interval: Interval | undefined;
  /** Candidate minus baseline; undefined for the baseline itself and where no pair compares the two. */
  readonly difference: MetricComparison | undefined;
  readonly verdict: Verdict;
}

/** `label.name`, as comparisons and `results --json` spell it. */
export function metricKey(metric: ReportedMetric): string {
  return `${metric.label}.${metric.name}`;
}

/** Metrics that are goals of their own; the auxiliary ones stand beside them. */
export function mainMetrics(report: RunReport): readonly ReportedMetric[] {
  return report.metrics.filter((metric) => metric.auxiliary !== true);
}

/** `Toxicity score`, or `Toxicity score (label)` where two metrics bear the same title. */
export function metricTitle(report: RunReport, metric: ReportedMetric): string {
  const isShared = report.metrics.some(
    (other) => other.title === metric.title && metricKey(other) !== metricKey(metric),
  );
  return isShared ? `${metric.title} (${metric.label})` : metric.title;
}

/** The steps that are results of the recipe, the baseline excluded. */
export function resultSteps(report: RunReport): readonly ReportedStep[] {
  return report.steps.filter((step) => step.kind === 'step' && step.name !== report.baseline);
}

/** One metric on one candidate, with what the comparison with the baseline says. */
export function readMetric(report: RunReport, step: ReportedStep, metric: ReportedMetric): Reading {
  const evaluation = step.evaluations.find((candidate) => candidate.label === metric.label);
  const value = evaluation === undefined ? undefined : evaluation.metrics[metric.name];
  const difference = step.name === report.baseline ? undefined : differenceToBaseline(report, step.name, metric);
  return {
    step,
    metric,
    value,
    interval: value === undefined ? undefined : interval95(value, metric),
    difference,
    verdict: judge(difference, metric),
  };
}

/**
 * 95 % interval of one value over examples: Wilson's for accuracies (never empty at 0 or 1), else value ± 1.96 standard
 * errors, shares cut to [0, 1]. Undefined where there is no standard error.
 */
export function interval95(value: MetricValue, metric: MetricDefinition): Interval | undefined {
  if (value.value === null) {
    return undefined;
  }
  if (metric.kind === 'accuracy' && value.n > 0 && value.value >= 0 && value.value <= 1) {
    const z2 = Z95 * Z95;
    const center = (value.value + z2 / (2 * value.n)) / (1 + z2 / value.n);
    const half =
      (Z95 / (1 + z2 / value.n)) *
      Math.sqrt((value.value * (1 - value.value)) / value.n + z2 / (4 * value.n * value.n));
    // rounding must not leave the value outside its interval: error bars would be negative
    return {
      low: Math.max(0, Math.min(value.value, center - half)),
      high: Math.min(1, Math.max(value.value, center + half)),
    };
  }
  if (value.stderr === null) {
    return undefined;
  }
  const low = value.value - Z95 * value.stderr;
  const high = value.value + Z95 * value.stderr;
  return metric.unit === 'share' ? { low: Math.max(0, low), high: Math.min(1, high) } : { low, high };
}

/**
 * What a comparison says of a metric, in this order: too small to matter, where the interval that holds for all pairs at once lies within the
 * metric's margin, whatever p; clear, where the adjusted p value is below 0.05; else open. In reports of older runs, which have no such
 * interval, a difference is clear when its 95 % interval excludes zero as well.
 */
export function judge(
  difference: MetricComparison | undefined,
  { higherIsBetter, margin = 0 }: Pick<ReportedMetric, 'higherIsBetter' | 'margin'>,
): Verdict {
  if (difference === undefined || difference.low === null || difference.high === null) {
    return 'unknown';
  }
  const { low, high, pAdjusted, simultaneous } = difference;
  if (simultaneous !== undefined && simultaneous !== null && -margin < simultaneous.low && simultaneous.high < margin) {
    return 'negligible';
  }
  const isClear =
    simultaneous === undefined
      ? (low > 0 || high < 0) && (pAdjusted === null || pAdjusted < SIGNIFICANCE)
      : pAdjusted !== null && pAdjusted < SIGNIFICANCE;
  if (!isClear) {
    return 'unclear';
  }
  const isHigher = simultaneous === undefined ? low > 0 : (difference.difference ?? 0) > 0;
  return isHigher === higherIsBetter ? 'better' : 'worse';
}

/** Whether a name is that of a written step: an adapter evaluated with its factors rounded as an output has them. */
export function isWrittenStep(report: RunReport, name: string): boolean {
  return report.steps.some((step) => step.kind === 'written' && step.name === name);
}

/** Pairs that do not involve the baseline: orders, controls, whatever the recipe asks for. */
export function requestedPairs(report: RunReport): readonly PairComparison[] {
  return report.comparisons.pairs.filter(
    ({ first, second }) => first !== report.baseline && second !== report.baseline,
  );
}

/** Pairs that do. */
export function baselinePairs(report: RunReport): readonly PairComparison[] {
  return report.comparisons.pairs.filter(
    ({ first, second }) => first === report.baseline || second === report.baseline,
  );
}

function differenceToBaseline(report: RunReport, step: string, metric: ReportedMetric): MetricComparison | undefined {
  const key = metricKey(metric);
  for (const pair of report.comparisons.pairs) {
    const comparison = pair.metrics.find((candidate) => candidate.metric === key);
    if (comparison !== undefined && pair.first === report.baseline && pair.second === step) {
      return comparison;
    }
    if (comparison !== undefined && pair.second === report.baseline && pair.first === step) {
      return turned(comparison);
    }
  }
  return undefined;
}

/** The same comparison with its sides exchanged. */
function turned(comparison: MetricComparison): MetricComparison {
  const { onlyFirst, onlySecond, simultaneous, ...rest } = comparison;
  return {
    ...rest,
    first: comparison.second,
    second: comparison.first,
    difference: comparison.difference === null ? null : -comparison.difference,
    low: comparison.high === null ? null : -comparison.high,
    high: comparison.low === null ? null : -comparison.low,
    ...(simultaneous === undefined
      ? {}
      : { simultaneous: simultaneous === null ? null : { low: -simultaneous.high, high: -simultaneous.low } }),
    ...(onlySecond === undefined ? {} : { onlyFirst: onlySecond }),
    ...(onlyFirst === undefined ? {} : { onlySecond: onlyFirst }),
  };
}
