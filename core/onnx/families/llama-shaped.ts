/** The pieces that Llama and its relatives share: rotary positions, RMS norms before each block, a gated feed-forward part. */
import { unsupported, type ConfigReader } from '../decoder/config-reader.js';
import type { Decoder } from '../decoder/decoder.js';
import { groupedHeads, readSizes } from '../decoder/sizes.js';
import { readActivation } from '../pieces/activations.js';
import { selfAttention } from '../pieces/attention.js';
import { tokenEmbedding } from '../pieces/embedding.js';
import { gatedMlp } from '../pieces/gated-mlp.js';
import { vocabularyHead } from '../pieces/head.js';
import type { Linear } from '../pieces/linear.js';
import { preNorm } from '../pieces/residual.js';
import { rmsNorm } from '../pieces/rms-norm.js';
import { rotaryPositions } from '../pieces/rotary.js';

/** What the relatives differ in. */
export interface LlamaTraits {
  /** `num_key_value_heads` when config.json leaves it out; undefined: as many as query heads. */
  readonly kvHeads: number | undefined;
  /** Which linear modules carry a bias. */
  readonly bias: { readonly qkv: boolean; readonly output: boolean; readonly mlp: boolean };
}

/** Name of the token embedding, which serves as head too when the two are tied. */
const EMBEDDING = 'model.embed_tokens.weight';

/**
 * A decoder of Llama's shape.
 *
 * @throws OminusError `MODEL_INVALID` on impossible values, `MODEL_UNSUPPORTED` on features the graph lacks, by name
 */
export function llamaShaped(config: ConfigReader, { kvHeads, bias }: LlamaTraits): Decoder {
  const sizes = readSizes(config, groupedHeads(kvHeads));
  const width = config.size('intermediate_size');
  const epsilon = config.positive('rms_norm_eps', 1e-6);
  const activation = readActivation(config, 'hidden_act', 'silu');
  const tied = config.flag('tie_word_embeddings', false);
  return {
    sizes,
    embedding: tokenEmbedding({ tensor: EMBEDDING, tiedTo: tied ? 'lm_head.weight' : undefined }),
    positions: rotaryPositions(config, sizes),
    residual: preNorm,
    layer(index) {
      const at = `model.layers.${String(index)}`;
      const attention = (name: string, hasBias: boolean): Linear => ({
        module: `${at}.self_attn.${name}`,
        bias: hasBias,
      });
      const mlp = (name: string): Linear => ({ module: `${at}.mlp.${name}`, bias: bias.mlp });
      return {
        attentionNorm: rmsNorm(`${at}.input_layernorm`, epsilon),
        attention: selfAttention({
          layer: index,
          query: attention('q_proj', bias.qkv),
          key: attention('k_proj', bias.qkv),
          value: attention('v_proj', bias.qkv),
          output: attention('o_proj', bias.output),
        }),
        feedForwardNorm: rmsNorm(`${at}.post_attention_layernorm`, epsilon),
        feedForward: gatedMlp({
          gate: mlp('gate_proj'),
          up: mlp('up_proj'),
          down: mlp('down_proj'),
          width,
          activation,
        }),
      };
    },
    head: vocabularyHead({
      norm: rmsNorm('model.norm', epsilon),
      module: 'lm_head',
      embedding: EMBEDDING,
      tied,
    }),
  };
}

/**
 * Refuses a sliding attention window that is shorter than the context.
 *
 * @param window - positions a token sees, or undefined for all of them
 * @throws OminusError `MODEL_UNSUPPORTED`
 */
export function refuseSlidingWindow(window: number | undefined, contextLength: number): void {
  if (window !== undefined && window < contextLength) {
    throw unsupported(
      `sliding_window ${String(window)} is shorter than its context of ${String(contextLength)}`,
      'Use a model with full attention, or lower max_position_embeddings to the window in a copy of config.json.',
    );
  }
}
