/** Little-endian tensor bytes from and to float32 arrays. */
import type { FloatDtype } from './dtype.js';
import { DTYPE_BYTES } from './dtype.js';
import { narrowToBfloat16, narrowToFloat16, widenBfloat16, widenFloat16 } from './half.js';

/**
 * The float32 values of tensor bytes, freshly allocated; exact for float16 and bfloat16.
 *
 * @param bytes - little-endian, a whole number of elements; not modified
 */
export function decodeFloats(bytes: Uint8Array, dtype: FloatDtype): Float32Array {
  const count = bytes.byteLength / DTYPE_BYTES[dtype];
  const values = new Float32Array(count);
  if (dtype === 'F32') {
    new Uint8Array(values.buffer).set(bytes);
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

/** Place of the first NaN or Infinity, or -1. */
export function firstNonFinite(values: Float32Array): number {
  // All-ones exponent means NaN or Infinity; on bits the test needs no float comparison.
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    if (((bits[i] ?? 0) & 0x7f800000) === 0x7f800000) {
      return i;
    }
  }
  return -1;
}

/** The bytes as 16-bit elements; copied only where their offset is odd. */
function alignedHalves(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
}
