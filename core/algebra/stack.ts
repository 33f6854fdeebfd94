/**
 * The factors of a combination in one module: B' = [diag(c_1)·s_1·B_1 | diag(c_2)·s_2·B_2 | …], A' = [A_1; A_2; …], with
 * scaling 1. Rank is the sum of the ranks of all leaves that have the module, also where a coefficient is zero, so that a
 * sweep keeps its shapes.
 */
import { arithmetic } from '../numeric/arithmetic.js';
import type { LoraFactors } from './factors.js';

/** Factors with scaling 1. */
export interface StackedFactors {
  readonly rank: number;
  /** `[rank, in]`, row-major. */
  readonly a: Float32Array;
  /** `[out, rank]`, row-major. */
  readonly b: Float32Array;
}

/**
 * Stacks one module.
 *
 * @param leaves - factors by leaf; undefined for a leaf that lacks the module; not modified
 * @param coefficients - `[leaves, rows]`
 */
export function stackModule(leaves: readonly (LoraFactors | undefined)[], coefficients: Float64Array): StackedFactors {
  return { rank: stackedRank(leaves), a: stackA(leaves), b: scaleB(leaves, coefficients) };
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
 * B' alone: each entry is c·s·b in float64, rounded once to float32. Values beyond float32 become ±Infinity; whoever
 * stores them checks.
 */
export function scaleB(leaves: readonly (LoraFactors | undefined)[], coefficients: Float64Array): Float32Array {
  const rows = coefficients.length / leaves.length;
  const stacked = new Float32Array(rows * stackedRank(leaves));
  const parts = leaves.flatMap((factors, j) => {
    const weights = coefficients
      .subarray(j * rows, (j + 1) * rows)
      .map((coefficient) => coefficient * (factors?.scaling ?? 0));
    return factors === undefined ? [] : [{ b: factors.b, width: factors.rank, weights }];
  });
  arithmetic().scaleRows(parts, stacked);
  return stacked;
}
