/** The factors of a LoRA adapter, as numbers. */

import type { MagnitudeBits } from '../numeric/arithmetic-types.js';
import type { FloatDtype } from '../numeric/dtype.js';

/** One leaf's factors in one module: ΔW = scaling · B · A. */
export interface LoraFactors {
  readonly rank: number;
  /** `[rank, in]`, row-major. */
  readonly a: Float32Array;
  /** `[out, rank]`, row-major. */
  readonly b: Float32Array;
  readonly scaling: number;
  /** Bits of the largest magnitude in A, where that is known. */
  readonly largestA?: MagnitudeBits;
  /** A as it is stored, where that is known; lets a writer of the same element type copy it. */
  readonly storedA?: { readonly dtype: FloatDtype; readonly bytes: Uint8Array };
  /** B as it is stored. */
  readonly storedB?: Uint8Array;
}
