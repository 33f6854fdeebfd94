/** Scores of several arms on the same examples, side by side. */
import type { BenchmarkResult, ExampleResult, MetricDefinition } from '../evaluation/types.js';
import { estimateRatio } from '../statistics/summary.js';

/** A table of scores. */
export interface AlignedScores {
  /** `[examples, arms]`, row-major. */
  readonly scores: Float64Array;
  readonly examples: number;
  readonly arms: number;
}

/**
 * The scores of a metric, of the examples that have one in every arm; paired by id, in the order of the first arm.
 *
 * An `accuracy` or a `mean` is the mean of its scores. For `ratio` and `perplexity` a block's score is its linearised share in
 * R = Σx/Σw (Cochran, Sampling Techniques, section 6.4): R + (x − R·w) / w̄, with R and the mean weight w̄ over all arms. Where a
 * block weighs the same in every arm, as tokens of a text do, an arm's mean is its Σx/Σw exactly: for a perplexity, the mean
 * loss per token, which is the logarithm of the perplexity.
 */
export function alignScores(
  results: readonly Pick<BenchmarkResult, 'examples'>[],
  metric: MetricDefinition,
): AlignedScores {
  const [first, ...others] = results.map((result) => result.examples);
  const byId = others.map((examples) => new Map(examples.map((example) => [example.id, example])));
  const rows = (first ?? [])
    .map((example) => [example, ...byId.flatMap((arm) => arm.get(example.id) ?? [])])
    .filter((row) => row.length === results.length && row.every((example) => scoreOf(example, metric) !== null));
  const entries = rows.flat();
  const scores = Float64Array.from(entries, (example) => scoreOf(example, metric) ?? 0);
  if (metric.kind === 'ratio' || metric.kind === 'perplexity') {
    const weights = Float64Array.from(entries, (example) => example.weight);
    const ratio = estimateRatio(scores, weights).value ?? 0;
    const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    scores.forEach((score, i) => {
      scores[i] = ratio + (score - ratio * (weights[i] ?? 0)) / meanWeight;
    });
  }
  return { scores, examples: rows.length, arms: results.length };
}

function scoreOf(example: ExampleResult, metric: MetricDefinition): number | null {
  return example.scores[metric.name] ?? null;
}
