/** Paired percentile bootstrap over examples (Efron & Tibshirani, An Introduction to the Bootstrap, chapters 13 and 16). */
import { seededRandom } from './random.js';

/** How often and from which seed. */
export interface BootstrapOptions {
  readonly seed: number;
  /** Resamples; 10 000 is what reports use. */
  readonly draws: number;
}

/** 95 % percentile interval of a difference, and the two-sided p-value that it is zero. */
export interface BootstrapResult {
  readonly low: number;
  readonly high: number;
  /** min(1, 2·(k + 1)/(draws + 1)), k = the smaller of the numbers of resamples at or below, and at or above zero. */
  readonly pValue: number;
}

/** One side of a ratio comparison: numerators and weights per block. */
export interface WeightedBlocks {
  readonly numerators: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/**
 * Bootstrap of a mean difference.
 *
 * @param differences - second minus first, one per example, at least one; resampled as pairs
 */
export function pairedBootstrap(differences: ArrayLike<number>, options: BootstrapOptions): BootstrapResult {
  const n = differences.length;
  const table = Float64Array.from(differences);
  return summarize(resampleSums(table, 1, options, (sums) => (sums[0] ?? 0) / n));
}

/**
 * Bootstrap of the difference of two ratios Σx/Σw over the same blocks, which are resampled whole.
 *
 * @param transform - applied to each ratio before the difference: `Math.exp` for perplexities
 */
export function pairedRatioBootstrap(
  first: WeightedBlocks,
  second: WeightedBlocks,
  transform: (ratio: number) => number,
  options: BootstrapOptions,
): BootstrapResult {
  const n = first.numerators.length;
  const table = new Float64Array(4 * n);
  for (let i = 0; i < n; i++) {
    table[4 * i] = first.numerators[i] ?? 0;
    table[4 * i + 1] = first.weights[i] ?? 0;
    table[4 * i + 2] = second.numerators[i] ?? 0;
    table[4 * i + 3] = second.weights[i] ?? 0;
  }
  return summarize(
    resampleSums(table, 4, options, ([x1 = 0, w1 = 1, x2 = 0, w2 = 1]) => transform(x2 / w2) - transform(x1 / w1)),
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

/** Draws n of the n rows of a table [n, columns] with replacement, sums the columns, and keeps the statistic of the sums. */
function resampleSums(
  table: Float64Array,
  columns: number,
  options: BootstrapOptions,
  statistic: (sums: Float64Array) => number,
): Float64Array {
  const n = table.length / columns;
  const random = seededRandom(options.seed);
  const sums = new Float64Array(columns);
  const statistics = new Float64Array(options.draws);
  for (let draw = 0; draw < options.draws; draw++) {
    sums.fill(0);
    for (let i = 0; i < n; i++) {
      const row = random.below(n) * columns;
      for (let column = 0; column < columns; column++) {
        sums[column] = (sums[column] ?? 0) + (table[row + column] ?? 0);
      }
    }
    statistics[draw] = statistic(sums);
  }
  return statistics;
}

function summarize(statistics: Float64Array): BootstrapResult {
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
  };
}
