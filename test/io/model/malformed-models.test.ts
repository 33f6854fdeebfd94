/** Damaged and foreign model folders: each defect has its own message, and none gets as far as the runtime. */
import { cp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../../core/onnx/families/registry.js';
import { CausalModel } from '../../../io/model/causal-model.js';
import { Runtime } from '../../../io/model/runtime.js';
import { golden, withFolder } from './support.js';

const runtime = new Runtime({ device: 'cpu', threads: 1 });
type Json = Record<string, unknown>;

/** A copy of a golden model with a defect. */
async function damaged(source: string, damage: (folder: string) => Promise<void>): Promise<unknown> {
  return withFolder(async (folder) => {
    await cp(golden(source), folder, { recursive: true });
    await damage(folder);
    try {
      await (await CausalModel.load(folder, runtime)).release();
      return undefined;
    } catch (error) {
      return error;
    }
  });
}

const edit =
  (file: string, change: (json: Json) => Json) =>
  async (folder: string): Promise<void> => {
    const path = join(folder, file);
    await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as Json)));
  };
const config = (changes: Json) => edit('config.json', (json) => ({ ...json, ...changes }));
const index = (change: (map: Json) => Json) =>
  edit('model.safetensors.index.json', (json) => ({ ...json, weight_map: change(json['weight_map'] as Json) }));

const INVALID = 'MODEL_INVALID';
const UNSUPPORTED = 'MODEL_UNSUPPORTED';
const LLAMA = 'llama-untied-f32';
const GPT_NEOX = 'gpt-neox-f32';
const OPT = 'opt-f32';
const MISTRAL = 'mistral-bf16-sharded';

const DEFECTS: readonly [
  name: string,
  model: string,
  damage: (folder: string) => Promise<void>,
  code: string,
  message: RegExp,
][] = [
  ['no config.json', LLAMA, (folder) => rm(join(folder, 'config.json')), 'FILE_NOT_FOUND', /config\.json/],
  [
    'config.json cut short',
    LLAMA,
    (folder) => truncate(join(folder, 'config.json'), 50),
    INVALID,
    /config\.json\] is not valid JSON/,
  ],
  [
    'config.json with a list',
    LLAMA,
    (folder) => writeFile(join(folder, 'config.json'), '[]'),
    INVALID,
    /does not hold a JSON object/,
  ],
  [
    'an unknown architecture',
    LLAMA,
    config({ architectures: ['GPT2LMHeadModel'] }),
    UNSUPPORTED,
    new RegExp(`architecture "GPT2LMHeadModel" is not one of ${FAMILIES.map(({ name }) => name).join(', ')}$`),
  ],
  [
    'neither an architecture nor a known type',
    LLAMA,
    config({ architectures: undefined, model_type: 'gpt2' }),
    UNSUPPORTED,
    new RegExp(
      `names no architecture, and model_type "gpt2" is not one of ${FAMILIES.map(({ modelType }) => modelType).join(', ')}$`,
    ),
  ],
  [
    'a config.json nested ten thousand deep',
    LLAMA,
    async (folder) => {
      const text = await readFile(join(folder, 'config.json'), 'utf8');
      const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
      await writeFile(join(folder, 'config.json'), text.replace('{', `{"deep": ${deep},`));
    },
    INVALID,
    /config\.json\] is nested deeper than 200 levels$/,
  ],
  [
    'a file of weights outside the folder',
    LLAMA,
    config({ transformers_weights: '../model.safetensors' }),
    INVALID,
    /not a \.safetensors file of its own folder \[shard="\.\.\/model/,
  ],
  [
    'an architecture that is a number',
    LLAMA,
    config({ architectures: [7] }),
    INVALID,
    /\[architectures=\[7\]\]: expected a list of strings/,
  ],
  [
    'no hidden_size',
    LLAMA,
    config({ hidden_size: undefined }),
    INVALID,
    /\[hidden_size=nothing\]: expected a whole number/,
  ],
  ['a negative hidden_size', LLAMA, config({ hidden_size: -32 }), INVALID, /\[hidden_size=-32\]/],
  ['a fractional layer count', LLAMA, config({ num_hidden_layers: 1.5 }), INVALID, /\[num_hidden_layers=1\.5\]/],
  [
    'a million layers',
    LLAMA,
    config({ num_hidden_layers: 1e6 }),
    INVALID,
    /\[num_hidden_layers=1000000\]: expected at most 512/,
  ],
  ['a huge vocabulary', LLAMA, config({ vocab_size: 1e12 }), INVALID, /\[vocab_size=1000000000000\]/],
  [
    'key heads that do not divide the heads',
    LLAMA,
    config({ num_key_value_heads: 3 }),
    INVALID,
    /\[num_key_value_heads=3\]: expected a divisor of num_attention_heads \(4\)/,
  ],
  ['an odd head size', LLAMA, config({ head_dim: 7 }), INVALID, /\[head_dim=7\]: expected an even number/],
  [
    'an epsilon that is a text',
    LLAMA,
    config({ rms_norm_eps: 'small' }),
    INVALID,
    /\[rms_norm_eps="small"\]: expected a positive number/,
  ],
  [
    'a switch that is a number',
    LLAMA,
    config({ tie_word_embeddings: 1 }),
    INVALID,
    /\[tie_word_embeddings=1\]: expected true or false/,
  ],
  [
    'more layers than the checkpoint has',
    LLAMA,
    config({ num_hidden_layers: 3 }),
    INVALID,
    /no tensor \[name=model\.layers\.2\./,
  ],
  [
    'fewer layers than the checkpoint has',
    LLAMA,
    config({ num_hidden_layers: 1 }),
    UNSUPPORTED,
    /tensors that the graph does not use, the first is \[name=model\.layers\.1\./,
  ],
  [
    'another MLP size',
    LLAMA,
    config({ intermediate_size: 41 }),
    INVALID,
    /gate_proj\.weight\] has shape 40×32, but config\.json asks for 41×32/,
  ],
  [
    'a bias that the checkpoint lacks',
    LLAMA,
    config({ attention_bias: true }),
    INVALID,
    /no tensor \[name=model\.layers\.0\.self_attn\.q_proj\.bias\]/,
  ],
  [
    'a bias that config.json does not mention',
    'llama-biases-gelu-f16',
    config({ mlp_bias: false }),
    UNSUPPORTED,
    /first is \[name=model\.layers\.0\.mlp\.down_proj\.bias\]/,
  ],
  [
    'a head that is neither stored nor tied',
    'qwen2-bf16',
    config({ tie_word_embeddings: false }),
    INVALID,
    /no tensor \[name=lm_head\.weight\].*tie_word_embeddings=false/,
  ],
  [
    'an activation that no piece computes',
    LLAMA,
    config({ hidden_act: 'quick_gelu' }),
    UNSUPPORTED,
    /hidden_act "quick_gelu" is not one of silu/,
  ],
  [
    'positions that depend on the length',
    LLAMA,
    config({ rope_parameters: { rope_type: 'dynamic', factor: 2 } }),
    UNSUPPORTED,
    /rope_type "dynamic" is not one of default, linear, llama3/,
  ],
  [
    'a scaling without its factor',
    LLAMA,
    config({ rope_parameters: { rope_type: 'linear' } }),
    INVALID,
    /rope parameters \[factor=nothing\]/,
  ],
  [
    'llama3 scaling upside down',
    LLAMA,
    config({ rope_parameters: { rope_type: 'llama3', factor: 8, low_freq_factor: 4, high_freq_factor: 1 } }),
    INVALID,
    /high_freq_factor=1\]: expected a number above low_freq_factor/,
  ],
  [
    'partly rotated heads',
    LLAMA,
    config({ partial_rotary_factor: 0.5 }),
    UNSUPPORTED,
    /partial_rotary_factor is not 1/,
  ],
  [
    'GPT-NeoX with an odd number of turned features',
    GPT_NEOX,
    config({ rope_parameters: { rope_type: 'default', partial_rotary_factor: 0.2 } }),
    INVALID,
    /\[rotary_pct=nothing\]: expected a share of a head's 16 features that is an even number of them/,
  ],
  [
    'GPT-NeoX with blocks that have biases of no use',
    GPT_NEOX,
    config({ attention_bias: false }),
    UNSUPPORTED,
    /first is \[name=gpt_neox\.layers\.0\.attention\.dense\.bias\]/,
  ],
  [
    'OPT with layer norms that have no weights',
    OPT,
    config({ layer_norm_elementwise_affine: false }),
    UNSUPPORTED,
    /its layer norms have no weights \(layer_norm_elementwise_affine is false\)/,
  ],
  [
    'OPT with heads that do not divide its hidden size',
    OPT,
    config({ num_attention_heads: 5 }),
    INVALID,
    /\[num_attention_heads=5\]: expected a divisor of hidden_size \(32\)/,
  ],
  [
    'OPT with an activation that no piece computes',
    OPT,
    config({ activation_function: 'quick_gelu' }),
    UNSUPPORTED,
    /activation_function "quick_gelu" is not one of .*relu/,
  ],
  [
    'OPT with more positions than its table has',
    OPT,
    config({ max_position_embeddings: 256 }),
    INVALID,
    /embed_positions\.weight\] has shape 130×32, but config\.json asks for 258×32/,
  ],
  [
    'OPT without the norm that its checkpoint ends with',
    OPT,
    config({ _remove_final_layer_norm: true }),
    UNSUPPORTED,
    /first is \[name=model\.decoder\.final_layer_norm\./,
  ],
  [
    'OPT with an embedding of another width',
    OPT,
    config({ word_embed_proj_dim: 16 }),
    INVALID,
    /embed_tokens\.weight\] has shape 320×32, but config\.json asks for 320×16/,
  ],
  [
    'OPT without the biases that its checkpoint has',
    OPT,
    config({ enable_bias: false }),
    UNSUPPORTED,
    /first is \[name=model\.decoder\.layers\.0\..*\.bias\]/,
  ],
  [
    'a window shorter than the context',
    MISTRAL,
    config({ sliding_window: 64 }),
    UNSUPPORTED,
    /sliding_window 64 is shorter than its context of 128/,
  ],
  [
    'the default window under a longer context',
    MISTRAL,
    config({ sliding_window: undefined, max_position_embeddings: 8192 }),
    UNSUPPORTED,
    /sliding_window 4096 is shorter than its context of 8192/,
  ],
  [
    'sliding layers',
    'qwen2-bf16',
    config({ use_sliding_window: true, sliding_window: 32 }),
    UNSUPPORTED,
    /sliding_window 32 is shorter/,
  ],
  ['quantized weights', LLAMA, config({ quantization_config: { quant_method: 'gptq' } }), UNSUPPORTED, /quantized/],
  ['no weights', LLAMA, (folder) => rm(join(folder, 'model.safetensors')), 'FILE_NOT_FOUND', /model\.safetensors/],
  [
    'weights cut short',
    LLAMA,
    (folder) => truncate(join(folder, 'model.safetensors'), 50_000),
    'SAFETENSORS_INVALID',
    /after the end of the file/,
  ],
  [
    'a missing shard',
    MISTRAL,
    (folder) => rm(join(folder, 'model-00002-of-00003.safetensors')),
    'FILE_NOT_FOUND',
    /model-00002-of-00003/,
  ],
  [
    'a link to nowhere',
    LLAMA,
    async (folder) => {
      await rm(join(folder, 'model.safetensors'));
      await symlink('/nowhere/at/all', join(folder, 'model.safetensors'));
    },
    'FILE_NOT_FOUND',
    /model\.safetensors/,
  ],
  [
    'an index without a map',
    MISTRAL,
    edit('model.safetensors.index.json', () => ({})),
    INVALID,
    /no object "weight_map"/,
  ],
  ['an index that names nothing', MISTRAL, index(() => ({})), INVALID, /names 0 shards/],
  [
    'a shard outside the folder',
    MISTRAL,
    index((map) => ({ ...map, 'lm_head.weight': '../outside.safetensors' })),
    INVALID,
    /not a \.safetensors file of its own folder \[shard="\.\.\/outside/,
  ],
  [
    'a shard with an absolute path',
    MISTRAL,
    index((map) => ({ ...map, 'lm_head.weight': '/etc/weights.safetensors' })),
    INVALID,
    /\[shard="\/etc\/weights/,
  ],
  ['a shard that is no text', MISTRAL, index((map) => ({ ...map, 'lm_head.weight': 7 })), INVALID, /\[shard=7\]/],
  [
    'a tensor in two shards',
    MISTRAL,
    async (folder) => {
      await cp(join(folder, 'model-00001-of-00003.safetensors'), join(folder, 'copy.safetensors'));
      await index((map) => ({ ...map, 'lm_head.weight': 'copy.safetensors' }))(folder);
    },
    INVALID,
    /is in two shards/,
  ],
];

describe('a malformed model folder', () => {
  it.each(DEFECTS)('with %s is refused by name', async (_, model, damage, code, message) => {
    expect(await damaged(model, damage)).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it('is the exception: the undamaged copies load', async () => {
    for (const model of [LLAMA, MISTRAL, 'qwen2-bf16', 'llama-biases-gelu-f16']) {
      expect(await damaged(model, () => Promise.resolve())).toBeUndefined();
    }
  });

  it('may still have the computed buffers of old checkpoints, or a window that spans the context', async () => {
    expect(await damaged(MISTRAL, config({ sliding_window: 128 }))).toBeUndefined();
    expect(await damaged('qwen2-bf16', config({ use_sliding_window: true, sliding_window: 4096 }))).toBeUndefined();
  });
});
