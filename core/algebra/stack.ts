/**
 * The factors of a combination in one module: B' = [diag(c_1)·s_1·B_1 | diag(c_2)·s_2·B_2 | …], A' = [A_1; A_2; …], with
 * scaling 1. Rank is the sum of the ranks of all leaves that have the module, also where a coefficient is zero, so that a
 * sweep keeps its shapes.
 */
import { arithmetic } from '../numeric/arithmetic.js';
import type { MeasuredFloats } from '../numeric/arithmetic-types.js';
import type { LoraFactors } from './factors.js';
import type { OperandFactors } from './operators/operator.js';

/**
 * A combination as an operand of an operator of factors: as `scaleB` and `stackA`, with B' in float64.
 *
 * @param coefficients - `[leaves, rows]`
 * @returns undefined where no leaf has the module
 */
export function operandFactors(
  leaves: readonly (LoraFactors | undefined)[],
  coefficients: Float64Array,
): OperandFactors | undefined {
  const rank = stackedRank(leaves);
  if (rank === 0) {
    return undefined;
  }
  const rows = coefficients.length / leaves.length;
  const b = new Float64Array(rows * rank);
  let start = 0;
  for (const [j, factors] of leaves.entries()) {
    const own = factors?.rank ?? 0;
    for (let i = 0; i < rows; i++) {
      const weight = (coefficients[j * rows + i] ?? 0) * (factors?.scaling ?? 0);
      for (let k = 0; k < own; k++) {
        b[i * rank + start + k] = weight * (factors?.b[i * own + k] ?? 0);
      }
    }
    start += own;
  }
  return { rank, a: stackA(leaves), b };
}

/** Rank of the stacked factors. */
export function stackedRank(leaves: readonly (LoraFactors | undefined)[]): number {
  return leaves.reduce((rank, factors) => rank + (factors?.rank ?? 0), 0);
}

/** A' alone: it does not depend on the coefficients, so a sweep shares it. */
export function stackA(leaves: readonly (LoraFactors | undefined)[]): Float32Array {
  const parts = leaves.filter((factors) => factors !== undefined).map(({ a }) => a);
  const stacked = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    stacked.set(part, at);
    at += part.length;
  }
  return stacked;
}

/**
 * B' alone: each entry is c·s·b in float64, rounded once to float32. Values beyond float32 become ±Infinity; the caller that
 * stores them checks.
 *
 * @param reuse - overwritten and returned where it has the right length; else the values are freshly allocated
 */
export function scaleB(
  leaves: readonly (LoraFactors | undefined)[],
  coefficients: Float64Array,
  reuse?: Float32Array,
): MeasuredFloats {
  const rows = coefficients.length / leaves.length;
  const size = rows * stackedRank(leaves);
  const stacked = reuse?.length === size ? reuse : new Float32Array(size);
  const parts = leaves.flatMap((factors, j) => {
    if (factors === undefined) {
      return [];
    }
    const weights = coefficients.slice(j * rows, (j + 1) * rows);
    for (let i = 0; i < rows; i++) {
      weights[i] = factors.scaling * (weights[i] ?? 0);
    }
    return [{ b: factors.b, width: factors.rank, weights }];
  });
  return { values: stacked, largest: arithmetic().scaleRows(parts, stacked) };
}
