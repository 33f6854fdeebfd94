/** About a hundred ways to break a good adapter; each must be refused with its own message, without a stack of surprises. */
import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, OminusError } from '../../../core/errors.js';
import { encodeSafetensors, type TensorBytes } from '../../../core/safetensors/codec.js';
import { openAdapter } from '../../../io/adapter/adapter-folder.js';
import { adapterFiles, randomFactors } from '../../support/lora.js';

const A = 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight';
const B = A.replace('lora_A', 'lora_B');
const good = (): ReturnType<typeof adapterFiles> =>
  adapterFiles({
    modules: {
      'model.layers.0.self_attn.q_proj': randomFactors(1, { rows: 6, width: 8, rank: 2 }),
      'model.layers.0.self_attn.k_proj': randomFactors(2, { rows: 4, width: 8, rank: 2 }),
    },
  });

let root = '';
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ominus-malformed-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What reading a folder says; reads config, header, all tensors. */
async function refusal(config: string | undefined, tensors: Uint8Array | undefined): Promise<OminusError> {
  const folder = await mkdtemp(join(root, `${String(count++)}-`));
  const files = [
    ['adapter_config.json', config],
    ['adapter_model.safetensors', tensors],
  ] as const;
  for (const [name, content] of files) {
    await writeFile(join(folder, name), content ?? '');
    if (content === undefined) {
      await unlink(join(folder, name));
    }
  }
  try {
    const adapter = await openAdapter(folder);
    try {
      for (const path of adapter.description.modules.keys()) {
        await adapter.readFactors(path);
      }
    } finally {
      await adapter.close();
    }
  } catch (error) {
    if (error instanceof OminusError) {
      return error;
    }
    throw error;
  }
  throw new Error('the adapter was accepted');
}

function encode(tensors: ReadonlyMap<string, TensorBytes>): Uint8Array {
  return encodeSafetensors({ tensors, metadata: new Map() });
}

async function expectRefusal(refused: Promise<OminusError>, code: ErrorCode, message: RegExp): Promise<void> {
  const error = await refused;
  expect(error.message).toMatch(message);
  expect(error.code).toBe(code);
  expect(error.message).not.toMatch(/\n/);
  expect(error.hint ?? '').toMatch(/^[A-Z].*\.$/);
}

/** A file from its own header text and data. */
function rawFile(header: string | Uint8Array, data: Uint8Array = new Uint8Array(), length?: bigint): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + json.byteLength + data.byteLength);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(json.byteLength), true);
  file.set(json, 8);
  file.set(data, 8 + json.byteLength);
  return file;
}

const entry = (part: object): string =>
  JSON.stringify({ t: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...part } });
const eight = new Uint8Array(8);

describe('a safetensors file is refused when', () => {
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['it is empty', new Uint8Array(), /expected at least 8 bytes, got 0/],
    ['it is shorter than its length field', new Uint8Array(5), /expected at least 8 bytes, got 5/],
    ['its header length is beyond the limit', rawFile('{}', eight, 2n ** 63n), /expected at most 100000000/],
    ['its header length is beyond the file', rawFile('{}', eight, 1000n), /but only 10 bytes follow/],
    ['its header is empty', rawFile('', eight, 0n), /header of 0 bytes, expected at least 2/],
    ['its header does not begin with a brace', rawFile(' {}'), /does not begin with "\{"/],
    ['its header is cut off', rawFile('{"t":'), /not valid JSON: expected a JSON value, got the end/],
    ['its header has something after it', rawFile('{} x'), /expected the end, got "x"/],
    ['its header is not UTF-8', rawFile(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /it is not UTF-8/],
    ['its header has NaN', rawFile('{"t":NaN}'), /expected a JSON value, got "NaN/],
    ['its header has a duplicate key', rawFile('{"t":1,"t":1}'), /duplicate key "t" at offset 7/],
    ['its header has a trailing comma', rawFile('{"t":1,}'), /expected a key in double quotes/],
    ['its header is nested too deep', rawFile(`{"t":${'['.repeat(100)}${']'.repeat(100)}}`), /nested deeper than 64/],
    ['its header has a bad escape', rawFile('{"\\q":1}'), /bad escape/],
    ['its header has an unfinished string', rawFile('{"t'), /a string without an end/],
    ['its header has a number beyond float64', rawFile('{"t":1e999}'), /too large for a float64/],
    ['an entry is no object', rawFile('{"t":5}'), /tensor=t\]: its entry is a number/],
    ['an entry named __proto__ is no object', rawFile('{"__proto__":5}'), /tensor=__proto__\]: its entry is a number/],
    ['metadata is no object', rawFile('{"__metadata__":[]}'), /__metadata__ is an array/],
    ['metadata holds a number', rawFile('{"__metadata__":{"a":1}}'), /__metadata__ key "a" is a number/],
    ['dtype is missing', rawFile(entry({ dtype: undefined }), eight), /dtype is nothing/],
    ['dtype is unknown', rawFile(entry({ dtype: 'F12' }), eight), /dtype "F12", expected one of BOOL/],
    ['dtype is a key of every object', rawFile(entry({ dtype: 'toString' }), eight), /dtype "toString"/],
    ['shape is missing', rawFile(entry({ shape: null }), eight), /shape is null, expected an array/],
    ['shape has a negative number', rawFile(entry({ shape: [-2] }), eight), /shape contains -2/],
    ['shape has a fraction', rawFile(entry({ shape: [1.5] }), eight), /shape contains 1.5/],
    ['shape has a text', rawFile(entry({ shape: ['2'] }), eight), /shape contains a string/],
    ['shape overflows', rawFile(entry({ shape: [2 ** 40, 2 ** 40] }), eight), /more elements than can be addressed/],
    ['shape and offsets disagree', rawFile(entry({ shape: [3] }), eight), /span 8 bytes, but F32 \[3\] needs 12/],
    ['offsets are missing', rawFile(entry({ data_offsets: undefined }), eight), /data_offsets is nothing/],
    ['there is one offset', rawFile(entry({ data_offsets: [0] }), eight), /has 1 entries, expected 2/],
    ['there are three offsets', rawFile(entry({ data_offsets: [0, 8, 8] }), eight), /has 3 entries, expected 2/],
    ['offsets go backwards', rawFile(entry({ data_offsets: [8, 0] }), eight), /ends at 0 before its start 8/],
    ['an offset is negative', rawFile(entry({ data_offsets: [-8, 0] }), eight), /data_offsets contains -8/],
    ['an offset is no safe integer', rawFile(entry({ data_offsets: [0, 2 ** 60] }), eight), /data_offsets contains/],
    [
      'a tensor ends after the file',
      rawFile(entry({ shape: [4], data_offsets: [0, 16] }), eight),
      /end 8 bytes after the end/,
    ],
    ['bytes at the end are nobody’s', rawFile(entry({}), new Uint8Array(9)), /1 bytes at the end belong to no tensor/],
    [
      'bytes before a tensor are nobody’s',
      rawFile(entry({ data_offsets: [4, 12] }), new Uint8Array(12)),
      /4 bytes before it/,
    ],
    [
      'tensors overlap',
      rawFile(
        `{"s":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"t":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`,
        new Uint8Array(12),
      ),
      /tensor=t\]: its bytes overlap those of "s"/,
    ],
    [
      'two tensors share their bytes',
      rawFile(
        `{"s":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`,
        eight,
      ),
      /overlap/,
    ],
    ['a name has control characters', rawFile('{"a\\nb":5}'), /tensor=a\\u000ab\]/],
  ];
  it.each(cases)('%s', async (_title, file, message) => {
    await expectRefusal(refusal(JSON.stringify(good().config), file), 'SAFETENSORS_INVALID', message);
  });
});

describe('a config is refused when', () => {
  const set = (part: Readonly<Record<string, unknown>>): string => JSON.stringify({ ...good().config, ...part });
  const cases: readonly (readonly [string, string | undefined, ErrorCode, RegExp])[] = [
    ['it is missing', undefined, 'FILE_NOT_FOUND', /no such file .*adapter_config.json/],
    ['it is empty', '', 'ADAPTER_INVALID', /not valid JSON: expected a JSON value/],
    ['it is cut off', set({}).slice(0, -5), 'ADAPTER_INVALID', /not valid JSON/],
    ['it is an array', '[]', 'ADAPTER_INVALID', /the config is an array/],
    ['it has a key twice', set({}).replace('{', '{"r":1,'), 'ADAPTER_INVALID', /duplicate key "r"/],
    [
      'it is nested too deep',
      set({}).replace('{', `{"x":${'['.repeat(99)}${']'.repeat(99)},`),
      'ADAPTER_INVALID',
      /nested deeper/,
    ],
    ['r is 0', set({ r: 0 }), 'ADAPTER_INVALID', /r is 0, expected an integer from 1/],
    ['r is negative', set({ r: -4 }), 'ADAPTER_INVALID', /r is -4/],
    ['r is a fraction', set({ r: 2.5 }), 'ADAPTER_INVALID', /r is 2.5/],
    ['r is a text', set({ r: '2' }), 'ADAPTER_INVALID', /r is "2"/],
    ['r is huge', set({ r: 1e12 }), 'ADAPTER_INVALID', /r is 1000000000000/],
    ['r is not the tensors’ rank', set({ r: 3 }), 'ADAPTER_INVALID', /tensors have rank 2, but the config says 3/],
    ['alpha is a text', set({ lora_alpha: 'x' }), 'ADAPTER_INVALID', /lora_alpha is "x", expected a finite number/],
    [
      'alpha is NaN',
      set({ lora_alpha: 7 }).replace('"lora_alpha":7', '"lora_alpha":NaN'),
      'ADAPTER_INVALID',
      /not valid JSON/,
    ],
    [
      'alpha is infinite',
      set({ lora_alpha: 7 }).replace('"lora_alpha":7', '"lora_alpha":1e999'),
      'ADAPTER_INVALID',
      /too large/,
    ],
    ['alpha is an object', set({ lora_alpha: {} }), 'ADAPTER_INVALID', /lora_alpha is an object/],
    ['use_rslora is a number', set({ use_rslora: 1 }), 'ADAPTER_INVALID', /use_rslora is 1, expected true or false/],
    ['rank_pattern is a list', set({ rank_pattern: [2] }), 'ADAPTER_INVALID', /rank_pattern is an array/],
    ['rank_pattern holds 0', set({ rank_pattern: { q_proj: 0 } }), 'ADAPTER_INVALID', /rank_pattern\["q_proj"\] is 0/],
    ['rank_pattern names another rank', set({ rank_pattern: { q_proj: 5 } }), 'ADAPTER_INVALID', /the config says 5/],
    [
      'alpha_pattern holds a text',
      set({ alpha_pattern: { q_proj: 'a' } }),
      'ADAPTER_INVALID',
      /alpha_pattern\["q_proj"\]/,
    ],
    [
      'a pattern is no regular expression',
      set({ alpha_pattern: { '(q': 2 } }),
      'ADAPTER_UNSUPPORTED',
      /is not a regular expression/,
    ],
    [
      'a pattern could run for ever',
      set({ alpha_pattern: { '(.*a)*b': 2 } }),
      'ADAPTER_UNSUPPORTED',
      /repeats a group/,
    ],
    [
      'a pattern has many repeats',
      set({ alpha_pattern: { '.*.*.*x': 2 } }),
      'ADAPTER_UNSUPPORTED',
      /more than 2 repeats/,
    ],
    ['a pattern refers back', set({ alpha_pattern: { '(q)\\1': 2 } }), 'ADAPTER_UNSUPPORTED', /back-reference/],
    ['target_modules is a number', set({ target_modules: 3 }), 'ADAPTER_INVALID', /target_modules is 3/],
    ['target_modules holds a number', set({ target_modules: ['q_proj', 3] }), 'ADAPTER_INVALID', /a list of strings/],
    [
      'target_modules lacks a module',
      set({ target_modules: ['q_proj'] }),
      'ADAPTER_INVALID',
      /k_proj has tensors, but target_modules/,
    ],
    [
      'modules_to_save has no tensors',
      set({ modules_to_save: ['lm_head'] }),
      'ADAPTER_INVALID',
      /none of their tensors/,
    ],
    ['base_model_name_or_path is a list', set({ base_model_name_or_path: [] }), 'ADAPTER_INVALID', /expected a string/],
    ['fan_in_fan_out is a text', set({ fan_in_fan_out: 'no' }), 'ADAPTER_INVALID', /fan_in_fan_out is "no"/],
    ['there is no peft_type', set({ peft_type: undefined }), 'ADAPTER_UNSUPPORTED', /peft_type none/],
    ['it is IA3', set({ peft_type: 'IA3' }), 'ADAPTER_UNSUPPORTED', /peft_type IA3/],
    ['it is prefix tuning', set({ peft_type: 'PREFIX_TUNING' }), 'ADAPTER_UNSUPPORTED', /PREFIX_TUNING/],
    ['it is DoRA', set({ use_dora: true }), 'ADAPTER_UNSUPPORTED', /DoRA/],
    ['it has lora_bias', set({ lora_bias: true }), 'ADAPTER_UNSUPPORTED', /lora_bias/],
    ['it is QA-LoRA', set({ use_qalora: true }), 'ADAPTER_UNSUPPORTED', /QA-LoRA/],
    ['it is block-diagonal', set({ use_bdlora: { nblocks: 2 } }), 'ADAPTER_UNSUPPORTED', /BD-LoRA/],
    ['it replicates layers', set({ layer_replication: [[0, 2]] }), 'ADAPTER_UNSUPPORTED', /layer_replication/],
    ['it targets parameters', set({ target_parameters: ['experts'] }), 'ADAPTER_UNSUPPORTED', /target_parameters/],
    ['it trains tokens', set({ trainable_token_indices: [1] }), 'ADAPTER_UNSUPPORTED', /trainable_token_indices/],
    ['it is aLoRA', set({ alora_invocation_tokens: [1] }), 'ADAPTER_UNSUPPORTED', /aLoRA/],
    ['it is Arrow', set({ arrow_config: { top_k: 3 } }), 'ADAPTER_UNSUPPORTED', /Arrow/],
    ['it is KaSA', set({ kasa_config: { beta: 1 } }), 'ADAPTER_UNSUPPORTED', /KaSA/],
    ['it is Megatron', set({ megatron_config: { a: 1 } }), 'ADAPTER_UNSUPPORTED', /Megatron/],
    [
      'exclude_modules leaves out a module',
      set({ exclude_modules: ['q_proj'] }),
      'ADAPTER_INVALID',
      /q_proj has tensors, but exclude_modules excludes it \(peft would ignore them\)/,
    ],
    [
      'a regular expression leaves out a module',
      set({ target_modules: '.*q_proj' }),
      'ADAPTER_INVALID',
      /k_proj has tensors, but target_modules does not name it/,
    ],
    [
      'layers_to_transform leaves out a layer',
      set({ target_modules: ['q_proj', 'k_proj'], layers_to_transform: [1] }),
      'ADAPTER_INVALID',
      /layers_to_transform leaves out its layer/,
    ],
    [
      'it begins from changed base weights',
      set({ init_lora_weights: 'pissa_niter_4' }),
      'ADAPTER_UNSUPPORTED',
      /pissa_niter_4/,
    ],
  ];
  it.each(cases)('%s', async (_title, config, code, message) => {
    await expectRefusal(refusal(config, encode(good().tensors)), code, message);
  });
});

describe('tensors are refused when', () => {
  const zeros = (...shape: number[]): TensorBytes => ({
    dtype: 'F32',
    shape,
    bytes: new Uint8Array(4 * shape.reduce((product, size) => product * size, 1)),
  });
  const poisoned = (value: number, place: number): TensorBytes => {
    const tensor = zeros(2, 8);
    new DataView(tensor.bytes.buffer).setFloat32(4 * place, value, true);
    return tensor;
  };
  const cases: readonly (readonly [string, Readonly<Record<string, TensorBytes | undefined>>, ErrorCode, RegExp])[] = [
    ['a lora_A is missing', { [A]: undefined }, 'ADAPTER_INVALID', /q_proj has no lora_A/],
    ['a lora_B is missing', { [B]: undefined }, 'ADAPTER_INVALID', /q_proj has no lora_B/],
    ['ranks differ', { [A]: zeros(3, 8) }, 'ADAPTER_INVALID', /lora_A is \[3, 8\] and lora_B is \[6, 2\]/],
    ['a factor is a vector', { [A]: zeros(16) }, 'ADAPTER_INVALID', /is \[16\], expected two dimensions/],
    ['a factor is empty', { [A]: zeros(2, 0) }, 'ADAPTER_INVALID', /is \[2, 0\]: it has no elements, as DeepSpeed/],
    ['a factor is a convolution', { [A]: zeros(2, 2, 2, 2) }, 'ADAPTER_UNSUPPORTED', /convolution/],
    ['a factor holds integers', { [A]: { ...zeros(2, 8), dtype: 'I32' } }, 'ADAPTER_UNSUPPORTED', /dtype I32/],
    ['a factor holds NaN', { [A]: poisoned(Number.NaN, 11) }, 'ADAPTER_INVALID', /lora_A.weight" is NaN at \[1, 3\]/],
    [
      'a factor holds Infinity',
      { [A]: poisoned(Number.NEGATIVE_INFINITY, 2) },
      'ADAPTER_INVALID',
      /is -Infinity at \[0, 2\]/,
    ],
    [
      'a name lacks the prefix',
      { 'model.q.lora_A.weight': zeros(2, 8) },
      'ADAPTER_INVALID',
      /expected names of the form/,
    ],
    [
      'a name has an adapter’s name in it',
      { [A.replace('lora_A.', 'lora_A.default.')]: zeros(2, 8) },
      'ADAPTER_INVALID',
      /has the name of an adapter inside its own name/,
    ],
    [
      'a tensor is unknown',
      { 'base_model.model.model.norm.weight': zeros(2, 2) },
      'ADAPTER_INVALID',
      /norm.weight" belongs to no LoRA pair/,
    ],
    [
      'an embedding has LoRA',
      { 'base_model.model.embed.lora_embedding_A': zeros(2, 2) },
      'ADAPTER_UNSUPPORTED',
      /embedding/,
    ],
    [
      'there are magnitudes',
      { [A.replace('lora_A.weight', 'lora_magnitude_vector')]: zeros(6) },
      'ADAPTER_UNSUPPORTED',
      /DoRA/,
    ],
    ['there is a bias on lora_B', { [B.replace('weight', 'bias')]: zeros(6) }, 'ADAPTER_UNSUPPORTED', /lora_bias/],
    [
      'there are IA3 vectors',
      { 'base_model.model.q.ia3_l': zeros(6, 1) },
      'ADAPTER_UNSUPPORTED',
      /another adapter type/,
    ],
    [
      'a name is endless',
      { [`base_model.model.${'x'.repeat(600)}`]: zeros(1) },
      'ADAPTER_INVALID',
      /has 617 characters/,
    ],
  ];
  it.each(cases)('%s', async (_title, changes, code, message) => {
    const { tensors, config } = good();
    for (const [name, tensor] of Object.entries(changes)) {
      if (tensor === undefined) {
        tensors.delete(name);
      } else {
        tensors.set(name, tensor);
      }
    }
    await expectRefusal(refusal(JSON.stringify(config), encode(tensors)), code, message);
  });

  it.each(['bias', 'base_layer.bias'])('a bias was trained and saved as %s', async (name) => {
    const { tensors, config } = good();
    tensors.set(`base_model.model.model.layers.0.self_attn.q_proj.${name}`, zeros(6));
    const refused = refusal(JSON.stringify({ ...config, bias: 'lora_only' }), encode(tensors));
    await expectRefusal(refused, 'ADAPTER_UNSUPPORTED', /trained bias .*q_proj\..*bias" \(bias: lora_only\)/);
  });

  it('a saved module is empty', async () => {
    const { tensors, config } = good();
    tensors.set('base_model.model.lm_head.weight', zeros(0));
    const refused = refusal(JSON.stringify({ ...config, modules_to_save: ['lm_head'] }), encode(tensors));
    await expectRefusal(refused, 'ADAPTER_INVALID', /lm_head.weight" is \[0\]: it has no elements/);
  });

  it('there are none', async () => {
    await expectRefusal(
      refusal(JSON.stringify(good().config), encode(new Map())),
      'ADAPTER_INVALID',
      /no lora_A and lora_B/,
    );
  });

  it('the file is missing', async () => {
    await expectRefusal(
      refusal(JSON.stringify(good().config), undefined),
      'FILE_NOT_FOUND',
      /adapter_model.safetensors/,
    );
  });

  it.each([
    ['a pickle file', { 'adapter_model.bin': 'x' }, 'ADAPTER_UNSUPPORTED', /pickle file/, /safe_serialization/],
    [
      'several files',
      { 'adapter_model-00001-of-00002.safetensors': 'x', 'adapter_model.safetensors.index.json': '{}' },
      'ADAPTER_UNSUPPORTED',
      /in several files, and peft loads them from one/,
      /Join them/,
    ],
  ] as const)('they are in %s', async (_title, files, code, message, hint) => {
    await expectFolderRefusal({ 'adapter_config.json': JSON.stringify(good().config), ...files }, code, message, hint);
  });
});

describe('a folder is refused when', () => {
  it.each([
    [
      'its adapters lie in subfolders',
      { 'first/adapter_config.json': '{}', 'second/adapter_config.json': '{}', 'README.md': '' },
      'FILE_NOT_FOUND',
      /has adapters in subfolders .*: first, second/,
      /such as .*first\.$/,
    ],
    [
      'it holds a whole model',
      { 'config.json': '{}', 'model.safetensors': 'x' },
      'ADAPTER_UNSUPPORTED',
      /the folder of a whole model/,
      /can only be the base/,
    ],
    ['it has nothing of an adapter', { 'notes.txt': '' }, 'FILE_NOT_FOUND', /adapter_config.json/, /./],
  ] as const)('%s', async (_title, files, code, message, hint) => {
    await expectFolderRefusal(files, code, message, hint);
  });
});

async function expectFolderRefusal(
  files: Readonly<Record<string, string>>,
  code: ErrorCode,
  message: RegExp,
  hint: RegExp,
): Promise<void> {
  const folder = await mkdtemp(join(root, 'folder-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const opening = openAdapter(folder);
  await expect(opening).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) as string });
  await expect(opening).rejects.toThrow(message);
}

describe('an adapter is accepted', () => {
  it('with weights tied, where no factors are; what is saved with a tied module comes with it', async () => {
    const { tensors, config } = good();
    const folder = await mkdtemp(join(root, 'tied-'));
    const head = { dtype: 'F32', shape: [2, 2], bytes: new Uint8Array(16) } as const;
    tensors.set('base_model.model.model.embed_tokens.weight', head);
    tensors.set('base_model.model.lm_head.weight', head);
    const tied = { ...config, ensure_weight_tying: true, modules_to_save: ['embed_tokens', 'model.embed_tokens'] };
    await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(tied));
    await writeFile(join(folder, 'adapter_model.safetensors'), encode(tensors));
    const adapter = await openAdapter(folder);
    await adapter.close();
    const { description } = adapter;
    expect(description.savedTensors.map(({ name }) => name.split('.').at(-2))).toEqual(['lm_head', 'embed_tokens']);
    expect(description.ensureWeightTying).toBe(true);
    expect(description.warnings).toEqual([]);
  });

  it('and what is doubtful about it is said', async () => {
    const { tensors, config } = good();
    const folder = await mkdtemp(join(root, 'doubtful-'));
    const doubtful = {
      ...config,
      alpha_pattern: { nothing: 3 },
      novelty: 1,
      target_modules: ['q_proj', 'k_proj', 'gone'],
    };
    await writeFile(join(folder, 'adapter_config.json'), JSON.stringify(doubtful));
    await writeFile(join(folder, 'adapter_model.safetensors'), encode(tensors));
    const adapter = await openAdapter(folder);
    await adapter.close();
    expect(adapter.description.warnings.map((warning) => warning.split(' [')[0])).toEqual([
      'unknown config key "novelty" is ignored, as peft does',
      'target_modules names "gone", but the file has no tensors for it',
      'alpha_pattern key "nothing" matches no module',
    ]);
  });
});
