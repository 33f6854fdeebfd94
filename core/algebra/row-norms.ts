/** Norms and inner products of rows of combinations, from coefficients and Gram matrices; docs/architecture.md, Algebra. */
import type { Digest } from '../digest.js';
import { pairPlace } from './gram.js';
import { placeOf, rowsOf } from './leaf.js';
import type { Gram } from './types.js';

/**
 * A squared norm counts as zero up to this share of (Σ_j |c_j| n_j)². Where coefficients cancel, as in
 * `e ⊖ 0.9·e ⊖ 0.1·e`, n² comes out as rounding noise of about ±1e-16 of that sum, and a direction must not be made of it.
 */
export const ZERO_NORM_SHARE = 1e-12;

/** One module's Gram, seen by the leaves of some combinations. */
export class ModuleRows {
  readonly rows: number;
  private readonly values: Float64Array;
  private readonly places: readonly number[];
  private readonly leaves: number;
  private readonly known = new Map<Float64Array, Float64Array>();
  private readonly knownOccurring = new Map<Float64Array, readonly number[]>();

  /** @param leaves - the leaves that the coefficients of all methods are over */
  constructor(gram: Gram, path: string, leaves: readonly Digest[]) {
    this.rows = rowsOf(gram, path);
    this.values = gram.modules.get(path) ?? new Float64Array();
    this.places = leaves.map((leaf) => placeOf(gram, leaf));
    this.leaves = gram.leaves.length;
  }

  /**
   * Inner products of rows: Σ_{j,l} x_j y_l G[j,l].
   *
   * @param x - `[leaves, rows]`
   * @param y - `[leaves, rows]`
   * @returns `[rows]`; not to be modified
   */
  products(x: Float64Array, y: Float64Array): Float64Array {
    if (x === y) {
      return this.squares(x);
    }
    const sums = new Float64Array(this.rows);
    const inY = this.occurring(y);
    for (const j of this.occurring(x)) {
      for (const l of inY) {
        addProducts(sums, 1, this.lineOf(x, j), this.lineOf(y, l), this.pair(j, l));
      }
    }
    return sums;
  }

  /** Squares of rows; kept, since the same operand is asked for by several. Do not modify. */
  private squares(c: Float64Array): Float64Array {
    const known = this.known.get(c);
    if (known !== undefined) {
      return known;
    }
    const sums = new Float64Array(this.rows);
    const occurring = this.occurring(c);
    for (const j of occurring) {
      for (const l of occurring) {
        if (l >= j) {
          addProducts(sums, l > j ? 2 : 1, this.lineOf(c, j), this.lineOf(c, l), this.pair(j, l));
        }
      }
    }
    this.known.set(c, sums);
    return sums;
  }

  private lineOf(c: Float64Array, j: number): Float64Array {
    return c.subarray(j * this.rows, (j + 1) * this.rows);
  }

  /** The Gram's entries of a pair of leaves, `[rows]`. */
  private pair(j: number, l: number): Float64Array {
    const start = pairPlace(this.places[j] ?? 0, this.places[l] ?? 0, this.leaves) * this.rows;
    return this.values.subarray(start, start + this.rows);
  }

  /** Leaves that have a coefficient other than zero, in order: operands are often single leaves among many. */
  private occurring(c: Float64Array): readonly number[] {
    let occurring = this.knownOccurring.get(c);
    if (occurring === undefined) {
      occurring = [...this.places.keys()].filter((j) => !isZero(this.lineOf(c, j)));
      this.knownOccurring.set(c, occurring);
    }
    return occurring;
  }

  /**
   * Norms of rows, exactly 0 where they count as zero ({@link ZERO_NORM_SHARE}).
   *
   * @param c - `[leaves, rows]`
   * @returns `[rows]`
   */
  norms(c: Float64Array): Float64Array {
    const bounds = new Float64Array(this.rows);
    for (const j of this.occurring(c)) {
      addBounds(bounds, this.lineOf(c, j), this.pair(j, j));
    }
    return rootsAbove(this.squares(c), bounds);
  }

  /** Frobenius norm of the whole module's combination. */
  frobenius(c: Float64Array): number {
    return Math.sqrt(Math.max(0, sum(this.products(c, c))));
  }
}

/** Whether there is nothing but zeros; the first element usually tells. */
function isZero(values: Float64Array): boolean {
  let i = 0;
  while (i < values.length && values[i] === 0) {
    i++;
  }
  return i === values.length;
}

/** sums += times · x · y · gram, element by element. */
function addProducts(sums: Float64Array, times: number, x: Float64Array, y: Float64Array, gram: Float64Array): void {
  for (let i = 0; i < sums.length; i++) {
    const weight = times * (x[i] ?? 0) * (y[i] ?? 0);
    sums[i] = (sums[i] ?? 0) + weight * (gram[i] ?? 0);
  }
}

/** bounds += |c| · √square, element by element. */
function addBounds(bounds: Float64Array, c: Float64Array, squares: Float64Array): void {
  for (let i = 0; i < bounds.length; i++) {
    const leafNorm = Math.sqrt(Math.max(0, squares[i] ?? 0));
    bounds[i] = (bounds[i] ?? 0) + Math.abs(c[i] ?? 0) * leafNorm;
  }
}

/** Roots, exactly 0 where a square counts as zero against its bound. */
function rootsAbove(squares: Float64Array, bounds: Float64Array): Float64Array {
  const roots = new Float64Array(squares.length);
  for (let i = 0; i < roots.length; i++) {
    const square = squares[i] ?? 0;
    const bound = bounds[i] ?? 0;
    roots[i] = square <= ZERO_NORM_SHARE * (bound * bound) ? 0 : Math.sqrt(square);
  }
  return roots;
}

/** Sum of the elements, in their order. */
function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    total += values[i] ?? 0;
  }
  return total;
}
