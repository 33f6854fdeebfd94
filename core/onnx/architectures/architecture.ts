/** What a model family must say about itself. To add one: a file like llama.ts, one line in the registry, a golden test. */
import type { ConfigReader } from '../decoder/config-reader.js';
import type { DecoderConfig } from '../decoder/config.js';
import type { BuildLayer } from '../decoder/layer.js';

/** A model family. */
export interface Architecture {
  /** As in `architectures` of config.json. */
  readonly name: string;
  readConfig(config: ConfigReader): DecoderConfig;
  readonly buildLayer: BuildLayer;
}
