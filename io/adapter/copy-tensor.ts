/** Carries a tensor of modules_to_save from an adapter into a result as it is, however large: part by part. */
import { createHash } from 'node:crypto';
import { notFinite } from '../../core/adapter/not-finite.js';
import { DTYPE_BYTES } from '../../core/numeric/dtype.js';
import { findNonFinite } from '../../core/numeric/non-finite.js';
import type { TensorInfo } from '../../core/safetensors/header.js';
import type { SafetensorsWriter } from '../safetensors/writer.js';
import type { AdapterFolder } from './adapter-folder.js';

/**
 * Copies a tensor. What was read counts as read: the adapter's digest needs it no more.
 *
 * @returns sha256 of its bytes, hexadecimal
 * @throws OminusError `ADAPTER_INVALID` naming tensor and place of the first NaN or Infinity, and whatever reading and writing throw
 */
export async function copyTensor(
  adapter: AdapterFolder,
  tensor: TensorInfo,
  { writer, signal }: { readonly writer: SafetensorsWriter; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const hash = createHash('sha256');
  async function* checked(): AsyncGenerator<Uint8Array, void, undefined> {
    let before = 0;
    for await (const part of adapter.readInParts(tensor)) {
      signal?.throwIfAborted();
      const found = findNonFinite(part, tensor.dtype);
      if (found !== undefined) {
        const place = before + found.place;
        throw notFinite(adapter.shared.file.path, tensor, { ...found, place }, ' of modules_to_save');
      }
      before += part.byteLength / DTYPE_BYTES[tensor.dtype];
      hash.update(part);
      yield part;
    }
  }
  await writer.writeInParts(tensor.name, checked());
  const sha256 = hash.digest('hex');
  adapter.learn(new Map([[tensor.name, sha256]]));
  return sha256;
}
