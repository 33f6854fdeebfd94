/**
 * Powers of two between B and A: column k of B is multiplied by 2^p and line k of A by 2^-p, which changes nothing but where
 * float16 loses digits.
 */
import { bitsOf, type MeasuredFloats } from '../numeric/arithmetic-types.js';

/**
 * Largest |b| of a column below which float16 would lose more to its subnormals than to its rounding: at 2^-8 the unit of
 * subnormals, 2^-24, is 2^-16 of it. Above 2^14 a column comes near the largest float16.
 */
const SMALL = 2 ** -8;
const LARGE = 2 ** 14;
const LARGE_BITS = bitsOf(LARGE);

/**
 * Whether nothing is above LARGE and every column has something from SMALL on both sides: then no column needs an exponent,
 * and no element type overflows. Much quicker than {@link balancingExponents}.
 *
 * @param partsOfA - `[…, in]` each, above one another
 * @param b - `[out, rank]`
 */
export function isInRange(partsOfA: readonly MeasuredFloats[], b: MeasuredFloats, rank: number): boolean {
  if ([b, ...partsOfA].some(({ largest }) => largest > LARGE_BITS)) {
    return false;
  }
  for (let k = 0; k < rank; k++) {
    if (!reachesSmall(b.values, k, b.values.length, rank)) {
      return false;
    }
  }
  const width = partsOfA.reduce((length, { values }) => length + values.length, 0) / rank;
  return partsOfA.every(({ values: a }) => {
    for (let start = 0; start < a.length; start += width) {
      if (!reachesSmall(a, start, start + width, 1)) {
        return false;
      }
    }
    return true;
  });
}

/**
 * The exponent p for every column, 0 where none is needed; else it makes the largest values of both sides about equal.
 *
 * @param a - `[rank, in]`
 * @param b - `[out, rank]`
 */
export function balancingExponents(a: Float32Array, b: Float32Array, rank: number): Int16Array {
  const exponents = new Int16Array(rank);
  const largestB = new Float32Array(rank);
  for (let at = 0; at < b.length; at += rank) {
    for (let k = 0; k < rank; k++) {
      const magnitude = Math.abs(b[at + k] ?? 0);
      if (magnitude > (largestB[k] ?? 0)) {
        largestB[k] = magnitude;
      }
    }
  }
  const width = a.length / rank;
  for (let k = 0; k < rank; k++) {
    const largestA = largestMagnitude(a.subarray(k * width, (k + 1) * width));
    const needsHelp = [largestA, largestB[k] ?? 0].some(
      (largest) => largest > 0 && (largest < SMALL || largest > LARGE),
    );
    if (needsHelp && largestA > 0 && (largestB[k] ?? 0) > 0) {
      exponents[k] = Math.round(Math.log2(largestA / (largestB[k] ?? 1)) / 2);
    }
  }
  return exponents;
}

/** Whether one of every `step`-th value from `start` to `end` is SMALL at least; the first few usually tell. */
function reachesSmall(values: Float32Array, start: number, end: number, step: number): boolean {
  for (let at = start; at < end; at += step) {
    if (Math.abs(values[at] ?? 0) >= SMALL) {
      return true;
    }
  }
  return false;
}

/** Applies exponents in place; exact unless a value leaves the range of float32. */
export function applyExponents(a: Float32Array, b: Float32Array, exponents: Int16Array): void {
  const rank = exponents.length;
  const width = a.length / rank;
  const powers = Float64Array.from(exponents, (exponent) => 2 ** exponent);
  for (let k = 0; k < rank; k++) {
    for (let at = k * width, end = at + width; at < end; at++) {
      a[at] = (a[at] ?? 0) / (powers[k] ?? 1);
    }
  }
  for (let at = 0; at < b.length; at += rank) {
    for (let k = 0; k < rank; k++) {
      b[at + k] = (b[at + k] ?? 0) * (powers[k] ?? 1);
    }
  }
}

function largestMagnitude(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i] ?? 0);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}
