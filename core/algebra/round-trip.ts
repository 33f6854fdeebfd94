/** What rounding to an output's element type does to a result, measured on the factors that were written. */
import { arithmetic } from '../numeric/arithmetic.js';
import type { LoraFactors } from './factors.js';
import { quadraticRows } from './quadratic-rows.js';
import { stackA, stackedRank } from './stack.js';
import type { WeightDifference } from './types.js';

/** Rows per module on which the error is measured; evenly spaced, all of them where there are no more. */
export const MEASURED_ROWS = 128;

/** Squared Frobenius norms of one module, scaled from the measured rows to all rows. */
export interface RoundingError {
  /** ‖written − exact‖². */
  readonly errorSquare: number;
  /** ‖exact‖². */
  readonly resultSquare: number;
  /** ‖exact − leftmost adapter‖²: what the expression changed. */
  readonly editSquare: number;
}

/** One module as computed and as written. */
export interface WrittenModule {
  /** By leaf, the leftmost first; undefined for a leaf that lacks the module. */
  readonly leaves: readonly (LoraFactors | undefined)[];
  /** `[leaves, rows]`. */
  readonly coefficients: Float64Array;
  /** Values of A' as written, `[rank, in]`; undefined where it was written exactly. */
  readonly a: Float32Array | undefined;
  /** Values of some rows of B' as written, `[rows.length, rank]`. */
  readonly rowsOfB: (rows: readonly number[]) => Float32Array;
  /** {@link stackedProducts} of the leaves. */
  readonly products: Float64Array;
  /** Exponents that were applied to the factors before writing; see balance.ts. */
  readonly exponents: Int16Array;
}

/**
 * Measures a module. With A' written exactly, an error of row i is δb (A'A'ᵀ) δbᵀ; where A' was rounded too, row i of the error
 * is [δb | b]·[A' written; δA'].
 */
export function roundingError(module: WrittenModule): RoundingError {
  const { leaves, coefficients, products } = module;
  const rank = stackedRank(leaves);
  const rows = coefficients.length / leaves.length;
  const measured = measuredRows(rows);
  const { exact, edit } = exactRows(module, measured, rank);
  const errors = errorProducts(module, rank);
  const difference = differences(withoutExponents(module.rowsOfB(measured), module.exponents), exact);
  const error = errors.size > rank ? sideBySide(difference, exact, rank) : difference;
  const share = rows / measured.length;
  return {
    errorSquare: share * sumOfSquares(error, errors.products, measured.length),
    resultSquare: share * sumOfSquares(exact, products, measured.length),
    editSquare: share * sumOfSquares(edit, products, measured.length),
  };
}

/** Errors by module as what they are: how far a written result is from the exact one, ‖exact − written‖, relative to ‖exact‖. */
export function roundingDifference(errors: ReadonlyMap<string, RoundingError>): WeightDifference {
  let [error, result] = [0, 0];
  const byModule = [...errors].map(([module, { errorSquare, resultSquare }]) => {
    error += errorSquare;
    result += resultSquare;
    return { module, norm: Math.sqrt(errorSquare), relative: squareRatio(errorSquare, resultSquare) };
  });
  return { norm: Math.sqrt(error), relative: squareRatio(error, result), byModule };
}

/** The root of one square over another; null where that is zero. */
export function squareRatio(square: number, ofSquare: number): number | null {
  return ofSquare === 0 ? null : Math.sqrt(square / ofSquare);
}

function measuredRows(rows: number): readonly number[] {
  const step = Math.max(1, Math.floor(rows / MEASURED_ROWS));
  return Array.from({ length: Math.ceil(rows / step) }, (_, place) => place * step);
}

/** Rows of the exact B' and of B' minus the leftmost adapter's, `[measured.length, rank]`. */
function exactRows(
  { leaves, coefficients }: WrittenModule,
  measured: readonly number[],
  rank: number,
): { readonly exact: Float64Array; readonly edit: Float64Array } {
  const rows = coefficients.length / leaves.length;
  const parts = leaves.flatMap((factors, j) => {
    if (factors === undefined) {
      return [];
    }
    const { b, rank: width, scaling } = factors;
    const some = new Float32Array(measured.length * width);
    const weights = new Float64Array(measured.length);
    for (const [place, i] of measured.entries()) {
      some.set(b.subarray(i * width, (i + 1) * width), place * width);
      weights[place] = coefficients[j * rows + i] ?? 0;
    }
    return [{ b: some, width, scaling, weights, change: j === 0 ? weights.map((weight) => weight - 1) : weights }];
  });
  const [exact, edit] = [new Float64Array(measured.length * rank), new Float64Array(measured.length * rank)];
  arithmetic().multiplyRows(parts, exact);
  arithmetic().multiplyRows(
    parts.map(({ change, ...part }) => ({ ...part, weights: change })),
    edit,
  );
  return { exact, edit };
}

/** Rows as they were before balancing. */
function withoutExponents(rows: Float32Array, exponents: Int16Array): Float32Array | Float64Array {
  if (exponents.every((exponent) => exponent === 0)) {
    return rows;
  }
  const powers = Float64Array.from(exponents, (exponent) => 2 ** exponent);
  return Float64Array.from(rows, (value, at) => value / (powers[at % powers.length] ?? 1));
}

function differences(one: Float32Array | Float64Array, other: Float64Array): Float64Array {
  const difference = new Float64Array(other.length);
  for (let at = 0; at < difference.length; at++) {
    difference[at] = (one[at] ?? 0) - (other[at] ?? 0);
  }
  return difference;
}

/** `[one | other]`, tables of this width. */
function sideBySide(one: Float64Array, other: Float64Array, width: number): Float64Array {
  const both = new Float64Array(2 * one.length);
  for (let at = 0; at < one.length; at += width) {
    both.set(one.subarray(at, at + width), 2 * at);
    both.set(other.subarray(at, at + width), 2 * at + width);
  }
  return both;
}

/** Products of the rows that the errors are combinations of: of A' alone, or of [A' written; A' written − A']. */
function errorProducts(
  module: WrittenModule,
  rank: number,
): { readonly products: Float64Array; readonly size: number } {
  if (module.a === undefined) {
    return { products: module.products, size: rank };
  }
  const exactA = stackA(module.leaves);
  const width = exactA.length / rank;
  const both = new Float32Array(2 * exactA.length);
  for (let k = 0; k < rank; k++) {
    const power = 2 ** (module.exponents[k] ?? 0);
    for (let at = k * width, end = at + width; at < end; at++) {
      const written = (module.a[at] ?? 0) * power;
      both[at] = written;
      both[exactA.length + at] = written - (exactA[at] ?? 0);
    }
  }
  return { products: arithmetic().symmetricProduct([both], width), size: 2 * rank };
}

/** Σ_i x_i · matrix · x_iᵀ for a symmetric matrix; no term below zero, which rounding could make it. */
function sumOfSquares(x: Float64Array, matrix: Float64Array, rows: number): number {
  const squares = new Float64Array(rows);
  quadraticRows(x, matrix, 1, squares);
  return squares.reduce((sum, square) => sum + Math.max(0, square), 0);
}
