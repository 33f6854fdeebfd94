/**
 * Singular values and vectors by one-sided Jacobi rotations (Hestenes 1958; larger column first as de Rijk 1989) in float64. The order
 * of operations is fixed and only + − × ÷ and √ are used, so that every machine gives the same bits.
 */
import { OminusError } from '../errors.js';
import { dot } from './dot.js';

/** M = Σ_i left_i·rightᵢᵀ with orthogonal left_i of length σ_i and orthonormal right_i; the largest σ first. */
export interface JacobiSvd {
  readonly values: readonly number[];
  /** σ_i·u_i, `[columns, length]`. */
  readonly left: readonly Float64Array[];
  /** v_i, `[columns, columns]`. */
  readonly right: readonly Float64Array[];
}

/** Two columns count as orthogonal below this cosine, which is above what rounding leaves in a product of long columns. */
const ORTHOGONAL = 2 ** -46;
/** Products below this share of ‖M‖² are rounding errors of M itself. */
const NOISE = 2 ** -106;
/** Five to ten do; what needs more than this is NaN or Infinity. */
const MOST_SWEEPS = 60;

interface Column {
  readonly left: Float64Array;
  readonly right: Float64Array;
  square: number;
}

/**
 * Decomposes a matrix that is given by its columns.
 *
 * @param matrix - columns of one length, not modified
 * @throws OminusError `OVERFLOW` when a number is beyond float64
 */
export function jacobiSvd(matrix: readonly Float64Array[]): JacobiSvd {
  const columns: Column[] = matrix.map((column, j) => {
    const right = new Float64Array(matrix.length);
    right[j] = 1;
    return { left: column.slice(), right, square: dot(column, column) };
  });
  const total = columns.reduce((sum, { square }) => sum + square, 0);
  for (let sweep = 0; rotateAll(columns, NOISE * total); sweep++) {
    if (sweep === MOST_SWEEPS || !Number.isFinite(total)) {
      throw new OminusError('OVERFLOW', {
        message: 'singular values are beyond float64',
        hint: 'Check the adapters for very large numbers.',
      });
    }
  }
  const sorted = columns.toSorted((x, y) => y.square - x.square);
  return {
    values: sorted.map(({ square }) => Math.sqrt(square)),
    left: sorted.map(({ left }) => left),
    right: sorted.map(({ right }) => right),
  };
}

/** Looks at every pair of columns once; false when all were orthogonal and sorted already. A swap leaves pairs that never met. */
function rotateAll(columns: Column[], noise: number): boolean {
  let hasChanged = false;
  for (let p = 0; p < columns.length; p++) {
    for (let q = p + 1; q < columns.length; q++) {
      let [x, y] = [columns[p], columns[q]];
      if (x === undefined || y === undefined) {
        continue;
      }
      if (x.square < y.square) {
        [x, y] = [y, x];
        columns[p] = x;
        columns[q] = y;
        hasChanged = true;
      }
      const product = dot(x.left, y.left);
      const isOrthogonal =
        Math.abs(product) <= noise || Math.abs(product) <= ORTHOGONAL * Math.sqrt(x.square) * Math.sqrt(y.square);
      if (!isOrthogonal) {
        rotate(x, y, product);
        hasChanged = true;
      }
    }
  }
  return hasChanged;
}

/** The rotation by the smaller angle after which two columns are orthogonal. */
function rotate(x: Column, y: Column, product: number): void {
  const zeta = (y.square - x.square) / (2 * product);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  turn(x.left, y.left, cosine, cosine * tangent);
  turn(x.right, y.right, cosine, cosine * tangent);
  x.square = dot(x.left, x.left);
  y.square = dot(y.left, y.left);
}

/** x ← c·x − s·y, y ← s·x + c·y. */
function turn(x: Float64Array, y: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i] ?? 0, y[i] ?? 0];
    x[i] = cosine * a - sine * b;
    y[i] = sine * a + cosine * b;
  }
}
