/**
 * Loops over lines: one number per row of a module, `[rows]`. Every operation is one multiplication, sum or comparison per row, in
 * float64; simd-line-arithmetic.ts has the same in the kernel, with the same bits.
 */

import type { Kernel } from './kernel/load.js';

/** Lines that a loop takes. */
export type FourLines = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

/** A loop that someone else brings along, in both forms, which must give the same bits. */
export interface LineLoop {
  /** @param out - overwritten */
  readonly plain: (lines: FourLines, out: Float64Array) => void;
  /**
   * The results take the place of the first line.
   *
   * @param at - addresses of the lines, each of which has a zero after it where `count` is odd
   */
  readonly kernel: (kernel: Kernel, at: readonly [number, number, number, number], count: number) => void;
}

/** One term of a sum over pairs of leaves: times · x · y · gram, from left to right. */
export interface WeightedProduct {
  readonly times: number;
  readonly x: Float64Array;
  /** May be the same array as `x`. */
  readonly y: Float64Array;
  readonly gram: Float64Array;
}

/** One term of a bound: |c| · √max(0, square). */
export interface BoundTerm {
  readonly c: Float64Array;
  readonly squares: Float64Array;
}

/** Rows of two combinations, compared where both norms are above 0. */
export interface RowComparison {
  readonly compared: number;
  /** Of cosines, kept within −1 … 1; least and largest are 1 and −1 where nothing was compared. */
  readonly cosineSum: number;
  readonly cosineMin: number;
  readonly cosineMax: number;
  /** Of norm / reference norm. */
  readonly ratioSum: number;
  readonly zeroNorms: number;
  readonly zeroReferenceNorms: number;
  /** Rows whose 1 + cosine is at most the margin. */
  readonly opposite: number;
}

/** One of several tables that are multiplied and put side by side. */
export interface WeightedColumns {
  /** `[rows, width]`. */
  readonly b: Float32Array;
  readonly width: number;
  readonly scaling: number;
  /** `[rows]`. */
  readonly weights: Float64Array;
}

/** What both implementations do. Lines of one call have one length; only what is called `out` or said to be is changed. */
export interface LineArithmetic {
  /**
   * The sum of the terms, in their order, row by row.
   *
   * @param out - overwritten
   * @returns the sum of all rows, in their order
   */
  weightedProducts(terms: readonly WeightedProduct[], out: Float64Array): number;
  /**
   * Roots of squares, exactly 0 where a square is at most share · (Σ terms)².
   *
   * @param out - overwritten
   */
  boundedRoots(squares: Float64Array, terms: readonly BoundTerm[], share: number, out: Float64Array): void;
  /**
   * A loop over up to four lines whose results are one more.
   *
   * @param out - overwritten
   */
  runLines(loop: LineLoop, lines: FourLines, out: Float64Array): void;
  /**
   * left + weight · edit, exactly 0 where that is at most share · (|left| + |weight · edit|).
   *
   * @param edit - multiplied by the weight in place
   * @param out - overwritten
   * @returns whether all of it is finite
   */
  applyEdit(left: Float64Array, edit: Float64Array, weight: number, share: number, out: Float64Array): boolean;
  /** Compares rows with those of a reference by their inner products and norms. */
  compareRows(products: Float64Array, norms: Float64Array, referenceNorms: Float64Array, margin: number): RowComparison;
  /**
   * `[diag(weights_1) (scaling_1 b_1) | diag(weights_2) (scaling_2 b_2) | …]`.
   *
   * @param out - `[rows, Σ width]`, overwritten
   */
  multiplyRows(parts: readonly WeightedColumns[], out: Float64Array): void;
}

/** Plain TypeScript. */
export const plainLineArithmetic: LineArithmetic = {
  weightedProducts(terms, out) {
    out.fill(0);
    for (const { times, x, y, gram } of terms) {
      for (let i = 0; i < out.length; i++) {
        out[i] = (out[i] ?? 0) + times * (x[i] ?? 0) * (y[i] ?? 0) * (gram[i] ?? 0);
      }
    }
    return out.reduce((sum, value) => sum + value, 0);
  },
  boundedRoots(squares, terms, share, out) {
    out.fill(0);
    for (const { c, squares: ofLeaf } of terms) {
      for (let i = 0; i < out.length; i++) {
        out[i] = (out[i] ?? 0) + Math.abs(c[i] ?? 0) * Math.sqrt(Math.max(0, ofLeaf[i] ?? 0));
      }
    }
    for (let i = 0; i < out.length; i++) {
      const square = squares[i] ?? 0;
      const bound = out[i] ?? 0;
      out[i] = square <= share * (bound * bound) ? 0 : Math.sqrt(square);
    }
  },
  runLines(loop, lines, out) {
    loop.plain(lines, out);
  },
  applyEdit(left, edit, weight, share, out) {
    let isFinite = true;
    for (let i = 0; i < out.length; i++) {
      const value = left[i] ?? 0;
      const scaled = weight * (edit[i] ?? 0);
      const sum = value + scaled;
      edit[i] = scaled;
      out[i] = Math.abs(sum) <= share * (Math.abs(value) + Math.abs(scaled)) ? 0 : sum;
      isFinite &&= Math.abs(sum) <= Number.MAX_VALUE;
    }
    return isFinite;
  },
  compareRows(products, norms, referenceNorms, margin) {
    let [compared, cosineSum, cosineMin, cosineMax, ratioSum] = [0, 0, 1, -1, 0];
    let [zeroNorms, zeroReferenceNorms, opposite] = [0, 0, 0];
    for (let i = 0; i < products.length; i++) {
      const norm = norms[i] ?? 0;
      const referenceNorm = referenceNorms[i] ?? 0;
      zeroNorms += norm === 0 ? 1 : 0;
      zeroReferenceNorms += referenceNorm === 0 ? 1 : 0;
      if (norm > 0 && referenceNorm > 0) {
        const cosine = Math.max(-1, Math.min(1, (products[i] ?? 0) / (norm * referenceNorm)));
        opposite += 1 + cosine <= margin ? 1 : 0;
        compared++;
        cosineSum += cosine;
        cosineMin = Math.min(cosineMin, cosine);
        cosineMax = Math.max(cosineMax, cosine);
        ratioSum += norm / referenceNorm;
      }
    }
    return { compared, cosineSum, cosineMin, cosineMax, ratioSum, zeroNorms, zeroReferenceNorms, opposite };
  },
  multiplyRows(parts, out) {
    const stride = parts.reduce((sum, { width }) => sum + width, 0);
    let column = 0;
    for (const { b, width, scaling, weights } of parts) {
      for (let i = 0, from = 0; i < weights.length; i++) {
        const weight = weights[i] ?? 0;
        for (let to = i * stride + column, end = to + width; to < end; to++, from++) {
          out[to] = weight * (scaling * (b[from] ?? 0));
        }
      }
      column += width;
    }
  },
};
