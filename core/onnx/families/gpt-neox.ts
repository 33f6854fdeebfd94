/** GPT-NeoX and Pythia (`modeling_gpt_neox.py`): one module for queries, keys and values, partly turned heads, parallel blocks. */
import { equalHeads, readSizes } from '../decoder/sizes.js';
import { readActivation } from '../pieces/activations.js';
import { fusedAttention } from '../pieces/attention.js';
import { tokenEmbedding } from '../pieces/embedding.js';
import { vocabularyHead } from '../pieces/head.js';
import { layerNorm } from '../pieces/layer-norm.js';
import { plainMlp } from '../pieces/plain-mlp.js';
import { parallelNorm, preNorm } from '../pieces/residual.js';
import { rotaryPositions } from '../pieces/rotary.js';
import type { Family } from './family.js';

const ROOT = 'gpt_neox';
/** Of the head in checkpoints. */
const HEAD = 'embed_out';
const EMBEDDING = `${ROOT}.embed_in.weight`;

/** The GPT-NeoX family. */
export const gptNeoX: Family = {
  name: 'GPTNeoXForCausalLM',
  modelType: 'gpt_neox',
  leftovers: /\.attention\.(bias|masked_bias)$/,
  describe(config) {
    const sizes = readSizes(config, equalHeads);
    const bias = config.flag('attention_bias', true);
    const width = config.size('intermediate_size', 24_576);
    const epsilon = config.positive('layer_norm_eps', 1e-5);
    const tied = config.flag('tie_word_embeddings', false);
    const activation = readActivation(config, 'hidden_act', 'gelu');
    return {
      sizes,
      embedding: tokenEmbedding({ tensor: EMBEDDING, tiedTo: tied ? `${HEAD}.weight` : undefined }),
      positions: rotaryPositions(config, sizes, { theta: 'rotary_emb_base', share: 'rotary_pct', defaultShare: 0.25 }),
      residual: config.flag('use_parallel_residual', true) ? parallelNorm : preNorm,
      layer(index) {
        const at = `${ROOT}.layers.${String(index)}`;
        return {
          attentionNorm: layerNorm(`${at}.input_layernorm`, epsilon),
          attention: fusedAttention({
            layer: index,
            queryKeyValue: { module: `${at}.attention.query_key_value`, bias },
            output: { module: `${at}.attention.dense`, bias },
          }),
          feedForwardNorm: layerNorm(`${at}.post_attention_layernorm`, epsilon),
          feedForward: plainMlp({
            up: { module: `${at}.mlp.dense_h_to_4h`, bias: true },
            down: { module: `${at}.mlp.dense_4h_to_h`, bias: true },
            width,
            activation,
          }),
        };
      },
      head: vocabularyHead({
        norm: layerNorm(`${ROOT}.final_layer_norm`, epsilon),
        module: 'lm_head',
        storedAs: HEAD,
        embedding: EMBEDDING,
        tied,
      }),
    };
  },
};
