/**
 * float16 and bfloat16 from and to float32. Reading goes through a table of all 65536 values, writing rounds to nearest,
 * ties to even, as torch and numpy do. Values too large for the target become ±Infinity, which the caller checks.
 */

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

let table: Uint32Array | undefined;

/** float32 bits of all float16 values; built on first use (256 KiB, 0.4 ms). */
function float16Table(): Uint32Array {
  if (table === undefined) {
    table = new Uint32Array(65536);
    for (let half = 0; half < 65536; half++) {
      table[half] = float16Bits(half);
    }
  }
  return table;
}

function float16Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) {
    // Subnormal: mantissa · 2^-24, exact in float32.
    scratch[0] = mantissa * 2 ** -24;
    return ((scratchBits[0] ?? 0) | sign) >>> 0;
  }
  const bits = exponent === 31 ? 0x7f800000 | (mantissa << 13) : ((exponent + 112) << 23) | (mantissa << 13);
  return (bits | sign) >>> 0;
}

/**
 * Widens float16 to float32, exactly.
 *
 * @param source - float16 bits; not modified
 * @param target - at least as long; overwritten
 */
export function widenFloat16(source: Uint16Array, target: Float32Array): void {
  const bits = float16Table();
  const out = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < source.length; i++) {
    out[i] = bits[source[i] ?? 0] ?? 0;
  }
}

/**
 * Widens bfloat16 to float32, exactly.
 *
 * @param source - bfloat16 bits; not modified
 * @param target - at least as long; overwritten
 */
export function widenBfloat16(source: Uint16Array, target: Float32Array): void {
  const out = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < source.length; i++) {
    out[i] = (source[i] ?? 0) << 16;
  }
}

/**
 * Rounds float32 to float16 (nearest, ties to even); beyond ±65519.99 the result is ±Infinity, NaN stays NaN.
 *
 * @param source - not modified
 * @param target - float16 bits, at least as long; overwritten
 */
export function narrowToFloat16(source: Float32Array, target: Uint16Array): void {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length);
  for (let i = 0; i < source.length; i++) {
    const value = bits[i] ?? 0;
    const sign = (value >>> 16) & 0x8000;
    const magnitude = value & 0x7fffffff;
    if (magnitude >= 0x38800000 && magnitude < 0x477ff000) {
      // Normal range: re-bias the exponent by 112, add half a unit less one plus the last kept bit, drop 13 bits.
      target[i] = sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
    } else if (magnitude < 0x38800000) {
      // Subnormal: adding 0.5 aligns the unit 2^-24 with float32's last bit, so that the addition itself rounds.
      scratch[0] = Math.abs(source[i] ?? 0) + 0.5;
      target[i] = sign | ((scratchBits[0] ?? 0) - 0x3f000000);
    } else {
      target[i] = sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
    }
  }
}

/**
 * Rounds float32 to bfloat16 (nearest, ties to even); beyond the largest bfloat16 the result is ±Infinity, NaN stays NaN.
 *
 * @param source - not modified
 * @param target - bfloat16 bits, at least as long; overwritten
 */
export function narrowToBfloat16(source: Float32Array, target: Uint16Array): void {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length);
  for (let i = 0; i < source.length; i++) {
    const value = bits[i] ?? 0;
    const isNaN = (value & 0x7fffffff) > 0x7f800000;
    target[i] = isNaN ? (value >>> 16) | 0x40 : (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
  }
}
