/**
 * The header of a safetensors file: 8 bytes length (u64, little-endian), that many bytes of JSON, then the tensors'
 * bytes without holes or overlap (https://huggingface.co/docs/safetensors, format 0.4 and later). Nothing in it is
 * trusted: every entry is checked before anything is read or allocated by it.
 */
import { OminusError } from '../errors.js';
import { quoted, shapeText } from '../foreign-text.js';
import type { JsonObject, JsonValue } from '../json/parse-json.js';
import { isJsonObject, JsonSyntaxError, jsonKind, parseJson } from '../json/parse-json.js';
import { DTYPE_BYTES, type Dtype, isDtype } from '../numeric/dtype.js';

/** Bytes of the length field. */
export const LENGTH_BYTES = 8;

/** Largest header that is read, in bytes; the limit of the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000;

/** One tensor of a file. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Byte range in the file, half-open. */
  readonly start: number;
  readonly end: number;
}

/** A checked header. */
export interface SafetensorsHeader {
  /** By name, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A defect of a safetensors file. */
export function safetensorsInvalid(file: string, problem: string, tensor?: string): OminusError {
  const where = tensor === undefined ? `[file=${file}]` : `[file=${file}, tensor=${quoted(tensor)}]`;
  return new OminusError('SAFETENSORS_INVALID', {
    message: `not a valid safetensors file ${where}: ${problem}`,
    hint: 'Copy or download the file again, or save it again with the safetensors library.',
  });
}

/**
 * The header's length, from the first 8 bytes of a file.
 *
 * @throws OminusError `SAFETENSORS_INVALID` when the file is too short or the length is beyond the file or the limit
 */
export function parseHeaderLength(file: string, first: Uint8Array, fileBytes: number): number {
  if (first.byteLength < LENGTH_BYTES) {
    throw safetensorsInvalid(file, `expected at least 8 bytes, got ${String(first.byteLength)}`);
  }
  const view = new DataView(first.buffer, first.byteOffset, LENGTH_BYTES);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw safetensorsInvalid(file, `header of ${String(length)} bytes, expected at most ${String(MAX_HEADER_BYTES)}`);
  }
  if (length > BigInt(fileBytes - LENGTH_BYTES)) {
    throw safetensorsInvalid(
      file,
      `header of ${String(length)} bytes, but only ${String(fileBytes - LENGTH_BYTES)} bytes follow`,
    );
  }
  if (length < 2n) {
    throw safetensorsInvalid(file, `header of ${String(length)} bytes, expected at least 2`);
  }
  return Number(length);
}

/**
 * Reads and checks a header.
 *
 * @param file - name for messages
 * @param bytes - the header's JSON, UTF-8
 * @param fileBytes - size of the whole file
 * @throws OminusError `SAFETENSORS_INVALID` naming the defect
 */
export function parseHeader(file: string, bytes: Uint8Array, fileBytes: number): SafetensorsHeader {
  const root = parseRoot(file, bytes);
  const dataStart = LENGTH_BYTES + bytes.byteLength;
  const tensors: TensorInfo[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, entry] of root) {
    if (name === '__metadata__') {
      metadata = parseMetadata(file, entry);
    } else {
      tensors.push(parseTensor(file, name, entry, dataStart));
    }
  }
  tensors.sort((a, b) => a.start - b.start || a.end - b.end);
  checkCoverage(file, tensors, dataStart, fileBytes);
  return { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata };
}

function parseRoot(file: string, bytes: Uint8Array): JsonObject {
  if (bytes[0] !== 0x7b) {
    throw safetensorsInvalid(file, 'the header does not begin with "{"');
  }
  let root: JsonValue;
  try {
    root = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const problem = error instanceof JsonSyntaxError ? error.message : 'it is not UTF-8';
    throw safetensorsInvalid(file, `the header is not valid JSON: ${problem}`);
  }
  if (!isJsonObject(root)) {
    throw safetensorsInvalid(file, `the header is ${jsonKind(root)}, expected an object`);
  }
  return root;
}

function parseMetadata(file: string, entry: JsonValue): ReadonlyMap<string, string> {
  if (!isJsonObject(entry)) {
    throw safetensorsInvalid(file, `__metadata__ is ${jsonKind(entry)}, expected an object of strings`);
  }
  const metadata = new Map<string, string>();
  for (const [key, value] of entry) {
    if (typeof value !== 'string') {
      throw safetensorsInvalid(file, `__metadata__ key "${quoted(key)}" is ${jsonKind(value)}, expected a string`);
    }
    metadata.set(key, value);
  }
  return metadata;
}

function parseTensor(file: string, name: string, entry: JsonValue, dataStart: number): TensorInfo {
  if (!isJsonObject(entry)) {
    throw safetensorsInvalid(file, `its entry is ${jsonKind(entry)}, expected an object`, name);
  }
  const dtype = entry.get('dtype');
  if (typeof dtype !== 'string') {
    throw safetensorsInvalid(file, `dtype is ${jsonKind(dtype)}, expected a string`, name);
  }
  if (!isDtype(dtype)) {
    const known = Object.keys(DTYPE_BYTES).join(', ');
    throw safetensorsInvalid(file, `dtype "${quoted(dtype)}", expected one of ${known}`, name);
  }
  const shape = parseIntegers(file, name, 'shape', entry.get('shape'));
  const offsets = parseIntegers(file, name, 'data_offsets', entry.get('data_offsets'));
  const [start, end, ...more] = offsets;
  if (start === undefined || end === undefined || more.length > 0) {
    throw safetensorsInvalid(file, `data_offsets has ${String(offsets.length)} entries, expected 2`, name);
  }
  if (end < start) {
    throw safetensorsInvalid(file, `data_offsets ends at ${String(end)} before its start ${String(start)}`, name);
  }
  const expected = shape.reduce((product, dimension) => product * dimension, DTYPE_BYTES[dtype]);
  if (!Number.isSafeInteger(expected)) {
    throw safetensorsInvalid(file, `shape [${shapeText(shape)}] has more elements than can be addressed`, name);
  }
  if (end - start !== expected) {
    throw safetensorsInvalid(
      file,
      `data_offsets span ${String(end - start)} bytes, but ${dtype} [${shapeText(shape)}] needs ${String(expected)}`,
      name,
    );
  }
  return { name, dtype, shape, start: dataStart + start, end: dataStart + end };
}

function parseIntegers(file: string, name: string, key: string, value: JsonValue | undefined): readonly number[] {
  if (!Array.isArray(value)) {
    throw safetensorsInvalid(file, `${key} is ${jsonKind(value)}, expected an array of integers`, name);
  }
  const integers: number[] = [];
  for (const item of value as readonly JsonValue[]) {
    if (typeof item !== 'number' || !Number.isSafeInteger(item) || item < 0) {
      const got = typeof item === 'number' ? String(item) : jsonKind(item);
      throw safetensorsInvalid(file, `${key} contains ${got}, expected integers from 0`, name);
    }
    integers.push(item);
  }
  return integers;
}

/** The tensors must cover all bytes after the header, each byte once. */
function checkCoverage(file: string, sorted: readonly TensorInfo[], dataStart: number, fileBytes: number): void {
  let at = dataStart;
  let previous = '';
  for (const tensor of sorted) {
    if (tensor.end > fileBytes) {
      const past = tensor.end - fileBytes;
      throw safetensorsInvalid(file, `its bytes end ${String(past)} bytes after the end of the file`, tensor.name);
    }
    if (tensor.start < at) {
      throw safetensorsInvalid(file, `its bytes overlap those of "${quoted(previous)}"`, tensor.name);
    }
    if (tensor.start > at) {
      throw safetensorsInvalid(file, `${String(tensor.start - at)} bytes before it belong to no tensor`, tensor.name);
    }
    at = tensor.end;
    previous = tensor.name;
  }
  if (at !== fileBytes) {
    throw safetensorsInvalid(file, `${String(fileBytes - at)} bytes at the end belong to no tensor`);
  }
}
