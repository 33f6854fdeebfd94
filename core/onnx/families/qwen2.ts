/** Qwen 2 and 2.5 (`modeling_qwen2.py`): biases on queries, keys and values; sliding layers only when switched on. */
import type { Family } from './family.js';
import { llamaShaped, refuseSlidingWindow } from './llama-shaped.js';

/** `Qwen2Config` has this window when config.json switches it on without naming one. */
const DEFAULT_WINDOW = 4096;

/** The Qwen2 family. */
export const qwen2: Family = {
  name: 'Qwen2ForCausalLM',
  modelType: 'qwen2',
  describe(config) {
    const decoder = llamaShaped(config, { kvHeads: 32, bias: { qkv: true, output: false, mlp: false } });
    const slides =
      config.flag('use_sliding_window', false) || config.texts('layer_types').includes('sliding_attention');
    if (slides && !config.isNull('sliding_window')) {
      refuseSlidingWindow(config.size('sliding_window', DEFAULT_WINDOW), decoder.sizes.contextLength);
    }
    return decoder;
  },
};
