/** What of a model adapters can change; no weight is read, and no runtime is started. */
import { buildDecoder } from '../../core/onnx/decoder/build-decoder.js';
import type { LinearShape } from '../../core/onnx/decoder/config.js';
import { openCheckpoint } from './checkpoint.js';

/**
 * The linear modules of the model in a folder, by path, as its graph has them.
 *
 * @throws OminusError `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `FILE_NOT_FOUND`, `SAFETENSORS_INVALID`: what loading it would say
 */
export async function readModelModules(folder: string): Promise<ReadonlyMap<string, LinearShape>> {
  const { config, weights } = await openCheckpoint(folder);
  return buildDecoder(config, weights).modules;
}
