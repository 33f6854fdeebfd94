/** Squares of many rows in the metric of one symmetric matrix. */
import { arithmetic } from '../numeric/arithmetic.js';

/**
 * scale · x_i · M · x_iᵀ for every row i.
 *
 * @param x - `[rows, size]`, row-major, finite
 * @param matrix - symmetric, `[size, size]`
 * @param out - `[rows]`, overwritten
 */
export function quadraticRows(
  x: Float32Array | Float64Array,
  matrix: Float64Array,
  scale: number,
  out: Float64Array,
): void {
  const size = x.length / out.length;
  // Off-diagonal entries count twice, so that only the upper triangle is visited.
  const upper = new Float64Array(matrix.length);
  for (let i = 0; i < size; i++) {
    upper[i * size + i] = matrix[i * size + i] ?? 0;
    for (let at = i * size + i + 1; at < (i + 1) * size; at++) {
      upper[at] = 2 * (matrix[at] ?? 0);
    }
  }
  arithmetic().bilinearRows({ x, y: x, m: size, n: size, matrix: upper, isUpper: true, scale, out });
}
