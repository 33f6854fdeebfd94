/** Little-endian tensor bytes from and to float32 arrays. */
import { arithmetic, measured } from './arithmetic.js';
import { INFINITY_BITS, type MeasuredFloats } from './arithmetic-types.js';
import { type FloatDtype, DTYPE_BYTES } from './dtype.js';

/**
 * The float32 values of tensor bytes; exact for float16 and bfloat16.
 *
 * @param bytes - little-endian, a whole number of elements; not modified
 * @param reuse - overwritten and returned where it has the right length; else the values are freshly allocated
 */
export function decodeFloats(bytes: Uint8Array, dtype: FloatDtype, reuse?: Float32Array): MeasuredFloats {
  const count = bytes.byteLength / DTYPE_BYTES[dtype];
  const values = reuse?.length === count ? reuse : new Float32Array(count);
  if (dtype === 'F32') {
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes);
    return measured(values);
  }
  return { values, largest: arithmetic().widen(alignedHalves(bytes), dtype, values) };
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
  arithmetic().narrow(values, dtype, halves);
  return new Uint8Array(halves.buffer);
}

/** Place of the first NaN or Infinity, or -1. */
export function firstNonFinite({ values, largest }: MeasuredFloats): number {
  return largest < INFINITY_BITS ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

/** Whether there is no NaN and no Infinity among the elements. */
export function areAllFinite(bytes: Uint8Array, dtype: FloatDtype): boolean {
  if (dtype === 'F32') {
    return firstNonFinite(measured(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4))) === -1;
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
