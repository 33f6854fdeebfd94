/** Little-endian tensor bytes from and to float32 arrays. */
import type { FloatDtype } from './dtype.js';
import { DTYPE_BYTES } from './dtype.js';
import { narrowToBfloat16, narrowToFloat16, widenBfloat16, widenFloat16 } from './half.js';

/**
 * The float32 values of tensor bytes; exact for float16 and bfloat16.
 *
 * @param bytes - little-endian, a whole number of elements; not modified
 * @param reuse - overwritten and returned where it has the right length; else the values are freshly allocated
 */
export function decodeFloats(bytes: Uint8Array, dtype: FloatDtype, reuse?: Float32Array): Float32Array {
  const count = bytes.byteLength / DTYPE_BYTES[dtype];
  const values = reuse?.length === count ? reuse : new Float32Array(count);
  if (dtype === 'F32') {
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes);
    return values;
  }
  const halves = alignedHalves(bytes);
  if (dtype === 'F16') {
    widenFloat16(halves, values);
  } else {
    widenBfloat16(halves, values);
  }
  return values;
}

/**
 * Tensor bytes of float32 values, freshly allocated, rounded to nearest even. Overflow gives ±Infinity: see
 * {@link firstNonFinite}.
 */
export function encodeFloats(values: Float32Array, dtype: FloatDtype): Uint8Array {
  if (dtype === 'F32') {
    return new Uint8Array(values.slice().buffer);
  }
  const halves = new Uint16Array(values.length);
  if (dtype === 'F16') {
    narrowToFloat16(values, halves);
  } else {
    narrowToBfloat16(values, halves);
  }
  return new Uint8Array(halves.buffer);
}

/** Elements that are looked at together. */
const BLOCK = 4096;

/** Place of the first NaN or Infinity, or -1. */
export function firstNonFinite(values: Float32Array): number {
  // An exponent of all ones means NaN or Infinity: adding one to it carries into the sign bit. Without a branch per element
  // this is four times as fast.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  for (let start = 0; start < bits.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, bits.length);
    let carries = 0;
    for (let i = start; i < end; i++) {
      carries |= ((bits[i] ?? 0) & 0x7f800000) + 0x00800000;
    }
    if (carries < 0) {
      return start + values.subarray(start, end).findIndex((value) => !Number.isFinite(value));
    }
  }
  return -1;
}

/** Whether a magnitude is above a limit, which float32 must hold; so are NaN and Infinity. */
export function isAnyAbove(values: Float32Array, limit: number): boolean {
  // Bits of magnitudes are in the order of the magnitudes; a difference below zero stays visible in the sign.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const most = new Int32Array(Float32Array.of(limit).buffer)[0] ?? 0;
  let differences = 0;
  for (let i = 0; i < bits.length; i++) {
    differences |= most - ((bits[i] ?? 0) & 0x7fffffff);
  }
  return differences < 0;
}

/** Whether there is no NaN and no Infinity among the elements. */
export function areAllFinite(bytes: Uint8Array, dtype: FloatDtype): boolean {
  if (dtype === 'F32') {
    return firstNonFinite(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)) === -1;
  }
  // The same carry, into bit 15 of 16.
  const [mask, one] = dtype === 'F16' ? [0x7c00, 0x0400] : [0x7f80, 0x0080];
  const halves = alignedHalves(bytes);
  let carries = 0;
  for (let i = 0; i < halves.length; i++) {
    carries |= ((halves[i] ?? 0) & mask) + one;
  }
  return (carries & 0x8000) === 0;
}

/** The bytes as 16-bit elements; copied only where their offset is odd. */
function alignedHalves(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
}
