/**
 * The loops over all elements of a merge. There are two implementations that give the same bits: plain TypeScript, and a
 * WebAssembly kernel with vectors where it runs. So it does not matter which one computed a result, and no key says it.
 */
import { loadKernel } from './kernel/load.js';
import { plainArithmetic } from './plain-arithmetic.js';
import { createSimdArithmetic } from './simd-arithmetic.js';
import type { MeasuredFloats, Arithmetic } from './arithmetic-types.js';

/** Measures values that are known from elsewhere. */
export function measured(values: Float32Array): MeasuredFloats {
  return { values, largest: arithmetic().largest(values) };
}

let chosen: Arithmetic | undefined;

/** The quicker implementation that runs here. */
export function arithmetic(): Arithmetic {
  if (chosen === undefined) {
    const kernel = loadKernel();
    chosen = kernel === undefined ? plainArithmetic : createSimdArithmetic(kernel);
  }
  return chosen;
}
