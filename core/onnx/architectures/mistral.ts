/** Mistral (`modeling_mistral.py`): Llama without biases; its sliding window must span the context here. */
import { readDecoderConfig, refuseSlidingWindow } from '../decoder/config.js';
import { preNormLayer } from '../decoder/layer.js';
import type { Architecture } from './architecture.js';

/** `MistralConfig` has this window when config.json does not name one; null means none. */
const DEFAULT_WINDOW = 4096;

/** The Mistral family. */
export const mistral: Architecture = {
  name: 'MistralForCausalLM',
  readConfig(config) {
    const sizes = readDecoderConfig(config, { kvHeads: 8, bias: { qkv: false, output: false, mlp: false } });
    const window = config.isNull('sliding_window') ? undefined : config.size('sliding_window', DEFAULT_WINDOW);
    refuseSlidingWindow(window, sizes.contextLength);
    return sizes;
  },
  buildLayer: preNormLayer,
};
