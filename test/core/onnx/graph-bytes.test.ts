/**
 * The bytes of every graph, pinned. Stored scores are those of the graph that computed them, and no key names it: a graph
 * that changes without need would mix two networks' numbers in one store.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { buildDecoder } from '../../../core/onnx/decoder/build-decoder.js';
import type { WeightLocation } from '../../../core/onnx/graph-builder.js';
import { buildGramGraph, buildScaleGraph } from '../../../core/onnx/merge-graphs.js';
import { openCheckpoint } from '../../../io/model/checkpoint.js';
import { llamaShapes, placeWeights, type LlamaSizes } from './synthetic-weights.js';

const GOLDEN = join(import.meta.dirname, '..', '..', 'golden', 'graph-bytes.json');
const UPDATE = 'UPDATE_GOLDEN=1 npx vitest run --project unit test/core/onnx/graph-bytes.test.ts';

const SMALL = {
  hidden_size: 32,
  intermediate_size: 40,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 101,
  max_position_embeddings: 128,
};
const SEVEN_B = {
  hidden_size: 4096,
  intermediate_size: 11008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  vocab_size: 32000,
  max_position_embeddings: 4096,
};
const MISTRAL_7B = { ...SEVEN_B, intermediate_size: 14336, num_key_value_heads: 8, max_position_embeddings: 4096 };
const LLAMA3 = {
  rope_type: 'llama3',
  rope_theta: 500000,
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};

/** Golden models of all families. */
const FOLDER = join(import.meta.dirname, '..', '..', 'golden', 'model');
const MODELS = (await readdir(FOLDER)).filter((name) => existsSync(join(FOLDER, name, 'config.json'))).sort();

interface Case {
  readonly family: string;
  readonly sizes: LlamaSizes & { readonly max_position_embeddings: number };
  readonly config?: Readonly<Record<string, unknown>>;
  readonly has?: Parameters<typeof llamaShapes>[1];
  readonly type?: WeightLocation['type'];
}

const CASES: Readonly<Record<string, Case>> = {
  'llama untied': { family: 'LlamaForCausalLM', sizes: SMALL, has: { head: true } },
  'llama tied': { family: 'LlamaForCausalLM', sizes: SMALL, config: { tie_word_embeddings: true } },
  'llama tied with a stored head': {
    family: 'LlamaForCausalLM',
    sizes: SMALL,
    config: { tie_word_embeddings: true },
    has: { head: true },
  },
  'llama with attention biases': {
    family: 'LlamaForCausalLM',
    sizes: SMALL,
    config: { attention_bias: true },
    has: { head: true, qkvBias: true, outputBias: true },
  },
  'llama with all biases, gelu, linear rope, float16': {
    family: 'LlamaForCausalLM',
    sizes: SMALL,
    config: {
      attention_bias: true,
      mlp_bias: true,
      hidden_act: 'gelu_new',
      tie_word_embeddings: true,
      rope_parameters: { rope_type: 'linear', rope_theta: 10000, factor: 2 },
    },
    has: { qkvBias: true, outputBias: true, mlpBias: true },
    type: 'float16',
  },
  'llama with llama3 rope and wide heads': {
    family: 'LlamaForCausalLM',
    sizes: { ...SMALL, head_dim: 16 },
    config: { rope_parameters: LLAMA3 },
    has: { head: true },
  },
  'llama with the rope keys of old checkpoints': {
    family: 'LlamaForCausalLM',
    sizes: { ...SMALL, num_key_value_heads: 4 },
    config: { rope_theta: 5000, rope_scaling: { type: 'linear', factor: 4 }, hidden_act: 'swish', rms_norm_eps: 1e-5 },
    has: { head: true },
    type: 'bfloat16',
  },
  'llama of 7 billion parameters': { family: 'LlamaForCausalLM', sizes: SEVEN_B, has: { head: true }, type: 'float16' },
  'mistral without a window': {
    family: 'MistralForCausalLM',
    sizes: { ...SMALL, num_attention_heads: 8, num_key_value_heads: 8 },
    config: { sliding_window: null, num_key_value_heads: undefined },
    has: { head: true },
    type: 'bfloat16',
  },
  'mistral with a window as long as its context': {
    family: 'MistralForCausalLM',
    sizes: MISTRAL_7B,
    config: { sliding_window: 4096 },
    has: { head: true },
    type: 'bfloat16',
  },
  'qwen2 tied': {
    family: 'Qwen2ForCausalLM',
    sizes: SMALL,
    config: { tie_word_embeddings: true },
    has: { qkvBias: true },
    type: 'bfloat16',
  },
  'qwen2 untied with a window as long as its context': {
    family: 'Qwen2ForCausalLM',
    sizes: SMALL,
    config: { use_sliding_window: true, sliding_window: 4096, hidden_act: 'gelu_pytorch_tanh' },
    has: { head: true, qkvBias: true },
  },
};

async function expectGolden(name: string, actual: unknown): Promise<void> {
  const golden = JSON.parse(await readFile(GOLDEN, 'utf8')) as Record<string, unknown>; // our own file
  if (process.env['UPDATE_GOLDEN'] === '1') {
    const all = { ...golden, command: UPDATE, [name]: actual };
    await writeFile(GOLDEN, `${JSON.stringify(all, undefined, 2)}\n`);
    return;
  }
  expect(actual).toEqual(golden[name]);
}

describe('graphs keep their bytes', () => {
  it.each(Object.entries(CASES))('%s', async (name, { family, sizes, config, has = {}, type }) => {
    const json = { architectures: [family], ...sizes, ...config };
    const weights = placeWeights(llamaShapes(sizes, has), type, 5e9);
    const { bytes, modules } = buildDecoder(json, weights);
    await expectGolden(name, { length: bytes.length, digest: digestOf(bytes), modules: modules.size });
  });

  it.each(MODELS)('the golden model %s', async (name) => {
    const { config, weights } = await openCheckpoint(join(FOLDER, name));
    const { bytes, modules } = buildDecoder(config, weights);
    await expectGolden(name, { length: bytes.length, digest: digestOf(bytes), modules: modules.size });
  });

  it('of merges', async () => {
    const graphs = [1, 2, 3].map((leaves) => [digestOf(buildGramGraph(leaves)), digestOf(buildScaleGraph(leaves))]);
    await expectGolden('gram and scale graphs of 1, 2 and 3 leaves', graphs);
  });
});
