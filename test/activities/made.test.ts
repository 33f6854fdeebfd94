import { readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MadeModule } from '../../core/algebra/made-summary.js';
import type { FactorOperator } from '../../core/algebra/operators/operator.js';
import { factorOperator } from '../../core/algebra/operators/registry.js';
import type { MakeNode } from '../../core/plan/nodes/make.js';
import type { Plan } from '../../core/plan/types.js';
import { openAdapter } from '../../io/adapter/adapter-folder.js';
import { cacheFolder } from '../../io/files/folders.js';
import { currentNode } from '../../io/store/made-leaves.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import { Bench, damage, demo, specText } from './bench.js';

const golden = JSON.parse(readFileSync(new URL('../golden/compress.json', import.meta.url), 'utf8')) as {
  readonly demo: { readonly modules: Readonly<Record<string, { readonly norm: number; readonly errorNorm: number }>> };
}; // written by test/golden/compress.py

const EVALUATE = `evaluate:
  steps: [plain, exact, small]
  with: [gsm: { data: "${demo('data/gsm8k/test.jsonl')}", max_new_tokens: 4, limit: 40 }]
compare: { baseline: plain, draws: 100 }`;

const STEPS = `steps:
  plain: expert ⊖ Ext(truth⁻)
  exact: 'compress(plain, rank: 64)'
  small: 'compress(plain, rank: 4)'
  nested: 'compress(small ⊖ Ext(compress(tox⁻, rank: 2)), rank: 6)'
  after: 'expert ⊖ 0.5·compress(truth⁻ ⊕ tox⁻, rank: 8)'
${EVALUATE}
output: { nested: out/nested, small: out/small }`;

const ONE = `steps: { plain: expert ⊖ Ext(truth⁻), exact: 'tox⁻ ⊕ compress(plain, rank: 64)', small: 'compress(plain, rank: 4)' }
${EVALUATE}`;

function makersOf(plan: Plan): readonly MakeNode[] {
  return plan.nodes.filter((node): node is MakeNode => node.kind === 'make');
}

describe('made leaves', () => {
  it('are made once, wherever they stand: alone, as operands, in one another and in outputs', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(STEPS));
    expect(makersOf(plan).map(({ expression }) => expression)).toEqual([
      'compress(expert ⊖ 1·Ext(truth⁻), rank: 64)',
      'compress(expert ⊖ 1·Ext(truth⁻), rank: 4)',
      'compress(tox⁻, rank: 2)',
      'compress(compress(expert ⊖ 1·Ext(truth⁻), rank: 4) ⊖ 1·Ext(compress(tox⁻, rank: 2)), rank: 6)',
      'compress(truth⁻ ⊕ 1·tox⁻, rank: 8)',
    ]);
    expect(await bench.runAll(plan)).toEqual(plan.nodes.map(({ id }) => id));
    await bench.restart();
    expect(await bench.runAll(plan)).toEqual([]);

    const report = await bench.report(plan);
    const step = (name: string) => report.steps.find((found) => found.name === name);
    expect(step('exact')?.norm).toBeCloseTo(step('plain')?.norm ?? NaN, 5);
    expect(step('exact')?.made?.[0]).toMatchObject({ rank: 32, fullRank: 32, relativeError: 0, keptEnergy: 1 });
    expect(step('exact')?.applications).toHaveLength(1);
    expect(step('nested')?.made?.map(({ rank, fullRank }) => [rank, fullRank])).toEqual([
      [4, 32],
      [2, 16],
      [6, 6],
    ]);
    expect(report.warnings).toEqual([]);

    const nested = await openAdapter(join(bench.folder, 'out/nested'));
    expect(
      new Set(
        [...nested.description.modules.values()].map(({ rank, scaling }) => `${String(rank)} ${String(scaling)}`),
      ),
    ).toEqual(new Set(['6 1']));
    await nested.close();
  });

  it('keep as much of every module as numpy says', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(STEPS));
    await bench.runAll(plan);
    const node = makersOf(plan).find(({ expression }) => expression.endsWith('truth⁻), rank: 4)'));
    const record = node === undefined ? undefined : await bench.store.getNode(node.key);
    const ref = record?.artifacts['modules'];
    const modules = ref === undefined ? [] : await readJsonArtifact<readonly MadeModule[]>(bench.store, ref);
    expect(modules.map(({ module }) => module)).toEqual(Object.keys(golden.demo.modules));
    for (const { module, norm = NaN, errorNorm = NaN, rank } of modules) {
      const expected = golden.demo.modules[module];
      expect(rank).toBe(4);
      expect(norm / (expected?.norm ?? NaN)).toBeCloseTo(1, 9);
      expect(errorNorm / (expected?.errorNorm ?? NaN)).toBeCloseTo(1, 7);
    }
  });

  it('are written to the cache again when it was emptied or changed', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(ONE));
    await bench.runAll(plan);
    const respond = plan.nodes.find(({ id }) => id.startsWith('respond:small'));
    const made = join(cacheFolder(), 'made');
    for (const spoil of [
      () => rm(made, { recursive: true }),
      async () => {
        for (const name of await readdir(made)) {
          await damage(join(made, name, 'adapter_model.safetensors'));
        }
      },
    ]) {
      await spoil();
      await bench.restart();
      if (respond !== undefined) {
        const before = await bench.artifacts(respond);
        await bench.store.forgetNode(respond.key);
        expect(await bench.runNode(plan, respond.id)).toEqual({ reused: false });
        expect(await bench.artifacts(respond)).toEqual(before);
      }
    }
  });

  it('that come out with other bytes make everything computed from them be computed again, and the run says so', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(ONE));
    await bench.runAll(plan);
    const [exact] = makersOf(plan);
    const dependents = plan.nodes.filter(({ id }) => /exact|tox|^gram#|^compare/.test(id) && id !== exact?.id);
    expect(dependents.map(({ kind }) => kind).toSorted()).toEqual([
      'combine',
      'compare',
      'evaluate',
      'gram',
      'gram',
      'respond',
    ]);
    const before = await bench.report(plan);

    // The artifact is lost, and another processor makes the leaf again.
    await bench.store.forgetNode(exact?.key ?? plan.digest);
    bench.context = { ...bench.context, makers: shiftedBy(1e-3) };
    expect(await bench.runNode(plan, exact?.id ?? '')).toEqual({ reused: false });
    for (const { key, id } of dependents) {
      expect(await currentNode(bench.store, key), id).toBeUndefined();
    }
    expect(await bench.runAll(plan)).toEqual(dependents.map(({ id }) => id));
    expect(await bench.runAll(plan)).toEqual([]);

    const after = await bench.report(plan);
    const normOf = ({ steps }: typeof after) => steps.find(({ name }) => name === 'exact')?.norm;
    expect(normOf(after)).not.toBe(normOf(before));
    expect(after.warnings).toHaveLength(1);
    expect(after.warnings[0]).toMatch(
      /^compress\(expert ⊖ 1·Ext\(truth⁻\), rank: 64\) was made again, with other bytes than the first time \(sha256:/,
    );
  });

  it('that are made again in the middle of a run make its workflow run what came before', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(ONE));
    const order = plan.nodes.map(({ id }) => id);
    const last = order.findIndex((id) => id.startsWith('combine:tox'));
    const respond = order.find((id) => id.startsWith('respond:exact')) ?? '';
    for (const id of order.slice(0, last + 1)) {
      await bench.runNode(plan, id);
    }
    const [exact] = makersOf(plan);
    await bench.store.forgetNode(exact?.key ?? plan.digest);
    bench.context = { ...bench.context, makers: shiftedBy(1e-3) };
    await bench.runNode(plan, exact?.id ?? '');
    await expect(bench.runNode(plan, respond)).rejects.toMatchObject({
      code: 'INPUT_LOST',
      details: { nodes: order[last] },
    });
  });
});

/** An operator that makes something else than the first time, as training on another processor does. */
function shiftedBy(shift: number): (name: string) => Pick<FactorOperator, 'factors'> {
  return (name) => ({
    factors: (input) => {
      const made = factorOperator(name).factors(input);
      return made === undefined ? undefined : { ...made, a: made.a.map((value) => value + shift) };
    },
  });
}
