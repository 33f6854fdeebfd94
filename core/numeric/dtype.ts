/** Element types of tensors, by the names of the safetensors format. */

/** Bytes per element of every type that is read. */
export const DTYPE_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  F8_E8M0: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
  C64: 8,
} as const satisfies Record<string, number>;

/** Element type of a tensor in a file. */
export type Dtype = keyof typeof DTYPE_BYTES;

/** Whether the text names an element type that is read. */
export function isDtype(text: string): text is Dtype {
  return Object.hasOwn(DTYPE_BYTES, text);
}

/** Element types in which adapters are read and written. */
export type FloatDtype = 'F32' | 'F16' | 'BF16';

/** Whether an element type is one in which adapters are read and written. */
export function isFloatDtype(dtype: Dtype): dtype is FloatDtype {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}
