/** Permutation test within examples: does it matter which of several treatments an example got (order of a chain, λ, …)? */
import { seededRandom } from './random.js';

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
  const observed = spreadOfMeans(table, treatments);
  let atLeast = 0;
  for (let draw = 0; draw < options.draws; draw++) {
    for (let example = 0; example < examples; example++) {
      shuffle(table, example * treatments, treatments, random.below.bind(random));
    }
    atLeast += spreadOfMeans(table, treatments) >= observed * (1 - TIE_TOLERANCE) ? 1 : 0;
  }
  return { statistic: observed, pValue: (1 + atLeast) / (1 + options.draws) };
}

function spreadOfMeans(table: Float64Array, treatments: number): number {
  const examples = table.length / treatments;
  let spread = 0;
  let grand = 0;
  for (let place = 0; place < table.length; place++) {
    grand += table[place] ?? 0;
  }
  grand /= table.length;
  for (let treatment = 0; treatment < treatments; treatment++) {
    let sum = 0;
    for (let place = treatment; place < table.length; place += treatments) {
      sum += table[place] ?? 0;
    }
    spread += (sum / examples - grand) ** 2;
  }
  return spread / treatments;
}

/** Fisher-Yates on table[start … start + length). */
function shuffle(table: Float64Array, start: number, length: number, below: (n: number) => number): void {
  for (let i = length - 1; i > 0; i--) {
    const j = below(i + 1);
    const kept = table[start + i] ?? 0;
    table[start + i] = table[start + j] ?? 0;
    table[start + j] = kept;
  }
}
