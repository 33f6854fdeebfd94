/** What a model family must say about itself. To add one: a file like opt.ts, one line in the registry, a golden model. */
import type { ConfigReader } from '../decoder/config-reader.js';
import type { Decoder } from '../decoder/decoder.js';

/** A model family. */
export interface Family {
  /** As in `architectures` of config.json. */
  readonly name: string;
  /** As in `model_type` of config.json. */
  readonly modelType: string;
  /** Tensors of old checkpoints that nothing reads, whatever their type: masks that were saved as buffers. */
  readonly leftovers?: RegExp;
  /**
   * The pieces of the model that a config.json describes.
   *
   * @throws OminusError `MODEL_INVALID` on impossible values, `MODEL_UNSUPPORTED` on features that no piece has, by name
   */
  describe(config: ConfigReader): Decoder;
}
