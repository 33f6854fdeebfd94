/** The loops over all elements of a merge, as both implementations offer them. */
import type { LineArithmetic } from './line-arithmetic.js';
import type { RowSlots, RowSlotsShape } from './row-slots.js';

/**
 * The bits of a float32 without its sign. They are in the order of the magnitudes; Infinity has {@link INFINITY_BITS}, NaN
 * more.
 */
export type MagnitudeBits = number;

/** Bits of Infinity: what is below is finite. */
export const INFINITY_BITS: MagnitudeBits = 0x7f800000;

/** The bits of a magnitude that float32 holds exactly. */
export function bitsOf(magnitude: number): MagnitudeBits {
  return new Int32Array(Float32Array.of(magnitude).buffer)[0] ?? 0;
}

/** Values, and the bits of their largest magnitude, which is known when they are made. */
export interface MeasuredFloats {
  readonly values: Float32Array;
  readonly largest: MagnitudeBits;
}

/** Element types of two bytes. */
export type HalfDtype = 'F16' | 'BF16';

/** Two tables of rows and the matrix between them: x_i · M · y_iᵀ for every row i. */
export interface BilinearOperands {
  /** `[rows, m]`, row-major, finite; not modified, as is everything but `out`. */
  readonly x: Float32Array | Float64Array;
  /** `[rows, n]`; may be the same array as `x`. */
  readonly y: Float32Array | Float64Array;
  /** `[m, n]`. */
  readonly matrix: Float64Array;
  readonly m: number;
  readonly n: number;
  /** The matrix is square, and zero below the diagonal. */
  readonly isUpper: boolean;
  /** Every result is multiplied by it. */
  readonly scale: number;
  /** `[rows]`, overwritten. */
  readonly out: Float64Array;
}

/** One of several tables that are scaled and put side by side. */
export interface ScaledColumns {
  /** `[rows, width]`. */
  readonly b: Float32Array;
  readonly width: number;
  /** One factor per row. */
  readonly weights: Float64Array;
}

/** What both implementations do. */
export interface Arithmetic extends LineArithmetic {
  /**
   * Widens to float32, exactly.
   *
   * @param target - of the same length; overwritten
   * @returns bits of the largest magnitude
   */
  widen(source: Uint16Array, dtype: HalfDtype, target: Float32Array): MagnitudeBits;
  /** Rounds float32 to nearest, ties to even; what is too large becomes ±Infinity, NaN stays NaN. */
  narrow(source: Float32Array, dtype: HalfDtype, target: Uint16Array): void;
  /** Bits of the largest magnitude; 0 where there are no values. */
  largest(values: Float32Array): MagnitudeBits;
  /**
   * `[M_1; M_2; …] · [M_1; M_2; …]ᵀ`, every sum in float64 and in the order of the columns, without stacking the matrices.
   *
   * @param parts - `[…, width]` each, row-major, finite
   * @returns `[rows, rows]` with the rows of all parts
   */
  symmetricProduct(parts: readonly Float32Array[], width: number): Float64Array;
  /** scale · x_i · M · y_iᵀ in float64: first the lines of M with y_i, each in its order, then their sums with x_i. */
  bilinearRows(operands: BilinearOperands): void;
  /**
   * `[diag(weights_1) b_1 | diag(weights_2) b_2 | …]`, in float64, rounded once to float32.
   *
   * @param out - `[rows, Σ width]`, overwritten
   * @returns bits of the largest magnitude
   */
  scaleRows(parts: readonly ScaledColumns[], out: Float32Array): MagnitudeBits;
  /** Empty slots; see row-slots.ts. */
  rowSlots(shape: RowSlotsShape): RowSlots;
}
