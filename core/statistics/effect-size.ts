/** Effect sizes of paired comparisons (Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988). */
import { mean } from './summary.js';

/**
 * Paired standardised mean difference d_z: mean over sample deviation (n − 1) of the differences.
 *
 * @param differences - second minus first, one per example
 * @returns null where it is not defined: fewer than two examples, or all differences equal
 */
export function pairedEffectSize(differences: ArrayLike<number>): number | null {
  const n = differences.length;
  const centre = mean(differences);
  let squares = 0;
  let spread = false;
  for (let i = 0; i < n; i++) {
    squares += ((differences[i] ?? 0) - centre) ** 2;
    // told by the values, since rounding of the mean leaves a little even where all are equal
    spread ||= differences[i] !== differences[0];
  }
  return spread ? centre / Math.sqrt(squares / (n - 1)) : null;
}

/**
 * Cohen's g of two accuracies on the same examples: the share of the discordant examples that only the second has right,
 * minus ½. From −½ to ½.
 *
 * @returns null where no example is discordant
 */
export function cohensG(onlyFirst: number, onlySecond: number): number | null {
  const discordant = onlyFirst + onlySecond;
  return discordant === 0 ? null : onlySecond / discordant - 0.5;
}
