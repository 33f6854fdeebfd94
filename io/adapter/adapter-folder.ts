/** An adapter folder on this machine: checked when opened, read tensor by tensor, never changed. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLoraConfig } from '../../core/adapter/config.js';
import { adapterInvalid, MAX_CONFIG_CHARACTERS } from '../../core/adapter/config-fields.js';
import { describeAdapter } from '../../core/adapter/describe.js';
import { adapterDigest, adapterTensors } from '../../core/adapter/digest.js';
import { notFinite } from '../../core/adapter/not-finite.js';
import type { AdapterDescription, FloatTensor } from '../../core/adapter/types.js';
import type { LoraFactors } from '../../core/algebra/factors.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import type { MeasuredFloats } from '../../core/numeric/arithmetic-types.js';
import { decodeFloats, firstNonFinite } from '../../core/numeric/tensor-bytes.js';
import type { TensorInfo } from '../../core/safetensors/header.js';
import { allOrNone } from '../all-or-none.js';
import type { SharedFile } from '../files/positioned-file.js';
import {
  fileError,
  joinSafetensors,
  openSafetensors,
  type SafetensorsFile,
  type TensorReader,
} from '../safetensors/reader.js';
import { CONFIG_FILE, explainMissing, TENSORS_FILE } from './missing-adapter.js';

export { CONFIG_FILE, TENSORS_FILE };

/** An open adapter. Close it. */
export interface AdapterFolder {
  readonly folder: string;
  readonly description: AdapterDescription;
  /** Bytes of config and tensors. */
  readonly sizeBytes: number;
  /** Digest of meaning and tensors; reads whatever was not read before. */
  digest(): Promise<Digest>;
  /**
   * Factors of one module as float32; undefined where the adapter lacks the module.
   *
   * @param reuse - factors that are no longer needed; arrays of the right length are overwritten, others freshly allocated
   * @throws OminusError `ADAPTER_INVALID` naming tensor and place of the first NaN or Infinity
   */
  readFactors(path: string, reuse?: LoraFactors): Promise<LoraFactors | undefined>;
  /** Bytes of one tensor as they are in the file; `reuse` as above. */
  readTensor(tensor: TensorInfo, reuse?: Uint8Array): Promise<Uint8Array>;
  /** Its bytes from the first to the last, in parts of whole elements; a part is overwritten by the one after it. */
  readInParts(tensor: TensorInfo): AsyncIterable<Uint8Array>;
  /** For other threads of this process, while it is open. */
  readonly shared: SharedAdapter;
  /** sha256, hexadecimal, of the tensors that were read, by name. */
  readonly contents: ReadonlyMap<string, string>;
  /** Takes over what another thread has found out by reading. */
  learn(contents: ReadonlyMap<string, string>): void;
  close(): Promise<void>;
}

/** An open adapter as other threads of this process know it. */
export interface SharedAdapter extends Pick<AdapterFolder, 'folder' | 'description' | 'sizeBytes'> {
  readonly file: SharedFile;
}

/**
 * Opens an adapter folder.
 *
 * @throws OminusError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `SAFETENSORS_INVALID`, `ADAPTER_INVALID`, `ADAPTER_UNSUPPORTED`
 */
export async function openAdapter(folder: string): Promise<AdapterFolder> {
  const configText = await readConfig(join(folder, CONFIG_FILE));
  const config = parseLoraConfig(join(folder, CONFIG_FILE), configText);
  const tensors = await openTensors(folder);
  try {
    const description = describeAdapter(tensors.path, config, tensors);
    const sizeBytes = tensors.sizeBytes + configText.length;
    return new OpenAdapter({ folder, description, sizeBytes, file: tensors.shared }, tensors);
  } catch (error) {
    await tensors.close();
    throw error;
  }
}

/** An adapter that another thread of this process has opened, and checked, and keeps open. */
export function joinAdapter(shared: SharedAdapter): AdapterFolder {
  return new OpenAdapter(shared, joinSafetensors(shared.file));
}

async function readConfig(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_CONFIG_CHARACTERS) {
      throw adapterInvalid(path, `config of ${String(size)} bytes, expected at most ${String(MAX_CONFIG_CHARACTERS)}`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    throw await explained(path, error instanceof OminusError ? error : fileError(path, error));
  }
}

async function openTensors(folder: string): Promise<SafetensorsFile> {
  const path = join(folder, TENSORS_FILE);
  try {
    return await openSafetensors(path);
  } catch (error) {
    throw await explained(path, error);
  }
}

async function explained(path: string, error: unknown): Promise<unknown> {
  const isMissing = error instanceof OminusError && error.code === 'FILE_NOT_FOUND';
  return isMissing ? await explainMissing(path, error) : error;
}

class OpenAdapter implements AdapterFolder {
  readonly folder: string;
  readonly description: AdapterDescription;
  readonly sizeBytes: number;
  readonly shared: SharedAdapter;
  readonly contents = new Map<string, string>();
  readonly #file: TensorReader;
  #whole: Promise<Digest> | undefined;

  constructor(shared: SharedAdapter, file: TensorReader) {
    this.shared = shared;
    this.folder = shared.folder;
    this.description = shared.description;
    this.sizeBytes = shared.sizeBytes;
    this.#file = file;
  }

  learn(contents: ReadonlyMap<string, string>): void {
    contents.forEach((sha256, name) => this.contents.set(name, sha256));
  }

  digest(): Promise<Digest> {
    this.#whole ??= this.#computeDigest();
    return this.#whole;
  }

  async readFactors(path: string, reuse?: LoraFactors): Promise<LoraFactors | undefined> {
    const module = this.description.modules.get(path);
    if (module === undefined) {
      return undefined;
    }
    const [a, b] = await allOrNone(
      this.readTensor(module.a, reuse?.storedA?.bytes),
      this.readTensor(module.b, reuse?.storedB),
    );
    const { rank, scaling } = module;
    const { values, largest } = this.#decode(module.a, a, reuse?.a);
    return {
      rank,
      scaling,
      a: values,
      largestA: largest,
      b: this.#decode(module.b, b, reuse?.b).values,
      storedA: { dtype: module.a.dtype, bytes: a },
      storedB: b,
    };
  }

  async readTensor(tensor: TensorInfo, reuse?: Uint8Array): Promise<Uint8Array> {
    const bytes = await this.#file.read(tensor, reuse);
    if (!this.contents.has(tensor.name)) {
      this.contents.set(tensor.name, sha256(bytes));
    }
    return bytes;
  }

  readInParts(tensor: TensorInfo): AsyncIterable<Uint8Array> {
    return this.#file.readInParts(tensor);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #decode(tensor: FloatTensor, bytes: Uint8Array, reuse: Float32Array | undefined): MeasuredFloats {
    const decoded = decodeFloats(bytes, tensor.dtype, reuse);
    const place = firstNonFinite(decoded);
    if (place !== -1) {
      throw notFinite(this.shared.file.path, tensor, { place, value: decoded.values[place] ?? NaN });
    }
    return decoded;
  }

  async #computeDigest(): Promise<Digest> {
    const unread = adapterTensors(this.description).filter(({ name }) => !this.contents.has(name));
    // One tensor is hashed while the next one is read, into the array before it.
    let spare: Uint8Array | undefined;
    let reading = unread[0] === undefined ? undefined : this.#file.read(unread[0]);
    for (const [place, { name }] of unread.entries()) {
      const bytes = await reading;
      const next = unread[place + 1];
      reading = next === undefined ? undefined : this.#file.read(next, spare);
      reading?.catch(() => undefined); // thrown when it is awaited
      this.contents.set(name, sha256(bytes ?? new Uint8Array()));
      spare = bytes;
    }
    return adapterDigest(this.description, (name) => this.contents.get(name) ?? '');
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
