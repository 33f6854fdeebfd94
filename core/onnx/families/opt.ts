/** OPT (`modeling_opt.py`): learned positions, layer norms with biases, a plain feed-forward part; 350m norms after its blocks. */
import { unsupported } from '../decoder/config-reader.js';
import { equalHeads, readSizes } from '../decoder/sizes.js';
import { readActivation } from '../pieces/activations.js';
import { selfAttention } from '../pieces/attention.js';
import { tokenEmbedding } from '../pieces/embedding.js';
import { vocabularyHead } from '../pieces/head.js';
import { layerNorm } from '../pieces/layer-norm.js';
import { learnedPositions } from '../pieces/learned-positions.js';
import type { Linear } from '../pieces/linear.js';
import { plainMlp } from '../pieces/plain-mlp.js';
import { postNorm, preNorm } from '../pieces/residual.js';
import type { Family } from './family.js';

const ROOT = 'model.decoder';
const EMBEDDING = `${ROOT}.embed_tokens.weight`;
/** Default of `torch.nn.LayerNorm`; no key of config.json changes it. */
const EPSILON = 1e-5;
/** Row of position 0 in the table of positions (`OPTLearnedPositionalEmbedding`). */
const FIRST_POSITION = 2;

/** The OPT family. */
export const opt: Family = {
  name: 'OPTForCausalLM',
  modelType: 'opt',
  describe(config) {
    if (!config.flag('layer_norm_elementwise_affine', true)) {
      throw unsupported(
        'its layer norms have no weights (layer_norm_elementwise_affine is false)',
        'Use a model whose layer norms have weights and biases.',
      );
    }
    const sizes = readSizes(config, equalHeads);
    const bias = config.flag('enable_bias', true);
    const normsFirst = config.flag('do_layer_norm_before', true);
    const width = config.size('word_embed_proj_dim', sizes.hiddenSize);
    const isProjected = width !== sizes.hiddenSize;
    const tied = config.flag('tie_word_embeddings', true);
    const ffn = config.size('ffn_dim', 3072);
    const activation = readActivation(config, 'activation_function', 'relu');
    const hasLastNorm = normsFirst && !config.flag('_remove_final_layer_norm', false);
    return {
      sizes,
      embedding: tokenEmbedding({
        tensor: EMBEDDING,
        tiedTo: tied ? 'lm_head.weight' : undefined,
        width,
        ...(isProjected ? { into: { module: `${ROOT}.project_in`, bias: false } } : {}),
      }),
      positions: learnedPositions({ tensor: `${ROOT}.embed_positions.weight`, offset: FIRST_POSITION }),
      residual: normsFirst ? preNorm : postNorm,
      layer(index) {
        const at = `${ROOT}.layers.${String(index)}`;
        const linear = (name: string): Linear => ({ module: `${at}.${name}`, bias });
        return {
          attentionNorm: layerNorm(`${at}.self_attn_layer_norm`, EPSILON),
          attention: selfAttention({
            layer: index,
            query: linear('self_attn.q_proj'),
            key: linear('self_attn.k_proj'),
            value: linear('self_attn.v_proj'),
            output: linear('self_attn.out_proj'),
          }),
          feedForwardNorm: layerNorm(`${at}.final_layer_norm`, EPSILON),
          feedForward: plainMlp({ up: linear('fc1'), down: linear('fc2'), width: ffn, activation }),
        };
      },
      head: vocabularyHead({
        norm: hasLastNorm ? layerNorm(`${ROOT}.final_layer_norm`, EPSILON) : undefined,
        width,
        ...(isProjected ? { outOf: { module: `${ROOT}.project_out`, bias: false } } : {}),
        module: 'lm_head',
        embedding: EMBEDDING,
        tied,
      }),
    };
  },
};
