/**
 * Per-row Gram matrices of leaf adapters from their factors alone: the inner product of row i of ΔW_j and ΔW_l is
 * s_j s_l b_{j,i} (A_j A_lᵀ) b_{l,i}ᵀ, so only `[rank, rank]` products of the A factors and the rows of B are touched;
 * the `[out, in]` matrices are never formed. All sums in float64.
 */
import { OminusError } from '../errors.js';
import { arithmetic } from '../numeric/arithmetic.js';
import type { LoraFactors } from './factors.js';
import { quadraticRows } from './quadratic-rows.js';

export type { LoraFactors } from './factors.js';

/** Number of pairs (j, l) with j ≤ l. */
export function pairCount(leaves: number): number {
  return (leaves * (leaves + 1)) / 2;
}

/** Place of the pair of leaves (j, l) in either order; see {@link Gram} in types.ts. */
export function pairPlace(j: number, l: number, leaves: number): number {
  const low = Math.min(j, l);
  return low * leaves - (low * (low - 1)) / 2 + (Math.max(j, l) - low);
}

/**
 * Squared norms of the rows of ΔW: s² b_i (A Aᵀ) b_iᵀ.
 *
 * @param aa - A·Aᵀ, `[rank, rank]`
 * @param out - `[rows]`, overwritten
 */
export function rowNormsSquared(factors: LoraFactors, aa: Float64Array, out: Float64Array): void {
  quadraticRows(factors.b, aa, factors.scaling * factors.scaling, out);
}

/**
 * Inner products of the rows of two ΔW: s_j s_l b_{j,i} (A_j A_lᵀ) b_{l,i}ᵀ.
 *
 * @param cross - A_j·A_lᵀ, `[rank_j, rank_l]`
 * @param out - `[rows]`, overwritten
 */
export function rowProducts(left: LoraFactors, right: LoraFactors, cross: Float64Array, out: Float64Array): void {
  const operands = { x: left.b, y: right.b, m: left.rank, n: right.rank, matrix: cross, isUpper: false };
  arithmetic().bilinearRows({ ...operands, scale: left.scaling * right.scaling, out });
}

/** One module's Gram. */
export interface ModuleGram {
  /** `[pairs, rows]`; see {@link Gram} in types.ts. */
  readonly values: Float64Array;
  readonly rows: number;
}

/**
 * Inner products of all rows of all A factors: [A_1; A_2; …]·[A_1; A_2; …]ᵀ.
 *
 * @param leaves - factors by leaf; undefined for a leaf that lacks the module
 * @returns `[rank, rank]` with rank the sum of the leaves' ranks
 * @throws OminusError `SHAPE_MISMATCH` when the leaves' shapes differ
 */
export function stackedProducts(leaves: readonly (LoraFactors | undefined)[]): Float64Array {
  const { width } = commonShape(leaves);
  return arithmetic().symmetricProduct(
    leaves.flatMap((factors) => factors?.a ?? []),
    width,
  );
}

/**
 * The Gram matrices of one module's rows.
 *
 * @param leaves - factors by leaf; undefined for a leaf that lacks the module
 * @param products - what {@link stackedProducts} gives for them
 * @throws OminusError `SHAPE_MISMATCH` when the leaves' shapes differ
 */
export function moduleGram(
  leaves: readonly (LoraFactors | undefined)[],
  products: Float64Array = stackedProducts(leaves),
): ModuleGram {
  const { rows } = commonShape(leaves);
  const values = new Float64Array(pairCount(leaves.length) * rows);
  const rank = Math.sqrt(products.length);
  let top = 0;
  for (const [j, left] of leaves.entries()) {
    let start = top;
    for (const [l, right] of leaves.entries()) {
      if (l < j || left === undefined || right === undefined) {
        continue;
      }
      const place = pairPlace(j, l, leaves.length) * rows;
      const out = values.subarray(place, place + rows);
      const block = subMatrix(products, rank, [top, left.rank], [start, right.rank]);
      if (j === l) {
        rowNormsSquared(left, block, out);
      } else {
        rowProducts(left, right, block, out);
      }
      start += right.rank;
    }
    top += left?.rank ?? 0;
  }
  return { values, rows };
}

/** `[height, width]` of a square matrix, from row `top` and column `start`. */
function subMatrix(
  square: Float64Array,
  size: number,
  [top, height]: readonly [number, number],
  [start, width]: readonly [number, number],
): Float64Array {
  const part = new Float64Array(height * width);
  for (let p = 0; p < height; p++) {
    const from = (top + p) * size + start;
    part.set(square.subarray(from, from + width), p * width);
  }
  return part;
}

/** Rows and width of ΔW, the same for all leaves that have the module. */
function commonShape(leaves: readonly (LoraFactors | undefined)[]): { readonly rows: number; readonly width: number } {
  const present = leaves.filter((factors) => factors !== undefined);
  const [first] = present;
  if (first === undefined) {
    throw new OminusError('INTERNAL', { message: 'a module needs at least one leaf that has it' });
  }
  const rows = first.b.length / first.rank;
  const width = first.a.length / first.rank;
  for (const { a, b, rank } of present) {
    if (b.length !== rows * rank || a.length !== width * rank) {
      const got = `[${String(b.length / rank)}, ${String(a.length / rank)}]`;
      throw new OminusError('SHAPE_MISMATCH', {
        message: `cannot combine rows of different matrices: [${String(rows)}, ${String(width)}] and ${got}`,
      });
    }
  }
  return { rows, width };
}
