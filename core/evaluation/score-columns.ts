/** Scores of several candidates on the same examples, one column each. */
import { estimateRatio } from '../statistics/summary.js';
import type { BenchmarkResult, MetricDefinition } from './types.js';

/**
 * The scores of a metric by candidate, paired by id: NaN where an example has no score.
 *
 * An `accuracy` or a `mean` is the mean of its scores. For `ratio` and `perplexity` a block's score is its linearised share in R = Σx/Σw
 * (Cochran, Sampling Techniques, section 6.4): R + (x − R·w) / w̄, with R and the mean weight w̄ over all candidates. Where a block weighs the
 * same for every candidate, as tokens of a text do, the mean of a column is its Σx/Σw exactly: for a perplexity, its logarithm.
 */
export function scoreColumns(
  results: readonly Pick<BenchmarkResult, 'examples'>[],
  metric: MetricDefinition,
): readonly Float64Array[] {
  const ids = [...new Set(results.flatMap(({ examples }) => examples.map(({ id }) => id)))];
  const places = new Map(ids.map((id, place) => [id, place]));
  const empty = (): Float64Array => new Float64Array(ids.length).fill(Number.NaN);
  const columns = results.map(({ examples }) => {
    const column = { scores: empty(), weights: empty() };
    for (const { id, scores, weight } of examples) {
      const score = scores[metric.name] ?? null;
      const place = places.get(id);
      if (score !== null && place !== undefined) {
        column.scores[place] = score;
        column.weights[place] = weight;
      }
    }
    return column;
  });
  if (metric.kind === 'accuracy' || metric.kind === 'mean') {
    return columns.map(({ scores }) => scores);
  }
  const counted = (of: 'scores' | 'weights'): Float64Array =>
    Float64Array.from(columns.flatMap((column) => [...column[of]].filter((value) => !Number.isNaN(value))));
  const weights = counted('weights');
  const ratio = estimateRatio(counted('scores'), weights).value ?? 0;
  const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return columns.map((column) =>
    column.scores.map((score, i) => ratio + (score - ratio * (column.weights[i] ?? 0)) / meanWeight),
  );
}
