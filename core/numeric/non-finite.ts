/** NaN and Infinity in tensor bytes of any element type. */
import { type Dtype, isFloatDtype } from './dtype.js';
import { areAllFinite, decodeFloats } from './tensor-bytes.js';

/** An element that is not finite. */
export interface NonFinite {
  /** Row-major. */
  readonly place: number;
  /** NaN, Infinity or -Infinity. */
  readonly value: number;
}

/** Values of one byte, as far as it matters here: a finite one counts as 0 (OCP 8-bit floating point formats 1.0). */
const BYTES_TO_VALUES = {
  F8_E4M3: (byte: number) => ((byte & 0x7f) === 0x7f ? NaN : 0),
  F8_E5M2: (byte: number) => ((byte & 0x7c) !== 0x7c ? 0 : (byte & 3) !== 0 ? NaN : byte > 0x7f ? -Infinity : Infinity),
  F8_E8M0: (byte: number) => (byte === 0xff ? NaN : 0),
} as const;

/**
 * The first element that is not finite; undefined where there is none, as in every tensor of integers.
 *
 * @param bytes - little-endian, a whole number of elements; not modified
 */
export function findNonFinite(bytes: Uint8Array, dtype: Dtype): NonFinite | undefined {
  if (isFloatDtype(dtype)) {
    return areAllFinite(bytes, dtype) ? undefined : firstOf(decodeFloats(bytes, dtype).values);
  }
  switch (dtype) {
    case 'F64':
      return firstOf(new Float64Array(bytes.slice().buffer));
    case 'C64': {
      const part = firstOf(new Float32Array(bytes.slice().buffer));
      return part && { ...part, place: Math.floor(part.place / 2) };
    }
    case 'F8_E4M3':
    case 'F8_E5M2':
    case 'F8_E8M0': {
      const valueOf = BYTES_TO_VALUES[dtype];
      const place = bytes.findIndex((byte) => valueOf(byte) !== 0);
      return place === -1 ? undefined : { place, value: valueOf(bytes[place] ?? 0) };
    }
    default:
      return undefined;
  }
}

function firstOf(values: Float32Array | Float64Array): NonFinite | undefined {
  const place = values.findIndex((value) => !Number.isFinite(value));
  return place === -1 ? undefined : { place, value: values[place] ?? NaN };
}
