/** The definition of the algebra on dense matrices, in float64: the oracle. Rows by rows as the paper has it, no closed form. */
import type { LoraFactors } from '../../core/algebra/factors.js';

/** `[rows][columns]`. */
export type Dense = readonly Float64Array[];

/** scaling · B · A. */
export function denseOf({ rank, a, b, scaling }: LoraFactors): Dense {
  const width = a.length / rank;
  return Array.from({ length: b.length / rank }, (_, i) =>
    new Float64Array(width).map((_value, k) => {
      let sum = 0;
      for (let p = 0; p < rank; p++) {
        sum += (b[i * rank + p] ?? 0) * (a[p * width + k] ?? 0);
      }
      return scaling * sum;
    }),
  );
}

export function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, k) => sum + value * (y[k] ?? 0), 0);
}

export function normOfRow(x: Float64Array): number {
  return Math.sqrt(dot(x, x));
}

function unit(x: Float64Array): Float64Array {
  const norm = normOfRow(x);
  return norm === 0 ? x.slice() : x.map((value) => value / norm);
}

/** Ext(minus) with respect to plus, as published: what is left of v⁻ beside the sum of the two unit vectors. */
export function extract(plus: Dense, minus: Dense): Dense {
  return minus.map((row, i) => {
    const p = unit(plus[i] ?? row);
    const m = unit(row);
    const shared = unit(p.map((value, k) => value + (m[k] ?? 0)));
    const along = dot(row, shared);
    return row.map((value, k) => value - along * (shared[k] ?? 0));
  });
}

/** x + weight · y. */
export function add(x: Dense, y: Dense, weight: number): Dense {
  return x.map((row, i) => row.map((value, k) => value + weight * (y[i]?.[k] ?? 0)));
}

/** One step of Ext-Sub. */
export function extSub(plus: Dense, minus: Dense, lambda: number): Dense {
  return add(plus, extract(plus, minus), -lambda);
}

export function frobenius(x: Dense): number {
  return Math.sqrt(x.reduce((sum, row) => sum + dot(row, row), 0));
}

/** ‖x − y‖ / ‖y‖. */
export function relativeError(x: Dense, y: Dense): number {
  return frobenius(add(x, y, -1)) / frobenius(y);
}
