/** The factors of a LoRA adapter, as numbers. */

/** One leaf's factors in one module: ΔW = scaling · B · A. */
export interface LoraFactors {
  readonly rank: number;
  /** `[rank, in]`, row-major. */
  readonly a: Float32Array;
  /** `[out, rank]`, row-major. */
  readonly b: Float32Array;
  readonly scaling: number;
}
