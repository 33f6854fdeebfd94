/** The loops over all elements in plain TypeScript: what the kernel is tested against, and what runs where it does not. */
import type { Arithmetic, MagnitudeBits, ScaledColumns } from './arithmetic-types.js';
import { bilinearRows } from './bilinear-rows.js';
import { plainLineArithmetic } from './line-arithmetic.js';
import { narrowToBfloat16, narrowToFloat16, widenBfloat16, widenFloat16 } from './half.js';
import { plainRowSlots } from './row-slots.js';
import { symmetricProduct } from './symmetric-product.js';

/** Plain TypeScript. */
export const plainArithmetic: Arithmetic = {
  ...plainLineArithmetic,
  widen(source, dtype, target) {
    (dtype === 'F16' ? widenFloat16 : widenBfloat16)(source, target);
    return largest(target);
  },
  narrow(source, dtype, target) {
    (dtype === 'F16' ? narrowToFloat16 : narrowToBfloat16)(source, target);
  },
  largest,
  symmetricProduct,
  bilinearRows,
  scaleRows,
  rowSlots: plainRowSlots,
};

function largest(values: Float32Array): MagnitudeBits {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let most = 0;
  for (let i = 0; i < bits.length; i++) {
    most = Math.max(most, (bits[i] ?? 0) & 0x7fffffff);
  }
  return most;
}

function scaleRows(parts: readonly ScaledColumns[], out: Float32Array): MagnitudeBits {
  const stride = parts.reduce((sum, { width }) => sum + width, 0);
  let column = 0;
  for (const { b, width, weights } of parts) {
    for (let i = 0, at = 0; i < weights.length; i++) {
      const weight = weights[i] ?? 0;
      for (let to = i * stride + column, end = to + width; to < end; to++, at++) {
        out[to] = weight * (b[at] ?? 0);
      }
    }
    column += width;
  }
  return largest(out);
}
