/** An adapter folder on this machine: checked when opened, read tensor by tensor, never changed. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLoraConfig } from '../../core/adapter/config.js';
import { adapterInvalid, MAX_CONFIG_CHARACTERS } from '../../core/adapter/config-fields.js';
import { describeAdapter } from '../../core/adapter/describe.js';
import { adapterDigest, adapterTensors } from '../../core/adapter/digest.js';
import type { AdapterDescription, FloatTensor } from '../../core/adapter/types.js';
import { adapterUnsupported } from '../../core/adapter/unsupported.js';
import type { LoraFactors } from '../../core/algebra/factors.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { decodeFloats, firstNonFinite } from '../../core/numeric/tensor-bytes.js';
import type { TensorInfo } from '../../core/safetensors/header.js';
import { fileError, openSafetensors, type SafetensorsFile } from '../safetensors/reader.js';

/** File names of peft. */
export const CONFIG_FILE = 'adapter_config.json';
export const TENSORS_FILE = 'adapter_model.safetensors';
const PICKLE_FILE = 'adapter_model.bin';

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
   * @param reuse - factors that nobody needs any more; arrays of the right length are overwritten, others freshly allocated
   * @throws OminusError `ADAPTER_INVALID` naming tensor and place of the first NaN or Infinity
   */
  readFactors(path: string, reuse?: LoraFactors): Promise<LoraFactors | undefined>;
  /** Bytes of one tensor as they are in the file; `reuse` as above. */
  readTensor(tensor: TensorInfo, reuse?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
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
    return new OpenAdapter(folder, description, tensors, configText.length);
  } catch (error) {
    await tensors.close();
    throw error;
  }
}

async function readConfig(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_CONFIG_CHARACTERS) {
      throw adapterInvalid(path, `config of ${String(size)} bytes, expected at most ${String(MAX_CONFIG_CHARACTERS)}`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof OminusError ? error : fileError(path, error);
  }
}

async function openTensors(folder: string): Promise<SafetensorsFile> {
  try {
    return await openSafetensors(join(folder, TENSORS_FILE));
  } catch (error) {
    const isPickle = await stat(join(folder, PICKLE_FILE)).then(
      () => true,
      () => false,
    );
    if (isPickle && error instanceof OminusError && error.code === 'FILE_NOT_FOUND') {
      throw adapterUnsupported(
        join(folder, PICKLE_FILE),
        'it is a pickle file, which can run code when it is read',
        'Load it with peft where you trust it, and save it again with safe_serialization=True.',
      );
    }
    throw error;
  }
}

class OpenAdapter implements AdapterFolder {
  readonly folder: string;
  readonly description: AdapterDescription;
  readonly sizeBytes: number;
  private readonly file: SafetensorsFile;
  private readonly contents = new Map<string, string>();
  private whole: Promise<Digest> | undefined;

  constructor(folder: string, description: AdapterDescription, file: SafetensorsFile, configBytes: number) {
    this.folder = folder;
    this.description = description;
    this.file = file;
    this.sizeBytes = file.sizeBytes + configBytes;
  }

  digest(): Promise<Digest> {
    this.whole ??= this.computeDigest();
    return this.whole;
  }

  async readFactors(path: string, reuse?: LoraFactors): Promise<LoraFactors | undefined> {
    const module = this.description.modules.get(path);
    if (module === undefined) {
      return undefined;
    }
    const [a, b] = await Promise.all([
      this.readTensor(module.a, reuse?.storedA?.bytes),
      this.readTensor(module.b, reuse?.storedB),
    ]);
    const { rank, scaling } = module;
    return {
      rank,
      scaling,
      a: this.decode(module.a, a, reuse?.a),
      b: this.decode(module.b, b, reuse?.b),
      storedA: { dtype: module.a.dtype, bytes: a },
      storedB: b,
    };
  }

  async readTensor(tensor: TensorInfo, reuse?: Uint8Array): Promise<Uint8Array> {
    const bytes = await this.file.read(tensor, reuse);
    if (!this.contents.has(tensor.name)) {
      this.contents.set(tensor.name, sha256(bytes));
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private decode(tensor: FloatTensor, bytes: Uint8Array, reuse: Float32Array | undefined): Float32Array {
    const values = decodeFloats(bytes, tensor.dtype, reuse);
    const place = firstNonFinite(values);
    if (place !== -1) {
      const width = tensor.shape[1] ?? 1;
      const index = `[${String(Math.floor(place / width))}, ${String(place % width)}]`;
      throw adapterInvalid(
        this.file.path,
        `tensor "${tensor.name}" is ${String(values[place])} at ${index}`,
        'Use a checkpoint from before training diverged.',
      );
    }
    return values;
  }

  private async computeDigest(): Promise<Digest> {
    const unread = adapterTensors(this.description).filter(({ name }) => !this.contents.has(name));
    // One tensor is hashed while the next one is read, into the array before it.
    let spare: Uint8Array | undefined;
    let reading = unread[0] === undefined ? undefined : this.file.read(unread[0]);
    for (const [place, { name }] of unread.entries()) {
      const bytes = await reading;
      const next = unread[place + 1];
      reading = next === undefined ? undefined : this.file.read(next, spare);
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
