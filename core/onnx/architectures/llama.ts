/** Llama 1 to 3.x (`modeling_llama.py`): optional biases on attention and feed-forward modules. */
import { readDecoderConfig } from '../decoder/config.js';
import { preNormLayer } from '../decoder/layer.js';
import type { Architecture } from './architecture.js';

/** The Llama family. */
export const llama: Architecture = {
  name: 'LlamaForCausalLM',
  readConfig(config) {
    const attention = config.flag('attention_bias', false);
    const mlp = config.flag('mlp_bias', false);
    return readDecoderConfig(config, { kvHeads: undefined, bias: { qkv: attention, output: attention, mlp } });
  },
  buildLayer: preNormLayer,
};
