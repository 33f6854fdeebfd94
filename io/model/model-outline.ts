/** What of a model a plan has to know; no weight is read, and no runtime is started. */
import { buildDecoder } from '../../core/onnx/decoder/build-decoder.js';
import type { LinearShape } from '../../core/onnx/decoder/scope.js';
import { openCheckpoint } from './checkpoint.js';

/** Sizes of a model. */
export interface ModelOutline {
  /** Positions the model was made for. */
  readonly contextLength: number;
  /** Tokens it knows: perplexity of one that guesses. */
  readonly vocabulary: number;
  /** Its linear modules by path, which adapters can change. */
  readonly modules: ReadonlyMap<string, LinearShape>;
}

/**
 * The outline of the model in a folder, as its graph has it.
 *
 * @throws OminusError `MODEL_INVALID`, `MODEL_UNSUPPORTED`, `FILE_NOT_FOUND`, `SAFETENSORS_INVALID`: what loading it would say
 */
export async function readModelOutline(folder: string): Promise<ModelOutline> {
  const checkpoint = await openCheckpoint(folder);
  const { sizes, modules } = buildDecoder(checkpoint.config, checkpoint.weights);
  return { contextLength: sizes.contextLength, vocabulary: sizes.vocabSize, modules };
}
