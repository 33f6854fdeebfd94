/** Llama 1 to 3.x (`modeling_llama.py`): optional biases on attention and feed-forward modules. */
import type { Family } from './family.js';
import { llamaShaped } from './llama-shaped.js';

/** The Llama family. */
export const llama: Family = {
  name: 'LlamaForCausalLM',
  modelType: 'llama',
  describe(config) {
    const attention = config.flag('attention_bias', false);
    const mlp = config.flag('mlp_bias', false);
    return llamaShaped(config, { kvHeads: undefined, bias: { qkv: attention, output: attention, mlp } });
  },
};
