/** What rounding to an output's element type does to a result, measured on the factors that were written. */
import { arithmetic } from '../numeric/arithmetic.js';
import type { LoraFactors } from './factors.js';
import { stackA, stackedRank } from './stack.js';

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
  /** Values of one row of B' as written, `[rank]`. */
  readonly rowOfB: (row: number) => Float32Array;
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
  const step = Math.max(1, Math.floor(rows / MEASURED_ROWS));
  const errors = errorProducts(module, rank);
  const [exact, edit] = [new Float64Array(rank), new Float64Array(rank)];
  const error = new Float64Array(errors.size);
  const powers = Float64Array.from(module.exponents, (exponent) => 2 ** exponent);
  const sums = { errorSquare: 0, resultSquare: 0, editSquare: 0 };
  let measured = 0;
  for (let i = 0; i < rows; i += step, measured++) {
    exactRow(module, i, exact, edit);
    const row = module.rowOfB(i);
    for (let k = 0; k < rank; k++) {
      error[k] = (row[k] ?? 0) / (powers[k] ?? 1) - (exact[k] ?? 0);
      if (errors.size > rank) {
        error[rank + k] = exact[k] ?? 0;
      }
    }
    sums.errorSquare += quadraticForm(error, errors.products);
    sums.resultSquare += quadraticForm(exact, products);
    sums.editSquare += quadraticForm(edit, products);
  }
  const share = rows / measured;
  return {
    errorSquare: sums.errorSquare * share,
    resultSquare: sums.resultSquare * share,
    editSquare: sums.editSquare * share,
  };
}

/** Row i of the exact B' and of B' minus the leftmost adapter's. */
function exactRow({ leaves, coefficients }: WrittenModule, i: number, exact: Float64Array, edit: Float64Array): void {
  const rows = coefficients.length / leaves.length;
  let column = 0;
  for (const [j, factors] of leaves.entries()) {
    if (factors === undefined) {
      continue;
    }
    const { b, rank, scaling } = factors;
    const coefficient = coefficients[j * rows + i] ?? 0;
    for (let k = 0; k < rank; k++, column++) {
      const value = scaling * (b[i * rank + k] ?? 0);
      exact[column] = coefficient * value;
      edit[column] = (coefficient - (j === 0 ? 1 : 0)) * value;
    }
  }
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

/** x · matrix · xᵀ for a symmetric matrix; never below zero, which rounding could make it. */
function quadraticForm(x: Float64Array, matrix: Float64Array): number {
  const size = x.length;
  let total = 0;
  for (let p = 0; p < size; p++) {
    let inner = 0;
    for (let q = p + 1, place = p * size + p + 1; q < size; q++, place++) {
      inner += (matrix[place] ?? 0) * (x[q] ?? 0);
    }
    const own = x[p] ?? 0;
    total += own * (2 * inner + own * (matrix[p * size + p] ?? 0));
  }
  return Math.max(0, total);
}
