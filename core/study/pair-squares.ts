/** Squared distances between all pairs of many vectors that lie close together. */
import { arithmetic } from '../numeric/arithmetic.js';

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
 * Inner products of vectors, and squared distances that are exact to some 1e-13 of themselves however close two of them are.
 *
 * @param lines - `[n, width]`
 * @param squares - by {@link pairAt}, overwritten
 * @returns `[n, n]`
 */
export function pairSquares(lines: Float64Array, width: number, squares: Float64Array): Float64Array {
  const n = lines.length / width;
  const products = arithmetic().symmetricProduct([lines], width);
  for (let i = 0, place = 0; i < n; i++) {
    const own = products[i * n + i] ?? 0;
    for (let j = i + 1; j < n; j++, place++) {
      const both = own + (products[j * n + j] ?? 0);
      const square = both - 2 * (products[i * n + j] ?? 0);
      squares[place] = square < CANCELLED_SHARE * both ? squareOfDifference(lines, width, i, j) : square;
    }
  }
  return products;
}

function squareOfDifference(lines: Float64Array, width: number, i: number, j: number): number {
  let sum = 0;
  for (let x = i * width, y = j * width; x < (i + 1) * width; x++, y++) {
    const difference = (lines[x] ?? 0) - (lines[y] ?? 0);
    sum += difference * difference;
  }
  return sum;
}
