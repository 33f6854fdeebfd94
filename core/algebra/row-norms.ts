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
   * @returns `[rows]`
   */
  products(x: Float64Array, y: Float64Array): Float64Array {
    const { rows, values } = this;
    const sums = new Float64Array(rows);
    // Operands are often single leaves among many.
    const [inX, inY] = [this.occurring(x), this.occurring(y)];
    for (const [j, pj] of this.places.entries()) {
      for (const [l, pl] of this.places.entries()) {
        if (!inX.has(j) || !inY.has(l) || (x === y && l < j)) {
          continue; // nothing to add, or counted twice at (l, j)
        }
        const start = pairPlace(pj, pl, this.leaves) * rows;
        const times = x === y && l > j ? 2 : 1;
        for (let i = 0, ofX = j * rows, ofY = l * rows; i < rows; i++) {
          const weight = times * (x[ofX + i] ?? 0) * (y[ofY + i] ?? 0);
          sums[i] = (sums[i] ?? 0) + weight * (values[start + i] ?? 0);
        }
      }
    }
    return sums;
  }

  /** Places of the leaves that have a coefficient other than zero. */
  private occurring(c: Float64Array): ReadonlySet<number> {
    const found = new Set<number>();
    for (const j of this.places.keys()) {
      const end = (j + 1) * this.rows;
      let i = j * this.rows;
      while (i < end && c[i] === 0) {
        i++;
      }
      if (i < end) {
        found.add(j);
      }
    }
    return found;
  }

  /**
   * Norms of rows, exactly 0 where they count as zero ({@link ZERO_NORM_SHARE}).
   *
   * @param c - `[leaves, rows]`
   * @returns `[rows]`
   */
  norms(c: Float64Array): Float64Array {
    const norms = this.products(c, c);
    const bounds = new Float64Array(this.rows);
    for (const [j, place] of this.places.entries()) {
      const start = pairPlace(place, place, this.leaves) * this.rows;
      for (let i = 0; i < bounds.length; i++) {
        const leafNorm = Math.sqrt(Math.max(0, this.values[start + i] ?? 0));
        bounds[i] = (bounds[i] ?? 0) + Math.abs(c[j * this.rows + i] ?? 0) * leafNorm;
      }
    }
    for (let i = 0; i < norms.length; i++) {
      const square = norms[i] ?? 0;
      norms[i] = square <= ZERO_NORM_SHARE * (bounds[i] ?? 0) ** 2 ? 0 : Math.sqrt(square);
    }
    return norms;
  }

  /** Frobenius norm of the whole module's combination. */
  frobenius(c: Float64Array): number {
    return Math.sqrt(Math.max(0, sum(this.products(c, c))));
  }
}

/** Sum of the elements, in their order. */
function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) {
    total += value;
  }
  return total;
}
