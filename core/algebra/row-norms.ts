/** Norms and inner products of rows of combinations, from coefficients and Gram matrices; docs/notes/algebra.md. */
import type { Digest } from '../digest.js';
import { arithmetic } from '../numeric/arithmetic.js';
import type { WeightedProduct } from '../numeric/line-arithmetic.js';
import { pairPlace } from './gram.js';
import { placeOf, rowsOf } from './leaf.js';
import type { Gram } from './types.js';

/**
 * A squared norm counts as zero up to this share of (Σ_j |c_j| n_j)². Where coefficients cancel, as in
 * `e ⊖ 0.9·e ⊖ 0.1·e`, n² comes out as rounding noise of about ±1e-16 of that sum, and a direction must not be made of it.
 */
export const ZERO_NORM_SHARE = 1e-12;

interface Squares {
  /** `[rows]` */
  readonly values: Float64Array;
  readonly sum: number;
}

/** One module's Gram, seen by the leaves of some combinations. */
export class ModuleRows {
  readonly rows: number;
  readonly #values: Float64Array;
  readonly #places: readonly number[];
  readonly #leaves: number;
  readonly #known = new Map<Float64Array, Squares>();
  readonly #knownOccurring = new Map<Float64Array, readonly number[]>();

  /** @param leaves - the leaves that the coefficients of all methods are over */
  constructor(gram: Gram, path: string, leaves: readonly Digest[]) {
    this.rows = rowsOf(gram, path);
    this.#values = gram.modules.get(path) ?? new Float64Array();
    this.#places = leaves.map((leaf) => placeOf(gram, leaf));
    this.#leaves = gram.leaves.length;
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
      return this.#squares(x).values;
    }
    const terms: WeightedProduct[] = [];
    const inY = this.#occurring(y);
    for (const j of this.#occurring(x)) {
      for (const l of inY) {
        terms.push({ times: 1, x: this.#lineOf(x, j), y: this.#lineOf(y, l), gram: this.#pair(j, l) });
      }
    }
    const sums = new Float64Array(this.rows);
    arithmetic().weightedProducts(terms, sums);
    return sums;
  }

  /** Squares of rows, and their sum; kept, since the same operand is asked for by several. Do not modify. */
  #squares(c: Float64Array): Squares {
    const known = this.#known.get(c);
    if (known !== undefined) {
      return known;
    }
    const terms: WeightedProduct[] = [];
    const occurring = this.#occurring(c);
    for (const j of occurring) {
      const x = this.#lineOf(c, j);
      for (const l of occurring) {
        if (l >= j) {
          const y = l === j ? x : this.#lineOf(c, l);
          terms.push({ times: l > j ? 2 : 1, x, y, gram: this.#pair(j, l) });
        }
      }
    }
    const values = new Float64Array(this.rows);
    const squares = { values, sum: arithmetic().weightedProducts(terms, values) };
    this.#known.set(c, squares);
    return squares;
  }

  #lineOf(c: Float64Array, j: number): Float64Array {
    return c.subarray(j * this.rows, (j + 1) * this.rows);
  }

  /** The Gram's entries of a pair of leaves, `[rows]`. */
  #pair(j: number, l: number): Float64Array {
    const start = pairPlace(this.#places[j] ?? 0, this.#places[l] ?? 0, this.#leaves) * this.rows;
    return this.#values.subarray(start, start + this.rows);
  }

  /** Leaves that have a coefficient other than zero, in order: operands are often single leaves among many. */
  #occurring(c: Float64Array): readonly number[] {
    let occurring = this.#knownOccurring.get(c);
    if (occurring === undefined) {
      occurring = [...this.#places.keys()].filter((j) => !isZero(this.#lineOf(c, j)));
      this.#knownOccurring.set(c, occurring);
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
    const terms = this.#occurring(c).map((j) => ({ c: this.#lineOf(c, j), squares: this.#pair(j, j) }));
    const roots = new Float64Array(this.rows);
    arithmetic().boundedRoots(this.#squares(c).values, terms, ZERO_NORM_SHARE, roots);
    return roots;
  }

  /** Frobenius norm of the whole module's combination. */
  frobenius(c: Float64Array): number {
    return Math.sqrt(Math.max(0, this.#squares(c).sum));
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
