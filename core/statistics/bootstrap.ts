/** Paired percentile bootstrap over examples (Efron & Tibshirani, An Introduction to the Bootstrap, chapters 13 and 16). */
import type { Resamples } from './resamples.js';

/** 95 % percentile interval of a difference, and the two-sided p-value that it is zero. */
export interface BootstrapResult {
  readonly low: number;
  readonly high: number;
  /** min(1, 2·(k + 1)/(draws + 1)), k = the smaller of the numbers of resamples at or below, and at or above zero. */
  readonly pValue: number;
  /** Percentile interval with the tails that were asked for. */
  readonly wide?: { readonly low: number; readonly high: number };
}

/** Sides that differ by less, relative, are equal up to the rounding of their sums. */
const TIE_TOLERANCE = 1e-12;

/** One side of a ratio comparison: numerators and weights per block. */
export interface WeightedBlocks {
  readonly numerators: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/**
 * Bootstrap of the difference of two ratios Σx/Σw over the same blocks, which are resampled whole; of two means where every weight is 1.
 *
 * @param options.tail - share of the draws beyond either end of a second, wider interval
 * @param transform - applied to each ratio before the difference: `Math.exp` for perplexities
 */
export function pairedRatioBootstrap(
  first: WeightedBlocks,
  second: WeightedBlocks,
  transform: (ratio: number) => number,
  { resamples, tail }: { readonly resamples: Resamples; readonly tail?: number },
): BootstrapResult {
  const [x1, w1, x2, w2] = [first.numerators, first.weights, second.numerators, second.weights].map((column) =>
    resamples.rememberedSums(Float64Array.from(column)),
  );
  const ratio = (x: Float64Array | undefined, w: Float64Array | undefined, draw: number): number =>
    transform((x?.[draw] ?? 0) / (w?.[draw] ?? 1));
  return summarize(
    Float64Array.from({ length: resamples.draws }, (_, draw) => {
      const [before, after] = [ratio(x1, w1, draw), ratio(x2, w2, draw)];
      return Math.abs(after - before) <= TIE_TOLERANCE * Math.abs(before) ? 0 : after - before;
    }),
    tail,
  );
}

/**
 * The p-quantile of sorted values, linear between order statistics (numpy's default).
 *
 * @param sorted - ascending, not empty
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1);
  const lower = Math.floor(place);
  const below = sorted[lower] ?? Number.NaN;
  const above = sorted[Math.min(lower + 1, sorted.length - 1)] ?? Number.NaN;
  return below + (above - below) * (place - lower);
}

function summarize(statistics: Float64Array, tail: number | undefined): BootstrapResult {
  let below = 0;
  let above = 0;
  for (const value of statistics) {
    below += value <= 0 ? 1 : 0;
    above += value >= 0 ? 1 : 0;
  }
  statistics.sort();
  return {
    low: quantile(statistics, 0.025),
    high: quantile(statistics, 0.975),
    pValue: Math.min(1, (2 * (Math.min(below, above) + 1)) / (statistics.length + 1)),
    ...(tail === undefined ? {} : { wide: { low: quantile(statistics, tail), high: quantile(statistics, 1 - tail) } }),
  };
}
