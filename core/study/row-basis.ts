/**
 * The rows of the leaves in an orthonormal basis of their span: as many numbers as there are leaves, instead of one per
 * column. Whatever an expression makes of the rows can then be done on these short vectors, norms and differences included.
 */
import { pairPlace } from '../algebra/gram.js';

/**
 * A remaining square below this share of a leaf's own counts as zero. Entries of a correlation matrix carry rounding of some
 * 1e-16, and a direction must not be made of it.
 */
const NOISE = 1e-15;

/**
 * Coordinates of the leaves' rows: the Cholesky factors of the rows' Gram matrices, scaled to correlations first, so that
 * short rows keep all their digits beside long ones, and pivoted, so that rows which depend on each other (or are zero) lose no
 * more than rounding.
 *
 * @param values - `[pairs, rows of the module]`, as in {@link Gram} of core/algebra/types.ts
 * @param places - of the wanted leaves in the Gram
 * @param leaves - how many leaves the Gram has
 * @param from - first row
 * @param count - how many rows
 * @returns per wanted leaf: `[count, dimensions]` with as many dimensions as wanted leaves
 */
export function rowBasis(
  values: Float64Array,
  places: readonly number[],
  leaves: number,
  from: number,
  count: number,
): readonly Float64Array[] {
  const n = places.length;
  const rows = values.length / ((leaves * (leaves + 1)) / 2);
  const starts = places.flatMap((j) => places.map((l) => pairPlace(j, l, leaves) * rows + from));
  const coordinates = places.map(() => new Float64Array(n * count));
  const norms = new Float64Array(n);
  const rest = new Float64Array(n * n);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < n; j++) {
      norms[j] = Math.sqrt(Math.max(0, values[(starts[j * n + j] ?? 0) + i] ?? 0));
    }
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < n; l++) {
        const scale = (norms[j] ?? 0) * (norms[l] ?? 0);
        rest[j * n + l] = scale === 0 ? 0 : (values[(starts[j * n + l] ?? 0) + i] ?? 0) / scale;
      }
    }
    for (let dimension = 0; dimension < n; dimension++) {
      const pivot = largestDiagonal(rest, n);
      const square = rest[pivot * n + pivot] ?? 0;
      if (square <= n * NOISE) {
        break; // what remains is rounding
      }
      const root = Math.sqrt(square);
      for (let j = 0; j < n; j++) {
        const along = (rest[j * n + pivot] ?? 0) / root;
        const leaf = coordinates[j];
        if (leaf !== undefined) {
          leaf[i * n + dimension] = along * (norms[j] ?? 0);
        }
      }
      removeDirection(rest, n, pivot, square);
    }
  }
  return coordinates;
}

function largestDiagonal(matrix: Float64Array, n: number): number {
  let largest = 0;
  for (let j = 1; j < n; j++) {
    if ((matrix[j * n + j] ?? 0) > (matrix[largest * n + largest] ?? 0)) {
      largest = j;
    }
  }
  return largest;
}

/** What is left of all rows beside the pivot's: rest ← rest − r rᵀ / square, with r the pivot's column. */
function removeDirection(rest: Float64Array, n: number, pivot: number, square: number): void {
  for (let j = 0; j < n; j++) {
    if (j !== pivot) {
      const share = (rest[j * n + pivot] ?? 0) / square;
      for (let l = 0; l < n; l++) {
        if (l !== pivot) {
          rest[j * n + l] = (rest[j * n + l] ?? 0) - share * (rest[pivot * n + l] ?? 0);
        }
      }
    }
  }
  for (let j = 0; j < n; j++) {
    rest[j * n + pivot] = 0;
    rest[pivot * n + j] = 0;
  }
}
