/** How well the weight-space gap of two orders predicts how far apart their metrics are. */
import { mantelTest } from '../statistics/mantel.js';
import type { GapPrediction, OrderPair } from './types.js';

/** Decimal places of a difference that count in its rank: equal shares must tie in spite of rounding (0.675 − 0.425, 0.5 − 0.25). */
const TIE_DIGITS = 10;

/**
 * Per metric, Mantel's test between gaps and |differences| of the pairs of one operator at one setting. A pair's gap is the one
 * it is listed with, relative to its first order. No test where a pair has no difference.
 *
 * @param pairs - all pairs of the orders (i, j), i < j, by i and then by j; at least one
 * @param metrics - names, `label.metric`
 */
export function predictDifferences(
  pairs: readonly OrderPair[],
  metrics: readonly string[],
  options: { readonly seed: number; readonly draws: number },
): readonly GapPrediction[] {
  const [first] = pairs;
  if (first === undefined) {
    return [];
  }
  const { operator, setting } = first;
  return metrics.map((metric) => {
    const sizes = pairs.flatMap((pair) => {
      const difference = pair.metrics.find((comparison) => comparison.metric === metric)?.difference ?? null;
      return difference === null ? [] : [Number(Math.abs(difference).toFixed(TIE_DIGITS))];
    });
    const gaps = pairs.map(({ gap }) => gap);
    const test = sizes.length < pairs.length ? null : mantelTest(gaps, sizes, options);
    return {
      metric,
      operator,
      setting,
      pairs: sizes.length,
      spearman: test?.correlation ?? null,
      pValue: test?.pValue ?? null,
    };
  });
}
