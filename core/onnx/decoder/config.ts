/** What the graph of a decoder is built from, whatever family it belongs to. */
import { unsupported, type ConfigReader } from './config-reader.js';
import { readRope, type Rope } from './rope.js';
import { ACTIVATIONS, type ActivationName } from './activations.js';

/** Sizes and switches of a decoder. */
export interface DecoderConfig {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Key and value heads; each serves `heads / kvHeads` query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly mlpSize: number;
  readonly vocabSize: number;
  /** Positions the model was made for. */
  readonly contextLength: number;
  readonly normEpsilon: number;
  readonly tiedEmbeddings: boolean;
  readonly activation: ActivationName;
  readonly rope: Rope;
  /** Which linear modules carry a bias. */
  readonly bias: { readonly qkv: boolean; readonly output: boolean; readonly mlp: boolean };
}

/** Multiplications by weights that one token takes: every entry of every linear module, once. */
export function multiplicationsPerToken(config: DecoderConfig): number {
  const { hiddenSize, layers, heads, kvHeads, headDim, mlpSize, vocabSize } = config;
  const attention = 2 * hiddenSize * (heads + kvHeads) * headDim;
  return layers * (attention + 3 * hiddenSize * mlpSize) + vocabSize * hiddenSize;
}

/** What families differ in while the sizes are read. */
export interface FamilyDefaults {
  /** `num_key_value_heads` when config.json leaves it out; undefined: as many as query heads. */
  readonly kvHeads: number | undefined;
  readonly bias: DecoderConfig['bias'];
}

/** Most layers a graph is built for. */
const MOST_LAYERS = 512;

/**
 * Reads the keys that the Llama-shaped families share.
 *
 * @throws OminusError `MODEL_INVALID` on impossible values, `MODEL_UNSUPPORTED` on features the graph lacks, by name
 */
export function readDecoderConfig(config: ConfigReader, family: FamilyDefaults): DecoderConfig {
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
  const kvHeads = config.size('num_key_value_heads', family.kvHeads ?? heads);
  if (heads % kvHeads !== 0) {
    throw config.wrong('num_key_value_heads', `a divisor of num_attention_heads (${String(heads)})`);
  }
  const headDim = config.size('head_dim', hiddenSize / heads);
  if (headDim % 2 !== 0) {
    throw config.wrong('head_dim', 'an even number');
  }
  const contextLength = config.size('max_position_embeddings');
  return {
    hiddenSize,
    layers,
    heads,
    kvHeads,
    headDim,
    mlpSize: config.size('intermediate_size'),
    vocabSize: config.size('vocab_size'),
    contextLength,
    normEpsilon: config.positive('rms_norm_eps', 1e-6),
    tiedEmbeddings: config.flag('tie_word_embeddings', false),
    activation: readActivation(config),
    rope: readRope(config, headDim, contextLength),
    bias: family.bias,
  };
}

function readActivation(config: ConfigReader): ActivationName {
  const name = config.text('hidden_act', 'silu');
  if (!(name in ACTIVATIONS)) {
    throw unsupported(
      `hidden_act "${name}" is not one of ${Object.keys(ACTIVATIONS).join(', ')}`,
      'Use a model with one of these activations.',
    );
  }
  return name as ActivationName; // a key of the table, by the test above
}

/**
 * Refuses a sliding attention window that is shorter than the context.
 *
 * @param window - positions a token sees, or undefined for all of them
 */
export function refuseSlidingWindow(window: number | undefined, contextLength: number): void {
  if (window !== undefined && window < contextLength) {
    throw unsupported(
      `sliding_window ${String(window)} is shorter than its context of ${String(contextLength)}`,
      'Use a model with full attention, or lower max_position_embeddings to the window in a copy of config.json.',
    );
  }
}
