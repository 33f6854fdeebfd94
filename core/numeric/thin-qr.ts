/**
 * Thin QR by Householder reflections (Golub and Van Loan, Matrix Computations, 5.2) in float64. The order of operations is fixed and
 * only + − × ÷ and √ are used, so that every machine gives the same bits.
 */
import { addScaled, dot } from './dot.js';

/** A part of a column below this norm counts as zero: its square would leave the range of float64. */
const SMALLEST_NORM = 1e-140;

/** M = Q·R, with Q kept as reflections. */
export interface ThinQr {
  /** Columns of R, `[columns, k]` with k = min(length, columns); zeros below the diagonal. */
  readonly r: readonly Float64Array[];
  /** Q·x for a vector `[k]`: freshly allocated, `[length]`. */
  readonly apply: (x: Float64Array) => Float64Array;
}

/**
 * Factors a matrix that is given by its columns.
 *
 * @param columns - all of one length, overwritten: they hold the reflections afterwards
 */
export function thinQr(columns: readonly Float64Array[]): ThinQr {
  const length = columns[0]?.length ?? 0;
  const size = Math.min(length, columns.length);
  const diagonal = new Float64Array(size);
  const scales = new Float64Array(size);
  for (const [k, column] of columns.slice(0, size).entries()) {
    const { head, scale } = reflect(column, k);
    diagonal[k] = head;
    scales[k] = scale;
    for (const other of columns.slice(k + 1)) {
      mirror(other, column, k, scale);
    }
  }
  const r = columns.map((column, j) => {
    const above = new Float64Array(size);
    above.set(column.subarray(0, Math.min(j, size)));
    if (j < size) {
      above[j] = diagonal[j] ?? 0;
    }
    return above;
  });
  return {
    r,
    apply: (x) => {
      const y = new Float64Array(length);
      y.set(x);
      for (let k = size - 1; k >= 0; k--) {
        mirror(y, columns[k] ?? y, k, scales[k] ?? 0);
      }
      return y;
    },
  };
}

/**
 * Makes the reflection I − scale·v·vᵀ that takes a column's part from `k` on to a multiple of the first unit vector; v replaces that part.
 *
 * @returns that multiple, and the scale: 0 for a part that counts as zero, which needs no reflection
 */
function reflect(column: Float64Array, k: number): { readonly head: number; readonly scale: number } {
  const norm = Math.sqrt(dot(column, column, k));
  if (norm < SMALLEST_NORM) {
    return { head: 0, scale: 0 };
  }
  const first = column[k] ?? 0;
  const head = first > 0 ? -norm : norm; // of the other sign, so that nothing cancels
  column[k] = first - head;
  return { head, scale: 1 / (norm * (norm + Math.abs(first))) };
}

function mirror(y: Float64Array, v: Float64Array, k: number, scale: number): void {
  if (scale !== 0) {
    addScaled(y, -scale * dot(v, y, k), v, k);
  }
}
