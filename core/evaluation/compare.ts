/** Paired comparison of two results of one benchmark. */
import { OminusError } from '../errors.js';
import type { MetricComparison } from './comparison.js';
import { pairedRatioBootstrap, type BootstrapResult } from '../statistics/bootstrap.js';
import { ALPHA } from '../statistics/max-t.js';
import { mcnemarExact } from '../statistics/mcnemar.js';
import type { Resamples } from '../statistics/resamples.js';
import { estimateRatio, mean } from '../statistics/summary.js';
import { metricsOf } from './parts.js';
import type { Benchmark, BenchmarkResult, ExampleResult, MetricDefinition } from './types.js';

/** What {@link compareEvaluations} works on. */
export interface CompareInput {
  readonly first: BenchmarkResult;
  readonly second: BenchmarkResult;
  readonly benchmark: Pick<Benchmark, 'metrics'>;
  /** Prefix of the metrics' names: `label.metric`. */
  readonly label: string;
  /** Shared by all comparisons of a report: drawing them is most of the work. */
  readonly resamples: Resamples;
  /** Size of the family for simultaneous intervals by Bonferroni's method; absent: there are none. */
  readonly pairs?: number;
}

/** Comparisons of all metrics, and notes about them. */
export interface EvaluationComparison {
  readonly metrics: readonly MetricComparison[];
  readonly notes: readonly string[];
}

/** Said once per pair: what the intervals do and do not cover. */
export const INTERVAL_NOTE = 'intervals cover the choice of examples, not training seeds';

interface Pair {
  readonly first: ExampleResult;
  readonly second: ExampleResult;
}

/**
 * `second` minus `first`, paired by example id: 95 % paired percentile bootstrap for every metric, exact McNemar for
 * accuracies, the bootstrap's p-value elsewhere. `pAdjusted` is null: correct-pairs.ts corrects all pairs together.
 *
 * Examples that only one side has, or that have no score on one side, are left out and noted; `first` and `second` are the
 * values over the examples that remain, so they may then differ from the results' own.
 *
 * @throws OminusError `VERIFY_FAILED` when the results are of different benchmarks or versions, or when an example's prompt
 *   differs: such numbers are no pairs
 */
export function compareEvaluations(input: CompareInput): EvaluationComparison {
  const { first, second, label, benchmark } = input;
  if (first.benchmark !== second.benchmark || first.resultVersion !== second.resultVersion) {
    throw new OminusError('VERIFY_FAILED', {
      message:
        `cannot compare [label=${label}]: ${first.benchmark} version ${first.resultVersion} ` +
        `against ${second.benchmark} version ${second.resultVersion}`,
      hint: 'Evaluate both with the same version.',
    });
  }
  const pairs = pairById(input);
  const unpaired = first.examples.length + second.examples.length - 2 * pairs.length;
  const notes = [
    INTERVAL_NOTE,
    ...(unpaired === 0 ? [] : [`${label}: ${unpaired} examples are on one side only and were left out`]),
  ];
  const compared = metricsOf(benchmark, [first, second]).map((metric) => {
    const asked = pairs.filter((pair) => metric.name in pair.first.scores || metric.name in pair.second.scores);
    const scored = asked.filter(
      (pair) => scoreOf(pair.first, metric) !== null && scoreOf(pair.second, metric) !== null,
    );
    if (scored.length < asked.length) {
      notes.push(`${label}.${metric.name}: ${asked.length - scored.length} examples without a score were left out`);
    }
    return compareMetric(metric, scored, input);
  });
  return { metrics: compared, notes };
}

function pairById({ first, second, label }: CompareInput): readonly Pair[] {
  const seconds = new Map(second.examples.map((example) => [example.id, example]));
  return first.examples.flatMap((example) => {
    const other = seconds.get(example.id);
    if (other === undefined) {
      return [];
    }
    if (other.promptDigest !== example.promptDigest) {
      throw new OminusError('VERIFY_FAILED', {
        message: `cannot compare [label=${label}, example=${example.id}]: the prompts differ`,
        hint: 'Evaluate both with one tokenizer, data file and prompt style.',
      });
    }
    return [{ first: example, second: other }];
  });
}

function compareMetric(metric: MetricDefinition, pairs: readonly Pair[], input: CompareInput): MetricComparison {
  const name = `${input.label}.${metric.name}`;
  const n = pairs.length;
  const firstScores = pairs.map((pair) => scoreOf(pair.first, metric) ?? 0);
  const secondScores = pairs.map((pair) => scoreOf(pair.second, metric) ?? 0);
  const sides = summarizeSides(metric, pairs, firstScores, secondScores);
  if (sides === undefined) {
    const nothing = { first: null, second: null, difference: null, low: null, high: null };
    return { metric: name, n, ...nothing, test: 'none', pValue: null, pAdjusted: null };
  }
  const difference = sides.second - sides.first;
  if (n === 1) {
    // one example cannot be resampled
    return {
      metric: name,
      n,
      ...sides,
      difference,
      low: null,
      high: null,
      test: 'none',
      pValue: null,
      pAdjusted: null,
    };
  }
  const { low, high, pValue, wide } = bootstrapOf(metric, pairs, { firstScores, secondScores }, input);
  const simultaneous = wide === undefined ? {} : { simultaneous: wide };
  const common = { metric: name, n, ...sides, difference, low, high, pAdjusted: null, ...simultaneous };
  if (metric.kind !== 'accuracy') {
    return { ...common, test: 'bootstrap', pValue };
  }
  const onlyFirst = pairs.filter((_, i) => (firstScores[i] ?? 0) > (secondScores[i] ?? 0)).length;
  const onlySecond = pairs.filter((_, i) => (secondScores[i] ?? 0) > (firstScores[i] ?? 0)).length;
  return { ...common, test: 'mcnemar-exact', pValue: mcnemarExact(onlyFirst, onlySecond), onlyFirst, onlySecond };
}

function summarizeSides(
  metric: MetricDefinition,
  pairs: readonly Pair[],
  firstScores: readonly number[],
  secondScores: readonly number[],
): { readonly first: number; readonly second: number } | undefined {
  if (pairs.length === 0) {
    return undefined;
  }
  if (metric.kind === 'accuracy' || metric.kind === 'mean') {
    return { first: mean(firstScores), second: mean(secondScores) };
  }
  const transform = transformOf(metric);
  const first = estimateRatio(
    firstScores,
    pairs.map((pair) => pair.first.weight),
  ).value;
  const second = estimateRatio(
    secondScores,
    pairs.map((pair) => pair.second.weight),
  ).value;
  return first === null || second === null ? undefined : { first: transform(first), second: transform(second) };
}

/** A mean is a ratio whose weights are 1; then the sums of a candidate serve all pairs that it is in. */
function bootstrapOf(
  metric: MetricDefinition,
  pairs: readonly Pair[],
  { firstScores, secondScores }: { readonly firstScores: readonly number[]; readonly secondScores: readonly number[] },
  { resamples, pairs: family }: Pick<CompareInput, 'resamples' | 'pairs'>,
): BootstrapResult {
  const isMean = metric.kind === 'accuracy' || metric.kind === 'mean';
  return pairedRatioBootstrap(
    { numerators: firstScores, weights: pairs.map((pair) => (isMean ? 1 : pair.first.weight)) },
    { numerators: secondScores, weights: pairs.map((pair) => (isMean ? 1 : pair.second.weight)) },
    transformOf(metric),
    { resamples, ...(family === undefined ? {} : { tail: ALPHA / 2 / family }) },
  );
}

function transformOf(metric: MetricDefinition): (ratio: number) => number {
  return metric.kind === 'perplexity' ? Math.exp : (ratio) => ratio;
}

function scoreOf(example: ExampleResult, metric: MetricDefinition): number | null {
  return example.scores[metric.name] ?? null;
}
