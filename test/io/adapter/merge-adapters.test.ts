import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFormula } from '../../../core/expression/resolve.js';
import type { OutputDtype } from '../../../core/numeric/output-dtype.js';
import { openAdapter } from '../../../io/adapter/adapter-folder.js';
import { computeGram } from '../../../io/adapter/compute-gram.js';
import { type MergedAdapter, mergeAdapters, type MergeOptions } from '../../../io/adapter/merge-adapters.js';
import { writeAdapter } from '../../../io/adapter/write-adapter.js';
import { evaluateFormula } from '../../../core/algebra/evaluate.js';
import type { TensorBytes } from '../../../core/safetensors/codec.js';
import { denseOf } from '../../support/dense.js';
import { randomFactors, writeAdapterFolder } from '../../support/lora.js';
import { unpaddedRank } from '../../../core/algebra/pad-rank.js';
import ranksGolden from '../../golden/merged-ranks.json' with { type: 'json' };
import compressed from '../../golden/compressed.json' with { type: 'json' };
import golden from '../../golden/merge/golden.json' with { type: 'json' };

const GOLDEN = fileURLToPath(new URL('../../golden/merge/', import.meta.url));

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ominus-merge-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Merges adapters from `folders` (name → folder) into `out`. */
async function merge(
  text: string,
  folders: Readonly<Record<string, string>>,
  out: string,
  options: Partial<MergeOptions> = {},
): Promise<MergedAdapter> {
  const { formula, problems } = readFormula(text, { adapters: new Set(Object.keys(folders)) });
  expect(problems).toEqual([]);
  if (formula === undefined) {
    throw new Error('no formula');
  }
  const adapters = new Map(
    await Promise.all(
      Object.entries(folders).map(async ([name, folder]) => [name, await openAdapter(folder)] as const),
    ),
  );
  try {
    return await mergeAdapters({ formula, adapters, folder: out, ...options });
  } finally {
    await Promise.all([...adapters.values()].map((adapter) => adapter.close()));
  }
}

/** Values of every module of a written adapter, row-major. */
async function deltas(folder: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const adapter = await openAdapter(folder);
  const values = new Map<string, readonly number[]>();
  for (const path of adapter.description.modules.keys()) {
    const factors = await adapter.readFactors(path);
    values.set(path, factors === undefined ? [] : denseOf(factors).flatMap((row) => [...row]));
  }
  await adapter.close();
  return values;
}

/** ‖got − expected‖ / ‖expected‖ over all modules; a module that is absent counts as zero. */
function distance(
  got: ReadonlyMap<string, readonly number[]>,
  expected: Readonly<Record<string, readonly number[]>>,
): number {
  let [error, size] = [0, 0];
  for (const path of new Set([...got.keys(), ...Object.keys(expected)])) {
    const [ofGot, ofExpected] = [got.get(path) ?? [], expected[path] ?? []];
    for (let i = 0; i < Math.max(ofGot.length, ofExpected.length); i++) {
      error += ((ofGot[i] ?? 0) - (ofExpected[i] ?? 0)) ** 2;
      size += (ofExpected[i] ?? 0) ** 2;
    }
  }
  return Math.sqrt(error / size);
}

async function bytesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const digests = names.map(
    async (name) =>
      [
        name,
        createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex'),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(digests));
}

function floats(dtype: TensorBytes['dtype'], shape: readonly number[], values: NodeJS.TypedArray): TensorBytes {
  return { dtype, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** Rank by module, as the file has it and without padding. */
async function ranksIn(folder: string): Promise<Record<'inFile' | 'unpadded', Record<string, number>>> {
  const adapter = await openAdapter(folder);
  const ranks: Record<'inFile' | 'unpadded', Record<string, number>> = { inFile: {}, unpadded: {} };
  for (const [path, { rank }] of adapter.description.modules) {
    const factors = await adapter.readFactors(path);
    ranks.inFile[path] = rank;
    ranks.unpadded[path] = factors === undefined ? 0 : unpaddedRank(factors);
  }
  await adapter.close();
  return ranks;
}

function pick<T, K extends keyof T>(value: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<T, K>; // its own entries
}

const FOLDERS = { e: join(GOLDEN, 'e'), t: join(GOLDEN, 't'), x: join(GOLDEN, 'x') };

describe('merged adapters', () => {
  // float32: one rounding of B; the others: half a unit in the last of 11 and 8 bits, on both factors
  const limits: readonly (readonly [OutputDtype, number])[] = [
    ['float32', 1e-7],
    ['float16', 6e-4],
    ['bfloat16', 5e-3],
  ];
  const cases = Object.entries(golden.expected).flatMap(([text, expected]) =>
    limits.map(([dtype, limit]) => [text, dtype, limit, expected] as const),
  );
  it.each(cases)('agree with peft and the definition: %s in %s', async (text, dtype, limit, expected) => {
    const out = join(root, `golden-${text}-${dtype}`);
    const { written } = await merge(text, FOLDERS, out, { dtype });
    const error = distance(await deltas(out), expected);
    expect(error).toBeLessThan(limit);
    // What is reported is what is there; only peft's own cat, computed in float32, is off by half of what float32 rounds here.
    const slack = text in golden['tolerance of'] ? 5e-9 : 0;
    expect(Math.abs((written.roundingError ?? 0) - error)).toBeLessThan(error * 1e-5 + slack);
  });

  it.each(Object.entries(ranksGolden.files))(
    'are the files that peft has loaded: %s',
    async (title, { ranks, sha256 }) => {
      const [, text = '', dtype, how] = /^(.*) in (\w+), (\w+)$/u.exec(title) ?? [];
      const out = join(root, `ranks-${title}`);
      const named = Object.entries(FOLDERS).filter(([name]) => text.replaceAll('Ext', '').includes(name));
      const options = { dtype, ranks: how } as Partial<MergeOptions>; // as the golden names them
      const { written } = await merge(text, Object.fromEntries(named), out, options);
      const bytes = await bytesOf(out);
      expect([bytes['adapter_config.json'], bytes['adapter_model.safetensors']]).toEqual(sha256);
      expect(written.maxRank).toBe(Math.max(...ranks));
      const counted = Object.values(written.trueRanks).reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(written.modules);
    },
  );

  it.each(Object.entries(compressed.results))(
    'are the best approximations of torch, in the files that peft has loaded: %s',
    async (text, { modules, sha256 }) => {
      const out = join(root, `compressed-${sha256[1] ?? ''}`);
      const named = Object.entries(FOLDERS).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text));
      await merge(text, Object.fromEntries(named), out, { ranks: 'exact' });
      const values = await deltas(out);
      expect([...values.keys()].sort()).toEqual(Object.keys(modules).sort());
      for (const [path, { delta }] of Object.entries(modules)) {
        const own = values.get(path) ?? [];
        const difference = Math.hypot(...delta.map((value, at) => value - (own[at] ?? Number.NaN)));
        expect(difference).toBeLessThan(1e-6 * Math.hypot(...delta));
      }
      const read = await ranksIn(out);
      expect(read.inFile).toEqual(Object.fromEntries(Object.entries(modules).map(([path, { rank }]) => [path, rank])));
      const bytes = await bytesOf(out);
      expect([bytes['adapter_config.json'], bytes['adapter_model.safetensors']]).toEqual(sha256);
    },
  );

  it('have the same true ranks, and values to the last bit, whichever way their ranks are written', async () => {
    const [uniform, exact] = [join(root, 'uniform'), join(root, 'exact')];
    const one = await merge('e ⊖ Ext(t) ⊕ 0.5·x', FOLDERS, uniform);
    const other = await merge('e ⊖ Ext(t) ⊕ 0.5·x', FOLDERS, exact, { ranks: 'exact' });
    expect(await deltas(uniform)).toEqual(await deltas(exact));
    expect(one.written).toEqual({ ...other.written, ranks: 'uniform', ...pick(one.written, 'digest', 'sizeBytes') });
    const [read, own] = await Promise.all([uniform, exact].map(ranksIn));
    expect(new Set(Object.values(read?.inFile ?? {}))).toEqual(new Set([13]));
    expect(read?.unpadded).toEqual(own?.inFile);
  });

  it('have scaling 1, full module paths and summed ranks in their config', async () => {
    const out = join(root, 'config');
    await merge('e ⊖ Ext(t) ⊖ Ext(x)', FOLDERS, out, { ranks: 'exact' });
    const config = JSON.parse(await readFile(join(out, 'adapter_config.json'), 'utf8')) as Record<string, unknown>;
    expect(config).toMatchObject({ peft_type: 'LORA', use_rslora: false, bias: 'none', inference_mode: true });
    expect(config['alpha_pattern']).toEqual(config['rank_pattern']);
    expect(config['lora_alpha']).toBe(config['r']);
    expect(config['target_modules']).toContain('model.layers.1.self_attn.q_proj');
    expect(Object.entries(config['rank_pattern'] as Record<string, number>)).toContainEqual([
      'model\\.layers\\.1\\.self_attn\\.q_proj',
      9,
    ]);
  });

  it('are the same bytes every time, and an identical folder is fine', async () => {
    const [one, two] = [join(root, 'same-1'), join(root, 'same-2')];
    await merge('e ⊖ Ext(t)', FOLDERS, one);
    await merge('e ⊖ Ext(t)', FOLDERS, two);
    expect(await bytesOf(two)).toEqual(await bytesOf(one));
    const again = await merge('e ⊖ Ext(t)', FOLDERS, one);
    expect(again.written.status).toBe('identical');
    expect((await readdir(root)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('leave their inputs unchanged', async () => {
    const before = await Promise.all(Object.values(FOLDERS).map(bytesOf));
    await merge('e ⊖ 0.3·Ext(t)', FOLDERS, join(root, 'unchanged'));
    expect(await Promise.all(Object.values(FOLDERS).map(bytesOf))).toEqual(before);
  });

  it('equal what Gram matrices, formula and writer give one after the other', async () => {
    const out = join(root, 'apart');
    const together = await merge('[e ⊖ 0.7·Ext(t)] ⊖ Ext(x)', FOLDERS, join(root, 'together'));
    const adapters = await Promise.all(Object.values(FOLDERS).map(openAdapter));
    const gram = await computeGram(adapters);
    const { formula } = readFormula('[e ⊖ 0.7·Ext(t)] ⊖ Ext(x)', { adapters: new Set(['e', 't', 'x']) });
    const leafOf = (name: string): (typeof gram.leaves)[number] =>
      gram.leaves['etx'.indexOf(name)] ?? gram.leaves[0] ?? ('' as never);
    const { coefficients } = evaluateFormula(formula ?? { kind: 'zero' }, gram, leafOf);
    const written = await writeAdapter({
      adapters,
      combination: coefficients,
      folder: out,
      provenance: { expression: 'by hand', inputs: [] },
    });
    await Promise.all(adapters.map((adapter) => adapter.close()));
    expect(written.digest).toBe(together.written.digest);
  });

  it('count an adapter that comes under two names once', async () => {
    const { written } = await merge('e ⊖ 0.25·f', { e: FOLDERS.e, f: FOLDERS.e }, join(root, 'twice'));
    expect(written.maxRank).toBe(4);
  });

  it('tell adapters apart that share their first module, and record the digests of all', async () => {
    const shape = { rows: 6, width: 8, rank: 2 };
    const shared = randomFactors(1, shape);
    const folders = {
      e: await writeAdapterFolder(join(root, 'shared-e'), { modules: { a: shared, b: randomFactors(2, shape) } }),
      t: await writeAdapterFolder(join(root, 'shared-t'), { modules: { a: shared, b: randomFactors(3, shape) } }),
    };
    const out = join(root, 'shared');
    expect((await merge('e ⊖ Ext(t)', folders, out)).written.maxRank).toBe(4);
    const { inputs } = JSON.parse(await readFile(join(out, 'ominus.json'), 'utf8')) as { inputs: unknown };
    const digests = Object.entries(folders).map(async ([name, folder]) => {
      const adapter = await openAdapter(folder);
      const digest = await adapter.digest();
      await adapter.close();
      return { name, digest };
    });
    expect(inputs).toEqual(await Promise.all(digests));
  });

  it('take the leftmost scaling for all with semantics: reference', async () => {
    const shape = { rows: 6, width: 8, rank: 2 };
    const [e, t] = [randomFactors(1, { ...shape, scaling: 2 }), randomFactors(2, { ...shape, scaling: 8 })];
    const folders = {
      e: await writeAdapterFolder(join(root, 'reference-e'), { modules: { m: e } }),
      t: await writeAdapterFolder(join(root, 'reference-t'), { modules: { m: t } }),
      same: await writeAdapterFolder(join(root, 'reference-same'), { modules: { m: { ...t, scaling: 2 } } }),
    };
    await merge('e ⊖ Ext(t)', folders, join(root, 'reference'), { semantics: 'reference' });
    await merge('e ⊖ Ext(same)', folders, join(root, 'reference-expected'));
    await merge('e ⊖ Ext(t)', folders, join(root, 'reference-scaled'));
    const expected = Object.fromEntries(await deltas(join(root, 'reference-expected')));
    expect(distance(await deltas(join(root, 'reference')), expected)).toBeLessThan(1e-7);
    expect(distance(await deltas(join(root, 'reference-scaled')), expected)).toBeGreaterThan(0.1);
  });
});

describe('threads that share a merge', () => {
  const shape = { rows: 6, width: 8, rank: 2 };
  const names = Array.from({ length: 23 }, (_, place) => `model.layers.${String(place)}.q`);
  const many = (name: string, seed: number, spoil: Readonly<Record<number, number>> = {}): Promise<string> => {
    const modules = names.map((module, place) => {
      const factors = randomFactors(seed + place, shape);
      return [module, place in spoil ? { ...factors, b: factors.b.with(3, spoil[place] ?? 0) } : factors] as const;
    });
    return writeAdapterFolder(join(root, name), { modules: Object.fromEntries(modules) });
  };

  it.each(['float32', 'float16'] as const)('give the same files and diagnostics as one, in %s', async (dtype) => {
    const folders = { e: await many('many-e', 1), t: await many('many-t', 50), x: await many('many-x', 99) };
    const text = '[e ⊖ 0.7·Ext(t)] ⊖ Ext(x)';
    const [alone, shared] = [join(root, `alone-${dtype}`), join(root, `shared-${dtype}`)];
    const one = await merge(text, folders, alone, { dtype, threads: 1 });
    const progress: number[] = [];
    const onProgress = (done: number): number => progress.push(done);
    expect(await merge(text, folders, shared, { dtype, threads: 3, onProgress })).toEqual(one);
    expect(await bytesOf(shared)).toEqual(await bytesOf(alone));
    expect(one.steps.map(({ modules }) => modules.length)).toEqual([23, 23]);
    expect(progress.toSorted((x, y) => x - y)).toEqual(progress);
  });

  it('report the first module that fails, on whichever thread, and leave nothing behind', async () => {
    const folders = { e: await many('spoilt-e', 1), t: await many('spoilt-t', 50, { 6: NaN, 7: Infinity, 15: NaN }) };
    const parent = join(root, 'spoilt');
    await mkdir(parent);
    for (const threads of [1, 2, 4]) {
      const failing = merge('e ⊖ Ext(t)', folders, join(parent, 'out'), { threads });
      await expect(failing).rejects.toMatchObject({ code: 'ADAPTER_INVALID' });
      // In code-unit order layer 15 comes before layers 6 and 7.
      await expect(failing).rejects.toThrow(/model\.layers\.15\.q\.lora_B\.weight" is NaN at \[1, 1\]/);
    }
    expect(await readdir(parent)).toEqual([]);
  });
});

describe('modules that only one side has', () => {
  const shape = { rows: 6, width: 8, rank: 2 };
  const having = (name: string, seed: number, modules: readonly string[]): Promise<string> =>
    writeAdapterFolder(join(root, name), {
      modules: Object.fromEntries(modules.map((module, place) => [module, randomFactors(seed + place, shape)])),
    });
  const folders = async (): Promise<Record<string, string>> => ({
    e: await having('sides-e', 1, ['a', 'b', 'q']),
    t: await having('sides-t', 9, ['q', 'v', 'w', 'x', 'y', 'z']),
  });

  /** An adapter of which training has touched one module only. */
  const untrained = (): Promise<string> => {
    const fresh = { ...randomFactors(40, shape), b: new Float32Array(12) };
    return writeAdapterFolder(join(root, 'untrained'), {
      modules: { a: fresh, b: fresh, q: randomFactors(41, shape) },
    });
  };

  it('are named by a warning for each side', async () => {
    const out = join(await mkdtemp(join(root, 'sides-')), 'out');
    const { warnings } = await merge('e ⊖ Ext(t)', await folders(), out, { threads: 2 });
    expect(warnings).toEqual([
      'only the left side of e ⊖ 1·Ext(t) has 2 target modules, which stay as the left side has them: a, b',
      'only the right side of e ⊖ 1·Ext(t) has 5 target modules, which are left out: v, w, x, and 2 more',
    ]);
  });

  it('are not in the result where all of it is zero there, known before or found on the way', async () => {
    const shared = { ...(await folders()), z: await untrained() };
    const parent = await mkdtemp(join(root, 'zero-'));
    const written = async (text: string, threads: number): Promise<readonly string[]> => {
      const out = join(parent, `${text} ${String(threads)}`);
      const { written: result, steps } = await merge(text, shared, out, { threads });
      const paths = Object.keys((await ranksIn(out)).inFile);
      expect(result.modules).toBe(paths.length);
      expect(steps.every(({ modules }) => new Set(modules.map(({ module }) => module)).size === modules.length)).toBe(
        true,
      );
      return paths;
    };
    for (const threads of [1, 3]) {
      expect(await written('e ⊖ Ext(t)', threads)).toEqual(['a', 'b', 'q']);
      expect(await written('e ⊖ 0.5·t', threads)).toEqual(['a', 'b', 'q', 'v', 'w', 'x', 'y', 'z']);
      expect(await written('e ⊖ 0·t', threads)).toEqual(['a', 'b', 'q']);
      expect(await written('[e ⊕ t] ⊖ e', threads)).toEqual(['q', 'v', 'w', 'x', 'y', 'z']);
      expect(await written('z', threads)).toEqual(['q']);
      expect(await written('z ⊖ 0.5·e', threads)).toEqual(['a', 'b', 'q']);
    }
  });

  it('are said to be all zero where nothing is left', async () => {
    const shared = await folders();
    const parent = await mkdtemp(join(root, 'nothing-'));
    for (const text of ['e ⊖ e', '0·e', 'base ⊖ Ext(e)']) {
      const writing = merge(text, { e: shared['e'] ?? '' }, join(parent, 'out'));
      await expect(writing).rejects.toMatchObject({ code: 'OUTPUT_FORBIDDEN' });
      await expect(writing).rejects.toThrow(
        /cannot write the zero adapter: all 3 target modules of the result are zero/,
      );
    }
    expect(await readdir(parent)).toEqual([]);
  });

  it('are refused where the sides have none in common', async () => {
    const { e = '' } = await folders();
    const parent = await mkdtemp(join(root, 'strangers-'));
    const t = await having('strangers-t', 9, ['x.a', 'x.b']);
    await expect(merge('e ⊖ Ext(t)', { e, t }, join(parent, 'out'))).rejects.toMatchObject({
      code: 'ADAPTER_MISMATCH',
    });
    expect(await readdir(parent)).toEqual([]);
  });

  it('are none where both sides have the same', async () => {
    const { e = '' } = await folders();
    const { warnings } = await merge('2·e ⊖ Ext(f)', { e, f: e }, join(await mkdtemp(join(root, 'sides-')), 'out'));
    expect(warnings).toEqual([]);
  });
});

describe('an output folder', () => {
  it('that ominus did not write is left alone', async () => {
    const out = join(root, 'foreign');
    await mkdir(out);
    await writeFile(join(out, 'thesis.tex'), 'x');
    await expect(merge('e', FOLDERS, out, { replace: true })).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(await readdir(out)).toEqual(['thesis.tex']);
  });

  it('with another result is replaced only when asked', async () => {
    const out = join(root, 'replaced');
    await merge('e', FOLDERS, out);
    await expect(merge('e ⊖ t', FOLDERS, out)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect((await merge('e ⊖ t', FOLDERS, out, { replace: true })).written.status).toBe('written');
  });

  it('must not be an input or be inside one', async () => {
    for (const out of [FOLDERS.e, join(FOLDERS.e, 'deeper')]) {
      await expect(merge('e', FOLDERS, out)).rejects.toMatchObject({ code: 'OUTPUT_FORBIDDEN' });
    }
  });

  it('is not left behind half-written by a cancelled merge', async () => {
    const parent = join(root, 'cancelled');
    const signal = AbortSignal.abort();
    await expect(merge('e', FOLDERS, join(parent, 'out'), { signal })).rejects.toThrow(/abort/i);
    expect(await readdir(parent)).toEqual([]);
  });
});

describe('what cannot be written exactly', () => {
  const shape = { rows: 6, width: 8, rank: 2 };
  const saved = {
    'base_model.model.lm_head.weight': {
      dtype: 'F32' as const,
      shape: [2],
      bytes: new Uint8Array([0, 0, 128, 63, 0, 0, 0, 64]),
    },
  };
  const write = (name: string, seed: number, rest: object = {}): Promise<string> =>
    writeAdapterFolder(join(root, name), { modules: { m: randomFactors(seed, shape) }, ...rest });

  it('is an overflow in float16, by name', async () => {
    const huge = { ...randomFactors(1, shape), scaling: 1e12 };
    const e = await writeAdapterFolder(join(root, 'huge'), { modules: { m: huge } });
    await expect(merge('e', { e }, join(root, 'huge-out'), { dtype: 'float16' })).rejects.toMatchObject({
      code: 'OVERFLOW',
    });
    expect(
      (await merge('e', { e }, join(root, 'huge-bf16'), { dtype: 'bfloat16' })).written.roundingError,
    ).toBeLessThan(5e-3);
  });

  it('is saved from the subnormals of float16 by balancing', async () => {
    const tiny = { ...randomFactors(1, shape), scaling: 1e-6 };
    const e = await writeAdapterFolder(join(root, 'tiny'), { modules: { m: tiny } });
    const { written } = await merge('e', { e }, join(root, 'tiny-out'), { dtype: 'float16' });
    expect(written.roundingError).toBeLessThan(6e-4);
  });

  it('modules_to_save: the expert’s are copied', async () => {
    const plain = await write('plain', 1);
    const withHead = await write('head', 2, { extra: saved, config: { modules_to_save: ['lm_head'] } });
    const out = join(root, 'head-out');
    await merge('h ⊖ Ext(p)', { h: withHead, p: plain }, out);
    const adapter = await openAdapter(out);
    const [head] = adapter.description.savedTensors;
    expect(adapter.description.modulesToSave).toEqual(['lm_head']);
    expect(head === undefined ? [] : [...(await adapter.readTensor(head))]).toEqual([0, 0, 128, 63, 0, 0, 0, 64]);
    await adapter.close();
  });

  it.each([
    ['p ⊖ Ext(h)', 'h'],
    ['base ⊖ h', 'h'],
    ['base ⊕ Ext(h | p)', 'h'],
    ['0.5·h ⊖ Ext(p)', 'h'],
    ['p ⊖ Ext(p | h)', 'h'],
    ['h ⊖ 0.5·h', 'h'],
    ['h ⊖ Ext(p ⊖ h)', 'h'],
    ['h ⊖ Ext(p | p ⊖ h)', 'h'],
    ['h ⊖ twin', 'twin'],
  ])('modules_to_save: %s is refused because of %s, and nothing is written', async (text, name) => {
    const plain = await write('plain', 1);
    const h = await write('head', 2, { extra: saved, config: { modules_to_save: ['lm_head'] } });
    const parent = await mkdtemp(join(root, 'head-refused-'));
    const refused = merge(text, { h, p: plain, twin: h }, join(parent, 'out'));
    await expect(refused).rejects.toMatchObject({ code: 'ADAPTER_UNSUPPORTED', hint: expect.any(String) as string });
    await expect(refused).rejects.toThrow(`[adapter=${name}]: it has modules_to_save (lm_head)`);
    expect(await readdir(parent)).toEqual([]);
  });

  it.each(['[h ⊖ Ext(p)] ⊖ p', 'h ⊖ Ext(p | h)', 'h ⊕ 0.5·Ext(p | h ⊖ p)'])(
    'modules_to_save of the expert are kept by %s',
    async (text) => {
      const plain = await write('plain', 1);
      const h = await write('head', 2, { extra: saved, config: { modules_to_save: ['lm_head'] } });
      const out = await mkdtemp(join(root, 'head-kept-'));
      await merge(text, { h, p: plain }, join(out, 'out'));
      const adapter = await openAdapter(join(out, 'out'));
      expect(adapter.description.savedTensors.map(({ name }) => name)).toEqual(['base_model.model.lm_head.weight']);
      await adapter.close();
    },
  );

  const notFinite: readonly (readonly [string, TensorBytes, string])[] = [
    ['float32', floats('F32', [2, 3], new Float32Array([1, 2, 3, 4, NaN, 6])), 'NaN at [1, 1]'],
    ['float16', floats('F16', [2], new Uint16Array([0x3c00, 0xfc00])), '-Infinity at [1]'],
    ['bfloat16', floats('BF16', [1, 2], new Uint16Array([0x7f80, 0x3f80])), 'Infinity at [0, 0]'],
    ['float64', floats('F64', [3], new Float64Array([1, 2, Infinity])), 'Infinity at [2]'],
    ['complex', floats('C64', [2], new Float32Array([1, 2, 3, NaN])), 'NaN at [1]'],
    ['float8 e4m3', floats('F8_E4M3', [2], new Uint8Array([0x7e, 0xff])), 'NaN at [1]'],
    ['float8 e5m2', floats('F8_E5M2', [2], new Uint8Array([0x7b, 0xfc])), '-Infinity at [1]'],
    ['float8 e8m0', floats('F8_E8M0', [2], new Uint8Array([0xfe, 0xff])), 'NaN at [1]'],
  ];
  it.each(notFinite)(
    'modules_to_save with NaN or Infinity are refused by name in %s',
    async (_title, tensor, value) => {
      const parent = await mkdtemp(join(root, 'spoilt-head-'));
      const extra = { 'base_model.model.lm_head.weight': tensor };
      const h = await writeAdapterFolder(join(parent, 'h'), {
        modules: { m: randomFactors(2, shape) },
        config: { modules_to_save: ['lm_head'] },
        extra,
      });
      const refused = merge('h', { h }, join(parent, 'out'));
      await expect(refused).rejects.toMatchObject({ code: 'ADAPTER_INVALID' });
      await expect(refused).rejects.toThrow(`tensor "base_model.model.lm_head.weight" of modules_to_save is ${value}`);
      expect(await readdir(parent)).toEqual(['h']);
    },
  );

  it('modules_to_save larger than what is copied at once come through unchanged, integers whatever they are', async () => {
    const values = new Float32Array(700_000).map((_, place) => Math.fround(place / 3));
    const extra = {
      'base_model.model.lm_head.weight': floats('F32', [700, 1000], values),
      'base_model.model.lm_head.steps': floats('I32', [2], new Int32Array([-1, 0x7fc00000])),
    };
    const config = { modules_to_save: ['lm_head'] };
    const h = await write('large-head', 2, { extra, config });
    const out = join(root, 'large-head-out');
    const { written } = await merge('h', { h }, out);
    const adapter = await openAdapter(out);
    expect(adapter.description.savedTensors).toHaveLength(2);
    for (const tensor of adapter.description.savedTensors) {
      const bytes = extra[tensor.name as keyof typeof extra].bytes;
      expect(Buffer.compare(await adapter.readTensor(tensor), bytes), tensor.name).toBe(0);
    }
    expect(await adapter.digest()).toBe(written.digest);
    await adapter.close();
    // the last element of the last part
    const last = { ...extra, 'base_model.model.lm_head.weight': floats('F32', [700, 1000], values.with(-1, NaN)) };
    const spoilt = await write('large-head-spoilt', 2, { extra: last, config });
    await expect(merge('h', { h: spoilt }, join(root, 'large-head-refused'))).rejects.toThrow(/is NaN at \[699, 999\]/);
  });

  it('adapters of different shapes are refused by name, of different bases get a warning', async () => {
    const e = await write('base-a', 1);
    const other = await write('base-b', 2, { config: { base_model_name_or_path: 'another' } });
    const { warnings } = await merge('e ⊖ t', { e, t: other }, join(root, 'bases'));
    expect(warnings).toEqual(['adapters name different base models: e "base", t "another"']);
    const wide = await writeAdapterFolder(join(root, 'wide'), {
      modules: { m: randomFactors(3, { ...shape, width: 9 }) },
    });
    await expect(merge('e ⊖ t', { e, t: wide }, join(root, 'shapes'))).rejects.toThrow(
      /module m is \[6, 8\] in the first and \[6, 9\]/,
    );
  });

  it('an expression without any adapter is refused', async () => {
    await expect(merge('base', {}, join(root, 'zero'))).rejects.toMatchObject({ code: 'OUTPUT_FORBIDDEN' });
  });
});
