/** Mistral (`modeling_mistral.py`): Llama without biases; its sliding window must span the context here. */
import type { Family } from './family.js';
import { llamaShaped, refuseSlidingWindow } from './llama-shaped.js';

/** `MistralConfig` has this window when config.json does not name one; null means none. */
const DEFAULT_WINDOW = 4096;

/** The Mistral family. */
export const mistral: Family = {
  name: 'MistralForCausalLM',
  modelType: 'mistral',
  describe(config) {
    const decoder = llamaShaped(config, { kvHeads: 8, bias: { qkv: false, output: false, mlp: false } });
    const window = config.isNull('sliding_window') ? undefined : config.size('sliding_window', DEFAULT_WINDOW);
    refuseSlidingWindow(window, decoder.sizes.contextLength);
    return decoder;
  },
};
