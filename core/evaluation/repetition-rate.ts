/** How much an answer repeats itself. */

/**
 * Share of n-grams that occurred before: 1 − distinct / all; 0 for an answer of fewer than n tokens.
 *
 * @param tokens - generated token ids without the end token
 */
export function repetitionRate(tokens: readonly number[], n: number): number {
  const all = tokens.length - n + 1;
  if (all <= 0) {
    return 0;
  }
  const distinct = new Set<string>();
  for (let i = 0; i < all; i++) {
    distinct.add(tokens.slice(i, i + n).join(' '));
  }
  return 1 - distinct.size / all;
}
