import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PlanNode } from '../../core/plan/node-kinds.js';
import type { Plan } from '../../core/plan/types.js';
import { collect } from '../support/collect.js';
import { Bench, damage, demo, specText, STUDY } from './bench.js';

const idsOf = (plan: Plan): string[] => plan.nodes.map(({ id }) => id);

const nodeWith = (plan: Plan, id: string): PlanNode => {
  const node = plan.nodes.find((candidate) => candidate.id === id);
  if (node === undefined) {
    throw new Error(`the plan has no ${id}`);
  }
  return node;
};

describe('runNode', () => {
  it('computes every node once; the second time all of it is in the store', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(STUDY));
    expect(await bench.runAll(plan)).toEqual(idsOf(plan));
    const { length } = bench.engine.batches;
    expect(length).toBe(9); // three candidates, three batches
    await bench.restart();
    expect(await bench.runAll(plan)).toEqual([]);
    expect(bench.engine.batches).toHaveLength(length);
  });

  it('sets every damaged artifact aside and computes it again, byte for byte', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(STUDY));
    await bench.runAll(plan);
    const before = await Promise.all(plan.nodes.map((node) => bench.artifacts(node)));
    let damaged = 0;
    for (const [place, node] of plan.nodes.entries()) {
      for (const role of Object.keys(before[place] ?? {})) {
        const file = await bench.objectFile(plan, node.id, role);
        const bytes = await readFile(file);
        await damage(file);
        damaged++;
        expect(await bench.runNode(plan, node.id), `${node.id} ${role}`).toEqual({ reused: false });
        expect(await bench.artifacts(node), `${node.id} ${role}`).toEqual(before[place]);
        expect((await readFile(file)).equals(bytes), `${node.id} ${role}`).toBe(true);
      }
    }
    expect(damaged).toBeGreaterThanOrEqual(plan.nodes.length);
    expect(await collect(bench.store.blobs.list('damaged/'))).toHaveLength(damaged);
    expect(await bench.runAll(plan)).toEqual([]);
  });

  it('names the node whose artifact is missing or damaged, so that the workflow runs it again', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(specText(STUDY));
    const combine = plan.nodes.find(({ kind }) => kind === 'combine')?.id ?? '';
    const lost = { code: 'INPUT_LOST', retryable: false, details: { nodes: 'gram' } };
    await expect(bench.runNode(plan, combine)).rejects.toMatchObject(lost);
    for (const spoil of [rm, damage]) {
      await bench.runNode(plan, 'gram');
      await spoil(await bench.objectFile(plan, 'gram', 'gram'));
      await expect(bench.runNode(plan, combine)).rejects.toMatchObject(lost);
      // the record promised what is not there; without it the producer computes anew
      expect(await bench.store.getNode(nodeWith(plan, 'gram').key)).toBeUndefined();
    }
    expect(await bench.runNode(plan, 'gram')).toEqual({ reused: false });
    expect(await bench.runNode(plan, combine)).toEqual({ reused: false });
  });

  it('computes only what is downstream of an edited lambda', async () => {
    const bench = await Bench.create();
    await bench.runAll(await bench.plan(specText(STUDY)));
    const batches = bench.engine.batches.length;
    const edited = await bench.plan(specText(STUDY.replace('0.5·', '0.75·')));
    expect(await bench.runAll(edited)).toEqual(
      idsOf(edited).filter((id) => id.includes('0.75·') || id.includes(':two') || id === 'compare'),
    );
    expect(bench.engine.batches.length - batches).toBe(3);
  });

  it('never gives one adapter the results of another that is called the same', async () => {
    const evaluation = STUDY.slice(STUDY.indexOf('evaluate:')).replace('[expert, one, two]', '[expert]');
    const rest = `steps: { one: "expert ⊖ Ext(truth⁻)" }\n${evaluation.slice(0, evaluation.indexOf('compare:'))}`;
    const shared = await Bench.create();
    // the same path in the spec, one adapter after the other, as a retrained one would be
    const place = join(shared.folder, 'model');
    const answers: string[] = [];
    for (const name of ['expert', 'retain']) {
      await rm(place, { recursive: true, force: true });
      await cp(demo(`adapters/${name}`), place, { recursive: true });
      const plan = await shared.plan(specText(rest, place));
      expect(await shared.runNode(plan, 'respond:expert:gsm')).toEqual({ reused: false });
      const found = await shared.artifacts(nodeWith(plan, 'respond:expert:gsm'));
      answers.push(found['responses'] ?? '');
      const alone = await Bench.create();
      const planAlone = await alone.plan(specText(rest, demo(`adapters/${name}`)));
      await alone.runNode(planAlone, 'respond:expert:gsm');
      expect(found).toEqual(await alone.artifacts(nodeWith(planAlone, 'respond:expert:gsm')));
    }
    expect(new Set(answers).size).toBe(2);
  });

  it('gives a combination the same bytes whatever other adapters its spec has', async () => {
    const small = await Bench.create();
    const large = await Bench.create();
    const one = 'steps: { one: "expert ⊖ Ext(truth⁻)" }\noutput: { one: out/one }';
    const two = 'steps: { zero: "tox⁻ ⊖ expert", one: "expert ⊖ Ext(truth⁻)" }\noutput: { one: out/one }';
    const [planOne, planTwo] = [await small.plan(specText(one)), await large.plan(specText(two))];
    await small.runAll(planOne);
    await large.runAll(planTwo);
    const id = 'combine:expert ⊖ 1·Ext(truth⁻)';
    expect(await small.artifacts(nodeWith(planOne, id))).toEqual(await large.artifacts(nodeWith(planTwo, id)));
    expect(nodeWith(planOne, id).key).toBe(nodeWith(planTwo, id).key);
  });

  it('refuses an adapter that changed since the plan was made, also when it was read before', async () => {
    const bench = await Bench.create();
    const expert = join(bench.folder, 'expert');
    await cp(demo('adapters/expert'), expert, { recursive: true });
    const plan = await bench.plan(specText(STUDY, expert));
    await bench.runNode(plan, 'gram');
    await damage(join(expert, 'adapter_model.safetensors'));
    const changed = { code: 'SOURCE_CHANGED', retryable: false };
    await bench.store.forgetNode(nodeWith(plan, 'gram').key);
    await expect(bench.runNode(plan, 'gram')).rejects.toMatchObject(changed);
    await bench.restart();
    await expect(bench.runNode(plan, 'gram')).rejects.toMatchObject(changed);
  });
});
