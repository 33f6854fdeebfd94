/** Permutation test within examples: does it matter which of several treatments an example got (order of a chain, λ, …)? */
import { type RandomIntegers, seededRandom } from './random.js';

/** Result of the omnibus test. */
export interface PermutationResult {
  /** Variance of the treatments' means around the grand mean (population form). */
  readonly statistic: number;
  /** (1 + resamples with a statistic at least as large) / (1 + draws). */
  readonly pValue: number;
}

/** Slack in comparing statistics, relative: permutations of equal values must count as equal in spite of rounding. */
const TIE_TOLERANCE = 1e-12;

/**
 * Permutes every example's scores among the treatments, independently and uniformly, and compares the spread of the
 * treatments' means with the observed one. Exchangeable within an example under the null hypothesis; examples of any
 * difficulty may be mixed.
 *
 * @param scores - `[examples, treatments]`, row-major; not modified
 * @param treatments - scores per example, at least 2
 */
export function permutationTest(
  scores: ArrayLike<number>,
  treatments: number,
  options: { readonly seed: number; readonly draws: number },
): PermutationResult {
  const table = Float64Array.from(scores);
  const examples = table.length / treatments;
  const random = seededRandom(options.seed);
  const sums = new Float64Array(treatments);
  const observed = spreadOfMeans(table, sums);
  let atLeast = 0;
  for (let draw = 0; draw < options.draws; draw++) {
    for (let example = 0; example < examples; example++) {
      shuffle(table, example * treatments, treatments, random);
    }
    atLeast += spreadOfMeans(table, sums) >= observed * (1 - TIE_TOLERANCE) ? 1 : 0;
  }
  return { statistic: observed, pValue: (1 + atLeast) / (1 + options.draws) };
}

/** @param sums - one per treatment, overwritten; given so that ten thousand draws need no ten thousand arrays */
function spreadOfMeans(table: Float64Array, sums: Float64Array): number {
  const treatments = sums.length;
  const examples = table.length / treatments;
  sums.fill(0);
  for (let start = 0; start < table.length; start += treatments) {
    for (let treatment = 0; treatment < treatments; treatment++) {
      sums[treatment] = (sums[treatment] ?? 0) + (table[start + treatment] ?? 0);
    }
  }
  const grand = sums.reduce((total, sum) => total + sum, 0) / table.length;
  let spread = 0;
  for (const sum of sums) {
    spread += (sum / examples - grand) ** 2;
  }
  return spread / treatments;
}

/** Fisher-Yates on table[start … start + length). */
function shuffle(table: Float64Array, start: number, length: number, random: RandomIntegers): void {
  for (let i = length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = table[start + i] ?? 0;
    table[start + i] = table[start + j] ?? 0;
    table[start + j] = kept;
  }
}
