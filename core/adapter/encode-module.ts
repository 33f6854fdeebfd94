/** One module of a result as the bytes of its two tensors. */
import { applyExponents, balancingExponents, isInRange } from '../algebra/balance.js';
import type { LoraFactors } from '../algebra/factors.js';
import { stackedProducts } from '../algebra/gram.js';
import { type RoundingError, roundingError } from '../algebra/round-trip.js';
import { scaleB, stackA, stackedRank } from '../algebra/stack.js';
import { OminusError } from '../errors.js';
import { measured } from '../numeric/arithmetic.js';
import type { MeasuredFloats } from '../numeric/arithmetic-types.js';
import type { FloatDtype } from '../numeric/dtype.js';
import { areAllFinite, decodeFloats, encodeFloats } from '../numeric/tensor-bytes.js';

/** A module that is ready to be written. */
export interface EncodedModule {
  /** `[rank, in]`, row-major, little-endian, in parts one after the other; they may be the leaves' own bytes. */
  readonly a: readonly Uint8Array[];
  /** `[out, rank]`. */
  readonly b: Uint8Array;
  readonly rank: number;
  /** Whether B' or all of A' is zero before rounding, and with it ΔW. */
  readonly isZero: boolean;
  readonly rounding: RoundingError;
  /** B' before it was rounded; no longer needed, so that the next module can have its memory. */
  readonly scaledB: Float32Array;
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
  /** Overwritten and given back as `scaledB` where it has the right length. */
  readonly reuse?: Float32Array | undefined;
}

/**
 * Stacks, balances (float16 only: bfloat16 has the range of float32) and rounds a module, and measures what that does to it.
 *
 * @throws OminusError `OVERFLOW` when a value is too large for the element type
 */
export function encodeModule(module: ModuleToEncode): EncodedModule {
  const { leaves, coefficients, dtype, products } = module;
  const { a, b, exponents, scaledB, isZero } = roundModule(module);
  const rank = stackedRank(leaves);
  const rowBytes = b.byteLength / (scaledB.length / rank);
  const rounding = roundingError({
    leaves,
    coefficients,
    a: a.rounded,
    rowsOfB: (rows) =>
      decodeFloats(concatenate(rows.map((row) => b.subarray(row * rowBytes, (row + 1) * rowBytes))), dtype).values,
    products: products ?? stackedProducts(leaves),
    exponents,
  });
  return { a: a.parts, b, rank, isZero, rounding, scaledB };
}

/**
 * The values that a module's two tensors have in the file: `a` `[rank, in]` and `b` `[out, rank]`, with scaling 1.
 *
 * @throws OminusError `OVERFLOW` when a value is too large for the element type
 */
export function writtenFactors(module: Omit<ModuleToEncode, 'products' | 'reuse'>): {
  readonly a: Float32Array;
  readonly b: Float32Array;
} {
  const { a, b } = roundModule(module);
  const valuesOf = (bytes: Uint8Array): Float32Array => decodeFloats(bytes, module.dtype).values;
  return { a: valuesOf(concatenate(a.parts)), b: valuesOf(b) };
}

/** A module's tensors as bytes, and how they came about. */
interface RoundedModule {
  readonly a: EncodedA;
  readonly b: Uint8Array;
  readonly exponents: Int16Array;
  readonly scaledB: Float32Array;
  readonly isZero: boolean;
}

function roundModule({ path, leaves, coefficients, dtype, reuse }: ModuleToEncode): RoundedModule {
  const rank = stackedRank(leaves);
  const measuredB = scaleB(leaves, coefficients, reuse);
  const b = measuredB.values;
  const partsOfA = leaves.flatMap(measuredA);
  const isZero = measuredB.largest === 0 || partsOfA.every(({ largest }) => largest === 0);
  const isOrdinary = isInRange(partsOfA, measuredB, rank);
  const exponents = dtype === 'F16' && !isOrdinary ? balancingExponents(stackA(leaves), b, rank) : new Int16Array(rank);
  const isBalanced = exponents.some((exponent) => exponent !== 0);
  const copiedA = isBalanced ? undefined : copyStoredA(leaves, dtype);
  const a: EncodedA = copiedA === undefined ? encodeA(leaves, b, exponents, dtype) : { parts: copiedA };
  const bytesB = encodeFloats(b, dtype);
  if (!isOrdinary) {
    a.parts.forEach((part) => {
      checkRange(path, dtype, part);
    });
    checkRange(path, dtype, bytesB);
  }
  return { a, b: bytesB, exponents, scaledB: b, isZero };
}

function measuredA(factors: LoraFactors | undefined): readonly MeasuredFloats[] {
  if (factors === undefined) {
    return [];
  }
  const { a: values, largestA: largest } = factors;
  return [largest === undefined ? measured(values) : { values, largest }];
}

interface EncodedA {
  readonly parts: readonly Uint8Array[];
  /** Values of the parts, where they are not those of A'. */
  readonly rounded?: Float32Array;
}

/**
 * Stacks, balances and rounds A'.
 *
 * @param b - B', balanced here too
 */
function encodeA(
  leaves: readonly (LoraFactors | undefined)[],
  b: Float32Array,
  exponents: Int16Array,
  dtype: FloatDtype,
): EncodedA {
  const a = stackA(leaves);
  applyExponents(a, b, exponents);
  const bytes = encodeFloats(a, dtype);
  const { values: written } = decodeFloats(bytes, dtype);
  return isEqual(written, a) ? { parts: [bytes] } : { parts: [bytes], rounded: written };
}

function isEqual(one: Float32Array, other: Float32Array): boolean {
  for (let i = 0; i < one.length; i++) {
    if (one[i] !== other[i]) {
      return false;
    }
  }
  return true;
}

/** A' from the leaves' own bytes, where all are stored in this element type. */
function copyStoredA(
  leaves: readonly (LoraFactors | undefined)[],
  dtype: FloatDtype,
): readonly Uint8Array[] | undefined {
  const present = leaves.filter((factors) => factors !== undefined);
  const stored = present.flatMap(({ storedA }) => (storedA?.dtype === dtype ? [storedA.bytes] : []));
  return stored.length === present.length ? stored : undefined;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function checkRange(path: string, dtype: FloatDtype, bytes: Uint8Array): void {
  if (!areAllFinite(bytes, dtype)) {
    throw new OminusError('OVERFLOW', {
      message: `a value of the result is too large for ${dtype} [module=${path}]`,
      hint: dtype === 'F16' ? 'Write float32 or bfloat16, or use a smaller lambda.' : 'Use a smaller lambda.',
    });
  }
}
