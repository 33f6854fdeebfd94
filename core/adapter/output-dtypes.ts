/** Element types of outputs, by the names of specs and of the safetensors format. */
import type { FloatDtype } from '../numeric/dtype.js';
import type { OutputDtype } from '../numeric/output-dtype.js';

/** What a spec's name of an element type is in a file. */
export const FLOAT_DTYPES: Readonly<Record<OutputDtype, FloatDtype>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
};
