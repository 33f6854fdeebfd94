/** One module of a result as the bytes of its two tensors. */
import { applyExponents, balancingExponents } from '../algebra/balance.js';
import type { LoraFactors } from '../algebra/factors.js';
import { stackedProducts } from '../algebra/gram.js';
import { type RoundingError, roundingError } from '../algebra/round-trip.js';
import { stackModule } from '../algebra/stack.js';
import { OminusError } from '../errors.js';
import type { FloatDtype } from '../numeric/dtype.js';
import { decodeFloats, encodeFloats, firstNonFinite } from '../numeric/tensor-bytes.js';

/** A module that is ready to be written. */
export interface EncodedModule {
  /** `[rank, in]` and `[out, rank]`, row-major, little-endian. */
  readonly a: Uint8Array;
  readonly b: Uint8Array;
  readonly rounding: RoundingError;
}

/** What a module is made from. */
export interface ModuleToEncode {
  readonly path: string;
  /** By leaf, the leftmost first; undefined for a leaf that lacks the module. */
  readonly leaves: readonly (LoraFactors | undefined)[];
  /** `[leaves, rows]`. */
  readonly coefficients: Float64Array;
  readonly dtype: FloatDtype;
  /** {@link stackedProducts} of the leaves, where they are known already. */
  readonly products?: Float64Array;
}

/**
 * Stacks, balances (float16 only: bfloat16 has the range of float32) and rounds a module.
 *
 * @throws OminusError `OVERFLOW` when a value is too large for the element type
 */
export function encodeModule({ path, leaves, coefficients, dtype, products }: ModuleToEncode): EncodedModule {
  const { rank, a, b } = stackModule(leaves, coefficients);
  checkRange(path, 'F32', b);
  const exponents = dtype === 'F16' ? balancingExponents(a, b, rank) : new Int16Array(rank);
  if (exponents.some((exponent) => exponent !== 0)) {
    applyExponents(a, b, exponents);
  }
  const bytes = { a: encodeFloats(a, dtype), b: encodeFloats(b, dtype) };
  const written = { a: decodeFloats(bytes.a, dtype), b: decodeFloats(bytes.b, dtype) };
  checkRange(path, dtype, written.a);
  checkRange(path, dtype, written.b);
  const rounding = roundingError({
    leaves,
    coefficients,
    ...written,
    products: products ?? stackedProducts(leaves),
    exponents,
  });
  return { ...bytes, rounding };
}

function checkRange(path: string, dtype: FloatDtype, values: Float32Array): void {
  if (firstNonFinite(values) !== -1) {
    throw new OminusError('OVERFLOW', {
      message: `a value of the result is too large for ${dtype} [module=${path}]`,
      hint: dtype === 'F16' ? 'Write float32 or bfloat16, or use a smaller lambda.' : 'Use a smaller lambda.',
    });
  }
}
