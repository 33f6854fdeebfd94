/** The header of a file that is about to be written: deterministic bytes for the same tensors and metadata. */
import { OminusError } from '../errors.js';
import { DTYPE_BYTES, type Dtype } from '../numeric/dtype.js';
import { LENGTH_BYTES, MAX_HEADER_BYTES, type TensorInfo } from './header.js';

/** A tensor that will be written. */
export interface TensorShape {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** Where everything goes. */
export interface SafetensorsLayout {
  /** Length field and header, as they stand at the beginning of the file. */
  readonly head: Uint8Array;
  /** In the order of their bytes; `start` and `end` are offsets in the file. */
  readonly tensors: readonly TensorInfo[];
  readonly fileBytes: number;
}

/**
 * Lays out a file: wide element types first and then by name, as the safetensors library does, so that every tensor is
 * aligned to its element size.
 *
 * @throws OminusError `INTERNAL` on duplicate names or a header beyond the format's limit
 */
export function layoutSafetensors(
  tensors: readonly TensorShape[],
  metadata: ReadonlyMap<string, string> = new Map(),
): SafetensorsLayout {
  const sorted = tensors.toSorted(
    (a, b) => DTYPE_BYTES[b.dtype] - DTYPE_BYTES[a.dtype] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const entries: string[] = [];
  if (metadata.size > 0) {
    const pairs = [...metadata].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const written = pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    entries.push(`"__metadata__":{${written.join(',')}}`);
  }
  const relative: TensorInfo[] = [];
  let at = 0;
  for (const [place, { name, dtype, shape }] of sorted.entries()) {
    if (name === '__metadata__' || sorted[place - 1]?.name === name) {
      throw new OminusError('INTERNAL', { message: `cannot write two tensors of one name [tensor=${name}]` });
    }
    const end = at + shape.reduce((product, dimension) => product * dimension, DTYPE_BYTES[dtype]);
    entries.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [at, end] })}`);
    relative.push({ name, dtype, shape, start: at, end });
    at = end;
  }
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const padded = Math.ceil(json.byteLength / 8) * 8;
  if (padded > MAX_HEADER_BYTES) {
    throw new OminusError('INTERNAL', { message: `a safetensors header of ${String(padded)} bytes is too large` });
  }
  const head = new Uint8Array(LENGTH_BYTES + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(json, LENGTH_BYTES);
  const dataStart = head.byteLength;
  const placed = relative.map((info) => ({ ...info, start: dataStart + info.start, end: dataStart + info.end }));
  return { head, tensors: placed, fileBytes: dataStart + at };
}
