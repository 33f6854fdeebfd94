/** Element types of adapters that are written. */

/** Element types an output adapter may have. */
export type OutputDtype = 'float32' | RoundingDtype;

/** Those that have fewer digits than what is computed. */
export type RoundingDtype = 'float16' | 'bfloat16';
