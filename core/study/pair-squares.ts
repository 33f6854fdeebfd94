/** Squared distances between all pairs of many vectors that are close together. */
import type { LineProducts, RowSlots } from '../numeric/row-slots.js';

/**
 * Where |x|² + |y|² − 2⟨x, y⟩ is less than this share of |x|² + |y|², it has lost three digits, and is computed from the
 * differences of the elements instead.
 */
const CANCELLED_SHARE = 1e-3;

/** Place of the pair i < j among all pairs of n things: (0, 1), (0, 2), …, (1, 2), … */
export function pairAt(i: number, j: number, n: number): number {
  return i * n - (i * (i + 1)) / 2 + (j - i - 1);
}

/** Number of pairs of n things. */
export function pairsOf(n: number): number {
  return (n * (n - 1)) / 2;
}

/**
 * Squared distances of all pairs of lines, exact to some 1e-13 of themselves however close two of them are.
 *
 * @param n - how many lines there are
 * @param squares - by {@link pairAt}, overwritten
 * @returns the inner products of the lines
 */
export function pairSquares(slots: RowSlots, n: number, squares: Float64Array): LineProducts {
  const products = slots.products();
  const { values, stride } = products;
  for (let i = 0, place = 0; i < n; i++) {
    const own = values[i * stride + i] ?? 0;
    for (let j = i + 1; j < n; j++, place++) {
      const both = own + (values[j * stride + j] ?? 0);
      const square = both - 2 * (values[i * stride + j] ?? 0);
      squares[place] = square < CANCELLED_SHARE * both ? slots.squaredDistance(i, j) : square;
    }
  }
  return products;
}
