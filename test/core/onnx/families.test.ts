/**
 * The contract of model families: whatever the registry lists is held against its golden models, the checkpoints under
 * test/golden/model whose config.json names the family. What they compute is compared in test/io/model/golden-models.test.ts.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFitsModel } from '../../../core/adapter/fits-model.js';
import { OminusError } from '../../../core/errors.js';
import { buildDecoder } from '../../../core/onnx/decoder/build-decoder.js';
import { ConfigReader } from '../../../core/onnx/decoder/config-reader.js';
import { FAMILIES, findFamily } from '../../../core/onnx/families/registry.js';
import type { Graph, WeightLocation } from '../../../core/onnx/graph-builder.js';
import { DIFFERENTIABLE, type Operator } from '../../../core/onnx/operators.js';
import { loraInputNames } from '../../../core/onnx/pieces/linear.js';
import { openAdapter } from '../../../io/adapter/adapter-folder.js';
import { openCheckpoint } from '../../../io/model/checkpoint.js';

const MODELS = join(import.meta.dirname, '..', '..', 'golden', 'model');
const HEAD = 'lm_head';

/** Folders of golden models by family. */
const folders = new Map<string, string[]>(FAMILIES.map(({ name }) => [name, []]));
const names = (await readdir(MODELS, { withFileTypes: true })).filter((entry) => entry.isDirectory());
for (const { name } of names) {
  const config = await readFile(join(MODELS, name, 'config.json'), 'utf8').catch(() => undefined);
  if (config !== undefined) {
    const { architectures } = JSON.parse(config) as { readonly architectures: readonly string[] }; // our own file
    folders.get(architectures[0] ?? '')?.push(name);
  }
}
const goldens = [...folders.values()].flat();

async function golden(name: string) {
  const { config, weights } = await openCheckpoint(join(MODELS, name));
  const reader = new ConfigReader(config);
  const decoder = findFamily(reader).describe(reader);
  return { config, weights, decoder, built: buildDecoder(config, weights) };
}

const isFactor = (input: string): boolean => /\.lora_[AB]$/.test(input);
const isPast = (input: string): boolean => /^past\.\d+\.(key|value)$/.test(input);

it.each(FAMILIES.map(({ name }) => name))('%s is listed once and has a golden model', (name) => {
  expect(FAMILIES.filter((family) => family.name === name)).toHaveLength(1);
  expect(folders.get(name)).not.toEqual([]);
});

it.each(FAMILIES.map(({ name }) => name.replace(/ForCausalLM$/, '')))(
  '%s is named where documents list families',
  async (name) => {
    for (const page of ['README.md', 'docs/errors.md', 'CHANGELOG.md']) {
      const text = await readFile(join(MODELS, '..', '..', '..', page), 'utf8');
      expect([page, text.replaceAll('-', '').includes(name)]).toEqual([page, true]);
    }
  },
);

describe.each(goldens)('the graph of %s', (name) => {
  it('has the inputs of its pieces and no others, and reads every one of them', async () => {
    const { decoder, built } = await golden(name);
    const { positions, sizes } = decoder;
    const inputs = built.graph.inputs.map((input) => input.name);
    const own = inputs.filter((input) => !isFactor(input) && !isPast(input));
    expect(own.toSorted()).toEqual(
      [
        ...['input_ids', 'attention_mask', 'past_rows', 'logit_rows', 'target_ids'],
        ...(positions === undefined ? [] : ['position_ids', ...(positions.tables?.names ?? [])]),
      ].toSorted(),
    );
    expect(built.tables?.names).toEqual(positions?.tables?.names);
    expect(inputs.filter(isPast)).toHaveLength(2 * sizes.layers);
    expect(new Set(inputs).size).toBe(inputs.length);
    const read = new Set(built.graph.nodes.flatMap((node) => node.inputs));
    expect(inputs.filter((input) => !read.has(input))).toEqual([]);
  });

  it('makes its tables of positions in the shape that they are declared with', async () => {
    const { tables, graph } = (await golden(name)).built;
    const made = tables?.make(5) ?? [];
    expect(made.map(({ length }) => length)).toEqual((tables?.names ?? []).map(() => 5 * (tables?.width ?? 0)));
    for (const table of tables?.names ?? []) {
      expect(graph.inputs.find((input) => input.name === table)).toMatchObject({
        type: 'float32',
        shape: ['positions', tables?.width],
      });
    }
  });

  it('computes everything before it is used', async () => {
    const { graph } = (await golden(name)).built;
    const known = new Set([...graph.inputs.map((input) => input.name), ...graph.initializers.keys()]);
    for (const node of graph.nodes) {
      expect([node.name, node.inputs.filter((input) => !known.has(input))]).toEqual([node.name, []]);
      node.outputs.forEach((output) => known.add(output));
    }
    expect(graph.outputs.filter((output) => !known.has(output.name))).toEqual([]);
  });

  it('has a pair of factors for every linear module, in the shape of its weight', async () => {
    const { built, weights } = await golden(name);
    const { graph, modules } = built;
    const shapes = new Map(graph.inputs.map((input) => [input.name, input.shape]));
    for (const [module, shape] of modules) {
      const { a, b } = loraInputNames(module);
      expect([module, shapes.get(a)?.[1], shapes.get(b)?.[0]]).toEqual([module, shape.in, shape.out]);
      expect(shapes.get(a)?.[0]).toBe(shapes.get(b)?.[1]);
      const weight = weights.get(`${module}.weight`) ?? (module === HEAD ? weights.get(tied(built.graph)) : undefined);
      expect([module, weight?.shape]).toEqual([module, [shape.out, shape.in]]);
    }
    expect(graph.inputs.filter((input) => isFactor(input.name))).toHaveLength(2 * modules.size);
    // Whatever is multiplied by a weight is a module: none is out of an adapter's reach.
    const multiplied = graph.nodes.flatMap(({ op, inputs }) => (op === 'Gemm' ? [inputs[1] ?? ''] : []));
    const factors = 2 * modules.size;
    expect(multiplied).toHaveLength(factors + modules.size);
  });

  it('leads from every factor to the log-probabilities through operators with a gradient', async () => {
    const { graph } = (await golden(name)).built;
    const reached = new Set(graph.inputs.map((input) => input.name).filter(isFactor));
    const factors = reached.size;
    const used = new Set<Operator>();
    for (const { op, inputs, outputs } of graph.nodes) {
      if (inputs.some((input) => reached.has(input))) {
        outputs.forEach((output) => reached.add(output));
        used.add(op);
      }
    }
    expect(factors).toBeGreaterThan(0);
    expect(reached.has('target_log_probs')).toBe(true);
    used.delete('ArgMax'); // a leaf of the graph: nothing is differentiated through it
    expect([...used].filter((op) => !(DIFFERENTIABLE as readonly string[]).includes(op))).toEqual([]);
  });

  it('asks for every tensor of the checkpoint by name and shape', async () => {
    const { config, weights, decoder } = await golden(name);
    const learnt = [...weights].filter(([tensor]) => decoder.positions?.computed?.test(tensor) !== true);
    for (const [tensor, place] of learnt) {
      const without = new Map([...weights].filter(([other]) => other !== tensor));
      expect(problem(config, without)).toMatch(`MODEL_INVALID: the checkpoint has no tensor [name=${tensor}]`);
      const reshaped = new Map<string, WeightLocation>([
        ...weights,
        [tensor, { ...place, shape: [...place.shape, 1] }],
      ]);
      expect(problem(config, reshaped)).toMatch(`MODEL_INVALID: tensor [name=${tensor}] has shape`);
    }
    expect(problem(config, new Map([...weights, ['model.stranger.weight', PLACE]]))).toMatch('MODEL_UNSUPPORTED');
  });
});

const ADAPTERS = names
  .map(({ name }) => name)
  .filter((name) => goldens.includes(name.replace(/-lora$/, '')) && name.endsWith('-lora'));

it.each(ADAPTERS)('%s, which peft wrote for all linear modules, finds each of them', async (name) => {
  const { modules } = (await golden(name.replace(/-lora$/, ''))).built;
  const adapter = await openAdapter(join(MODELS, name));
  await adapter.close();
  expect(() => {
    checkFitsModel('golden', adapter.description, modules);
  }).not.toThrow();
  const targets = new Set(adapter.description.modules.keys());
  expect([...modules.keys()].filter((module) => !targets.has(module) && module !== HEAD)).toEqual([]);
});

const PLACE: WeightLocation = { type: 'float32', shape: [1], location: 'model.safetensors', offset: 8, length: 4 };

/** Code and message of what building the graph throws. */
function problem(
  config: Readonly<Record<string, unknown>>,
  weights: ReadonlyMap<string, WeightLocation>,
): string | undefined {
  try {
    buildDecoder(config, weights);
    return undefined;
  } catch (error) {
    return error instanceof OminusError ? `${error.code}: ${error.message}` : String(error);
  }
}

/** The tensor that the embedding's rows are gathered from: the head's weight where the two are tied. */
function tied({ nodes, initializers }: Graph): string {
  const source = (value: string): string => nodes.find(({ outputs }) => outputs.includes(value))?.inputs[0] ?? value;
  const gathered = nodes.find(({ op, inputs }) => op === 'Gather' && initializers.has(source(inputs[0] ?? '')));
  return source(gathered?.inputs[0] ?? '');
}
