/** Sizes that every decoder has, whatever its pieces. */
import { unsupported, type ConfigReader } from './config-reader.js';

/** Sizes of a decoder. */
export interface DecoderSizes {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Key and value heads; each serves `heads / kvHeads` query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  /** Positions the model was made for. */
  readonly contextLength: number;
}

/** Reads how many key and value heads there are, and how wide each head is. */
export type ReadHeads = (
  config: ConfigReader,
  hiddenSize: number,
  heads: number,
) => Pick<DecoderSizes, 'kvHeads' | 'headDim'>;

/** Most layers a graph is built for. */
const MOST_LAYERS = 512;

/**
 * Reads the keys that families spell alike.
 *
 * @throws OminusError `MODEL_INVALID` on impossible values, `MODEL_UNSUPPORTED` on quantized weights
 */
export function readSizes(config: ConfigReader, readHeads: ReadHeads): DecoderSizes {
  if (config.object('quantization_config') !== undefined) {
    throw unsupported(
      'its weights are quantized (quantization_config)',
      'Use the float16, bfloat16 or float32 checkpoint.',
    );
  }
  const hiddenSize = config.size('hidden_size');
  const layers = config.size('num_hidden_layers');
  if (layers > MOST_LAYERS) {
    throw config.wrong('num_hidden_layers', `at most ${String(MOST_LAYERS)}`);
  }
  const heads = config.size('num_attention_heads');
  return {
    hiddenSize,
    layers,
    heads,
    ...readHeads(config, hiddenSize, heads),
    vocabSize: config.size('vocab_size'),
    contextLength: config.size('max_position_embeddings'),
  };
}

/**
 * Heads of grouped-query attention: `num_key_value_heads` and `head_dim`.
 *
 * @param kvHeads - when config.json leaves the number out; undefined: as many as query heads
 */
export const groupedHeads =
  (kvHeads: number | undefined): ReadHeads =>
  (config, hiddenSize, heads) => {
    const count = config.size('num_key_value_heads', kvHeads ?? heads);
    if (heads % count !== 0) {
      throw config.wrong('num_key_value_heads', `a divisor of num_attention_heads (${String(heads)})`);
    }
    return { kvHeads: count, headDim: config.size('head_dim', hiddenSize / heads) };
  };

/** As many key as query heads, which share the hidden size evenly. */
export const equalHeads: ReadHeads = (config, hiddenSize, heads) => {
  if (hiddenSize % heads !== 0) {
    throw config.wrong('num_attention_heads', `a divisor of hidden_size (${String(hiddenSize)})`);
  }
  return { kvHeads: heads, headDim: hiddenSize / heads };
};
