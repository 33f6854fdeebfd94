/** Whole safetensors files in memory, for small artifacts (coefficients, Gram matrices). */
import { OminusError } from '../errors.js';
import { type Dtype } from '../numeric/dtype.js';
import { LENGTH_BYTES, parseHeader, parseHeaderLength, safetensorsInvalid } from './header.js';
import { layoutSafetensors, type TensorShape } from './layout.js';

/** A tensor with its bytes, little-endian. */
export interface TensorBytes {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A file in memory. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, TensorBytes>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * The bytes of a file: the same content gives the same bytes, whatever the order of the maps.
 *
 * @throws OminusError `SHAPE_MISMATCH` when a tensor's bytes do not fit its shape
 */
export function encodeSafetensors(content: SafetensorsContent): Uint8Array {
  const shapes: TensorShape[] = [...content.tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const layout = layoutSafetensors(shapes, content.metadata);
  const file = new Uint8Array(layout.fileBytes);
  file.set(layout.head);
  for (const { name, start, end } of layout.tensors) {
    const bytes = content.tensors.get(name)?.bytes ?? new Uint8Array();
    if (bytes.byteLength !== end - start) {
      throw new OminusError('SHAPE_MISMATCH', {
        message: `cannot encode [tensor=${name}]: expected ${String(end - start)} bytes, got ${String(bytes.byteLength)}`,
      });
    }
    file.set(bytes, start);
  }
  return file;
}

/**
 * Reads a file in memory. The tensors' bytes are copies, aligned for every element type.
 *
 * @param file - name for messages
 * @throws OminusError `SAFETENSORS_INVALID` naming the defect
 */
export function decodeSafetensors(file: string, bytes: Uint8Array): SafetensorsContent {
  const length = parseHeaderLength(file, bytes.subarray(0, LENGTH_BYTES), bytes.byteLength);
  const { tensors, metadata } = parseHeader(
    file,
    bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length),
    bytes.byteLength,
  );
  const content = new Map<string, TensorBytes>();
  for (const { name, dtype, shape, start, end } of tensors.values()) {
    // Not `slice`: a Buffer's gives a view, at whatever offset its bytes have in a shared pool.
    content.set(name, { dtype, shape, bytes: new Uint8Array(bytes.subarray(start, end)) });
  }
  return { tensors: content, metadata };
}

/** The elements of a float64 tensor of a decoded file. */
export function float64Tensor(file: string, content: SafetensorsContent, name: string): Float64Array {
  const tensor = content.tensors.get(name);
  if (tensor?.dtype !== 'F64') {
    throw safetensorsInvalid(file, `expected F64, got ${tensor?.dtype ?? 'nothing'}`, name);
  }
  // decodeSafetensors allocates, so the buffer begins here and is aligned.
  return new Float64Array(tensor.bytes.buffer, tensor.bytes.byteOffset, tensor.bytes.byteLength / 8);
}

/** The bytes of float64 values; a view, not a copy. */
export function float64Bytes(values: Float64Array, shape: readonly number[]): TensorBytes {
  return { dtype: 'F64', shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}
