/** Calls wherever they may stand: a direct merge, a sweep and a recipe make the same leaves with the same bytes. */
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adapterNames } from '../../core/algebra/evaluate.js';
import { readFormula } from '../../core/expression/resolve.js';
import { openAdapter, type AdapterFolder } from '../../io/adapter/adapter-folder.js';
import { mergeAdapters, type MergedAdapter } from '../../io/adapter/merge-adapters.js';
import { collect, planCollection } from '../../io/store/collection.js';
import { MADE_TENSORS } from '../../io/store/made-leaves.js';
import { madeName, nodeName, objectName } from '../../io/store/layout.js';
import { OminusError } from '../../core/errors.js';
import { putRunRecord } from '../../activities/run-record.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { Bench, demo, specText } from './bench.js';
import { SweepDriver, sweepText } from './sweep-bench.js';

const FOLDERS = {
  expert: demo('adapters/expert'),
  'truth⁻': demo('adapters/truth-'),
  'tox⁻': demo('adapters/tox-'),
};

async function merge(text: string, folder: string): Promise<MergedAdapter> {
  const { formula, problems } = readFormula(text, { adapters: new Set(Object.keys(FOLDERS)) });
  expect(problems).toEqual([]);
  const adapters = new Map<string, AdapterFolder>();
  for (const [name, source] of Object.entries(FOLDERS)) {
    if (formula !== undefined && adapterNames(formula).includes(name)) {
      adapters.set(name, await openAdapter(source));
    }
  }
  try {
    return await mergeAdapters({ formula: formula ?? { kind: 'zero' }, adapters, folder });
  } finally {
    await Promise.all([...adapters.values()].map((adapter) => adapter.close()));
  }
}

async function madeFolders(): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('ominus-made-'));
}

const EXPRESSIONS = [
  'compress(expert ⊖ Ext(truth⁻), rank: 4)',
  'expert ⊖ 0.5·compress(tox⁻ ⊕ truth⁻, error: 0.1)',
  'compress(compress(expert ⊖ Ext(truth⁻), rank: 4) ⊖ Ext(compress(tox⁻, rank: 2)), rank: 6)',
  '[expert ⊖ Ext(compress(truth⁻, rank: 3))] ⊖ Ext(tox⁻ | compress(truth⁻, rank: 3))',
];

describe('a direct merge with calls', () => {
  it.each(EXPRESSIONS)('writes the bytes that a run writes: %s', async (text) => {
    const bench = await Bench.create();
    await bench.runAll(await bench.plan(specText(`chain: '${text}'\noutput: { chain: out/run }`)));
    const [run, direct] = [join(bench.folder, 'out/run'), join(bench.folder, 'out/direct')];
    await merge(text, direct);
    for (const file of ['adapter_model.safetensors', 'adapter_config.json']) {
      expect((await readFile(join(direct, file))).equals(await readFile(join(run, file))), file).toBe(true);
    }
    const facts = async (folder: string): Promise<object> => {
      const json = JSON.parse(await readFile(join(folder, 'ominus.json'), 'utf8')) as object;
      return { ...json, key: undefined };
    };
    expect(await facts(direct)).toEqual(await facts(run));
  });

  it('names what a made leaf was made from, with digests, and how well it was kept', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'ominus-calls-')), 'out');
    const { made } = await merge('expert ⊖ compress(tox⁻ ⊕ compress(truth⁻, rank: 2), rank: 4)', folder);
    expect(made.map(({ expression, rank }) => [expression, rank])).toEqual([
      ['compress(truth⁻, rank: 2)', 2],
      ['compress(tox⁻ ⊕ 1·compress(truth⁻, rank: 2), rank: 4)', 4],
    ]);
    expect(made[0]?.relativeError).toBeGreaterThan(0);
    const digest = expect.stringMatching(/^sha256:/) as string;
    const { inputs } = JSON.parse(await readFile(join(folder, 'ominus.json'), 'utf8')) as { readonly inputs: unknown };
    expect(inputs).toEqual([
      { name: 'expert', digest },
      {
        name: 'compress(tox⁻ ⊕ 1·compress(truth⁻, rank: 2), rank: 4)',
        digest,
        madeFrom: [
          { name: 'tox⁻', digest },
          { name: 'compress(truth⁻, rank: 2)', digest, madeFrom: [{ name: 'truth⁻', digest }] },
        ],
      },
    ]);
    const truth = await openAdapter(FOLDERS['truth⁻']);
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain(`| \`truth⁻\` | \`${await truth.digest()}\` |`);
    await truth.close();
  });

  it('leaves nothing in the temporary folder, not even when it fails', async () => {
    const before = await madeFolders();
    await expect(merge('expert ⊖ compress(tox⁻, rank: 2)', FOLDERS.expert)).rejects.toThrow();
    await expect(merge('compress(expert, rank: 2)', FOLDERS.expert)).rejects.toMatchObject({
      code: 'OUTPUT_FORBIDDEN',
    });
    expect((await madeFolders()).filter((name) => !before.includes(name))).toEqual([]);
  });
});

const CHAIN = "'[compress(expert ⊖ Ext(truth⁻), rank: 6)] ⊖ a·Ext(compress(tox⁻, rank: 2)) ⊖ b·truth⁻'";

describe('a sweep with calls', () => {
  it('makes each leaf once for all points, before the first', async () => {
    const driver = await SweepDriver.open(await Bench.create(), sweepText({ chain: CHAIN }));
    const made = driver.plan.nodes.filter(({ kind }) => kind === 'make');
    expect(made.map(({ id }) => id)).toEqual([
      'make:compress(expert ⊖ 1·Ext(truth⁻), rank: 6)',
      'make:compress(tox⁻, rank: 2)',
    ]);
    const first = await driver.search();
    expect(first).toMatchObject({ done: 6, reused: 0, failures: [] });
    await driver.bench.restart();
    expect(await driver.search()).toEqual({ ...first, reused: 6 });
    const { report } = await driver.finish(first);
    expect(report.steps.find(({ made: leaves = [] }) => leaves.length === 2)?.made?.map(({ rank }) => rank)).toEqual([
      6, 2,
    ]);
  });

  it('shares answers with a recipe, byte for byte', async () => {
    const driver = await SweepDriver.open(await Bench.create(), sweepText({ chain: CHAIN }));
    await driver.search();
    const { length } = driver.bench.engine.batches;
    const text = '[compress(expert ⊖ Ext(truth⁻), rank: 6)] ⊖ 0.8·Ext(compress(tox⁻, rank: 2)) ⊖ 2·truth⁻';
    const recipe = specText(`steps: { one: '${text}' }
evaluate: { steps: [expert, one], with: [gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4, limit: 40 }] }`);
    const computed = await driver.bench.runAll(await driver.bench.plan(recipe));
    expect(driver.bench.engine.batches).toHaveLength(length);
    expect(computed.filter((id) => /^(make|respond|evaluate)/.test(id))).toEqual([]);
    const other = await Bench.create();
    const plan = await other.plan(recipe);
    await other.runAll(plan);
    for (const node of plan.nodes.filter(({ kind }) => kind === 'respond')) {
      expect(await driver.bench.artifacts(node), node.id).toEqual(await other.artifacts(node));
    }
  });

  it('goes on after it was stopped, and with more points, with the results of an undisturbed one', async () => {
    const undisturbed = await SweepDriver.open(await Bench.create(), sweepText({ chain: CHAIN }));
    const { report } = await undisturbed.finish(await undisturbed.search());
    const bench = await Bench.create();
    const small = await SweepDriver.open(bench, sweepText({ chain: CHAIN, over: '{ a: [0.4, 0.8], b: [1, 2] }' }));
    bench.engine.diesOf = 'CANCELLED';
    bench.engine.diesAfter = bench.engine.batches.length + 3;
    await expect(small.search()).rejects.toBeInstanceOf(OminusError);
    bench.engine.diesAfter = undefined;
    await bench.restart();
    expect((await small.search()).reused).toBeGreaterThan(0);
    const extended = await SweepDriver.open(bench, sweepText({ chain: CHAIN }));
    const outcome = await extended.search();
    expect(outcome).toMatchObject({ done: 6, reused: 4 });
    const { report: after } = await extended.finish(outcome);
    expect({ ...after, run: undefined, provenance: undefined }).toEqual({
      ...report,
      run: undefined,
      provenance: undefined,
    });
  });

  it('has the workflow make a leaf again that was lost', async () => {
    const driver = await SweepDriver.open(await Bench.create(), sweepText({ chain: CHAIN }));
    const leaf = driver.plan.nodes.find(({ id }) => id === 'make:compress(tox⁻, rank: 2)');
    await driver.openBatch(0);
    await driver.bench.store.forgetNode(leaf?.key ?? driver.plan.digest);
    await expect(driver.runPoints(0, 0, 6)).rejects.toMatchObject({ code: 'INPUT_LOST', details: { nodes: leaf?.id } });
    await driver.bench.runAll(driver.plan);
    expect(await driver.runPoints(0, 0, 6)).toMatchObject({ done: 6, failures: [] });
  });
});

describe('clean-up of a store', () => {
  it('keeps made leaves that a run needs, drops others, and remembers what was first made', async () => {
    const bench = await Bench.create();
    const { store } = bench;
    const planned = async (rank: number) => {
      const plan = await bench.plan(
        specText(`chain: 'compress(expert, rank: ${String(rank)})'\noutput: { chain: out/r${String(rank)} }`),
      );
      await bench.runAll(plan);
      const node = plan.nodes.find(({ kind }) => kind === 'make');
      const record = node === undefined ? undefined : await store.getNode(node.key);
      const digest = record?.artifacts[MADE_TENSORS]?.digest ?? plan.digest;
      return { plan, key: node?.key ?? plan.digest, digest };
    };
    const [live, dead] = [await planned(3), await planned(2)];
    const planRef = await jsonArtifact(store, live.plan);
    await putRunRecord(bench.context, {
      name: 'test',
      runId: 'one',
      plan: live.plan,
      planRef,
      state: 'running',
      report: undefined,
    });
    await collect(store, await planCollection(store, { olderThanMs: -1000 }));
    const isThere = async (name: string): Promise<boolean> => (await store.blobs.stat(name)) !== undefined;
    const left = async ({ key, digest }: typeof live) => ({
      node: await isThere(nodeName(key)),
      tensors: await isThere(objectName(digest)),
      first: await isThere(madeName(key)),
    });
    expect(await left(live)).toEqual({ node: true, tensors: true, first: true });
    expect(await left(dead)).toEqual({ node: false, tensors: false, first: true });
  });
});
