/** The kernel's side of what kernel and plain TypeScript both do, and what they are compared by. */
import { loadKernel } from '../../core/numeric/kernel/load.js';
import { createSimdArithmetic } from '../../core/numeric/simd-arithmetic.js';

const kernel = loadKernel();
if (kernel === undefined) {
  throw new Error('the kernel does not run on this machine, so it cannot be tested here');
}

/** The loops, run by the kernel. */
export const simd = createSimdArithmetic(kernel);

/** Bytes, so that the signs of zeros and the payloads of NaN are compared too. */
export function bytes(array: Float32Array | Float64Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
