/**
 * Per-row Gram matrices of leaf adapters from their factors alone: the inner product of row i of ΔW_j and ΔW_l is
 * s_j s_l b_{j,i} (A_j A_lᵀ) b_{l,i}ᵀ, so only `[rank, rank]` products of the A factors and the rows of B are touched;
 * the `[out, in]` matrices are never formed. All sums in float64.
 */
import { OminusError } from '../errors.js';
import type { LoraFactors } from './factors.js';
import { symmetricProduct } from './symmetric-product.js';

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
  const { rank, scaling } = factors;
  // Off-diagonal entries count twice, so that only the upper triangle is visited.
  const upper = aa.map((value, place) => {
    const above = (place % rank) - Math.floor(place / rank);
    return above === 0 ? value : above > 0 ? 2 * value : 0;
  });
  bilinearRows({ left: factors, right: factors, matrix: upper, isUpper: true, scale: scaling * scaling, out });
}

/**
 * Inner products of the rows of two ΔW: s_j s_l b_{j,i} (A_j A_lᵀ) b_{l,i}ᵀ.
 *
 * @param cross - A_j·A_lᵀ, `[rank_j, rank_l]`
 * @param out - `[rows]`, overwritten
 */
export function rowProducts(left: LoraFactors, right: LoraFactors, cross: Float64Array, out: Float64Array): void {
  bilinearRows({ left, right, matrix: cross, isUpper: false, scale: left.scaling * right.scaling, out });
}

interface BilinearOperands {
  readonly left: LoraFactors;
  readonly right: LoraFactors;
  /** `[left.rank, right.rank]`; with `isUpper`, zero below the diagonal. */
  readonly matrix: Float64Array;
  readonly isUpper: boolean;
  readonly scale: number;
  readonly out: Float64Array;
}

/**
 * out_i = scale · b_{left,i} · matrix · b_{right,i}ᵀ, for two rows and four lines of the matrix at a time: eight independent
 * sums, which is three times as fast as one (a chain of dependent additions waits four cycles for each).
 */
function bilinearRows({ left, right, matrix, isUpper, scale, out }: BilinearOperands): void {
  const { b: bl, rank: m } = left;
  const { b: br, rank: n } = right;
  // Lines beyond the matrix are zero; what they are multiplied with is finite, whatever it is.
  const lines = new Float64Array(Math.ceil(m / 4) * 4 * n);
  lines.set(matrix);
  const rows = out.length;
  for (let i = 0; i < rows; i += 2) {
    const l0 = i * m;
    const l1 = Math.min(i + 1, rows - 1) * m;
    const r0 = i * n;
    const r1 = Math.min(i + 1, rows - 1) * n;
    let sum0 = 0;
    let sum1 = 0;
    for (let p = 0; p < m; p += 4) {
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      const line = p * n;
      for (let q = isUpper ? p : 0; q < n; q++) {
        const x0 = br[r0 + q] ?? 0;
        const x1 = br[r1 + q] ?? 0;
        const y0 = lines[line + q] ?? 0;
        const y1 = lines[line + n + q] ?? 0;
        const y2 = lines[line + 2 * n + q] ?? 0;
        const y3 = lines[line + 3 * n + q] ?? 0;
        s00 += x0 * y0;
        s01 += x0 * y1;
        s02 += x0 * y2;
        s03 += x0 * y3;
        s10 += x1 * y0;
        s11 += x1 * y1;
        s12 += x1 * y2;
        s13 += x1 * y3;
      }
      sum0 += (bl[l0 + p] ?? 0) * s00 + (bl[l0 + p + 1] ?? 0) * s01;
      sum0 += (bl[l0 + p + 2] ?? 0) * s02 + (bl[l0 + p + 3] ?? 0) * s03;
      sum1 += (bl[l1 + p] ?? 0) * s10 + (bl[l1 + p + 1] ?? 0) * s11;
      sum1 += (bl[l1 + p + 2] ?? 0) * s12 + (bl[l1 + p + 3] ?? 0) * s13;
    }
    out[i] = scale * sum0;
    if (i + 1 < rows) {
      out[i + 1] = scale * sum1;
    }
  }
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
  return symmetricProduct(
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
      const block = subMatrix(products, rank, top, start, left.rank, right.rank);
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

/** `[height, width]` of a square matrix, from (top, start). */
function subMatrix(
  square: Float64Array,
  size: number,
  top: number,
  start: number,
  height: number,
  width: number,
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
