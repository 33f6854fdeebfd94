/** Brings the factors of a module to a larger rank with zeros, for loaders that want one rank in all modules. */
import { DTYPE_BYTES, type FloatDtype } from '../numeric/dtype.js';

/** A module's two tensors as bytes, row-major: `a` `[rank, in]` in parts one after the other, `b` `[out, rank]`. */
export interface FactorBytes {
  readonly a: readonly Uint8Array[];
  readonly b: Uint8Array;
}

/**
 * Pads factors: rows of zeros below A, columns of zeros behind B. Each entry of B·A gets further terms 0·0 at the end of its sum, so ΔW keeps
 * every bit.
 *
 * @param to - the new rank, at least `rank`; at `rank` itself the factors are given back as they are
 */
export function padFactors(
  { a, b }: FactorBytes,
  { rank, to, dtype }: { readonly rank: number; readonly to: number; readonly dtype: FloatDtype },
): FactorBytes {
  if (to === rank) {
    return { a, b };
  }
  const rowOfA = a.reduce((length, part) => length + part.byteLength, 0) / rank;
  const [from, width] = [rank * DTYPE_BYTES[dtype], to * DTYPE_BYTES[dtype]];
  const rows = b.byteLength / from;
  const padded = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    padded.set(b.subarray(row * from, (row + 1) * from), row * width);
  }
  return { a: [...a, new Uint8Array((to - rank) * rowOfA)], b: padded };
}

/**
 * The rank without what {@link padFactors} may have added: trailing components whose row of A and column of B are both zero.
 *
 * @param a - `[rank, in]`
 * @param b - `[out, rank]`
 */
export function unpaddedRank({
  rank,
  a,
  b,
}: {
  readonly rank: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}): number {
  const width = a.length / rank;
  const rows = b.length / rank;
  const isZero = (component: number): boolean =>
    a.subarray(component * width, (component + 1) * width).every((value) => value === 0) &&
    Array.from({ length: rows }, (_, row) => b[row * rank + component]).every((value) => value === 0);
  let left = rank;
  while (left > 0 && isZero(left - 1)) {
    left--;
  }
  return left;
}
