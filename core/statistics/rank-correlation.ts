/** Rank correlation (Spearman 1904). */

/** Ranks from 1; equal values share the average of their ranks. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, place) => place).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) {
      end++;
    }
    for (const place of order.slice(start, end)) {
      ranks[place] = (start + 1 + end) / 2;
    }
    start = end;
  }
  return ranks;
}

/**
 * Spearman's ρ: Pearson's correlation of the average ranks, as `scipy.stats.spearmanr`.
 *
 * @returns null where it is not defined: fewer than two pairs, or all values of one side equal
 */
export function spearman(first: ArrayLike<number>, second: ArrayLike<number>): number | null {
  const [a, b] = [averageRanks(first), averageRanks(second)];
  // the mean rank is the same with and without ties
  const centre = (a.length + 1) / 2;
  let [cross, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] ?? 0) - centre, (b[i] ?? 0) - centre];
    cross += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return squaresA === 0 || squaresB === 0 ? null : cross / Math.sqrt(squaresA * squaresB);
}
