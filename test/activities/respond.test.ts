import { describe, expect, it } from 'vitest';
import type { PlanNode } from '../../core/plan/node-kinds.js';
import type { Plan } from '../../core/plan/types.js';
import { Bench, specText, STUDY } from './bench.js';

const ID = 'respond:expert:gsm';

const respondNode = (plan: Plan): PlanNode => {
  const node = plan.nodes.find(({ id }) => id === ID);
  if (node === undefined) {
    throw new Error(`the plan has no ${ID}`);
  }
  return node;
};

/** The answers of an undisturbed run, and the sizes of its batches. */
async function undisturbed(): Promise<{ artifacts: Record<string, string>; sizes: readonly number[] }> {
  const bench = await Bench.create();
  const plan = await bench.plan(specText(STUDY));
  await bench.runNode(plan, ID);
  return { artifacts: await bench.artifacts(respondNode(plan)), sizes: bench.engine.sizes };
}

describe('the respond node', () => {
  it('asks the engine only for what is missing after a crash, and ends with the same bytes', async () => {
    const { artifacts, sizes } = await undisturbed();
    expect(sizes).toEqual([32, 32, 16]);
    for (const diesAfter of [0, 1, 2]) {
      const bench = await Bench.create();
      const plan = await bench.plan(specText(STUDY));
      bench.engine.diesAfter = diesAfter;
      await expect(bench.runNode(plan, ID)).rejects.toMatchObject({ code: 'INFERENCE_CRASHED', retryable: true });
      const { key } = respondNode(plan);
      expect(await bench.store.listShards(key)).toEqual([0, 1].slice(0, diesAfter));
      await bench.restart();
      expect(await bench.runNode(plan, ID)).toEqual({ reused: false });
      expect(bench.engine.sizes).toEqual(sizes);
      expect(await bench.artifacts(respondNode(plan))).toEqual(artifacts);
      // the whole is stored: its parts are of no use any more
      expect(await bench.store.listShards(key)).toEqual([]);
    }
  });

  it('computes a damaged shard again and keeps the others', async () => {
    const { artifacts } = await undisturbed();
    const bench = await Bench.create();
    const plan = await bench.plan(specText(STUDY));
    bench.engine.diesAfter = 2;
    await expect(bench.runNode(plan, ID)).rejects.toMatchObject({ code: 'INFERENCE_CRASHED' });
    const { key } = respondNode(plan);
    await bench.store.putShard(key, 0, new TextEncoder().encode('{"version":1,"responses":[],"wasHalved":false}'));
    await bench.runNode(plan, ID);
    expect(bench.engine.sizes).toEqual([32, 32, 32, 16]);
    expect(await bench.artifacts(respondNode(plan))).toEqual(artifacts);
  });

  it('says after every batch how far it is', async () => {
    const bench = await Bench.create();
    const seen: (readonly [number, number])[] = [];
    await bench.runNode(await bench.plan(specText(STUDY)), ID, {
      onProgress: (done, total) => seen.push([done, total]),
    });
    expect(seen).toEqual([
      [32, 80],
      [64, 80],
      [80, 80],
    ]);
  });

  it('stops within a batch when it is cancelled, keeps the finished batches and stores no result', async () => {
    const { artifacts } = await undisturbed();
    const bench = await Bench.create();
    const plan = await bench.plan(specText(STUDY));
    const controller = new AbortController();
    bench.engine.onBatch = (count) => {
      if (count === 2) {
        controller.abort();
      }
    };
    await expect(bench.runNode(plan, ID, { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(bench.engine.batches).toHaveLength(2);
    expect(await bench.store.getNode(respondNode(plan).key)).toBeUndefined();
    expect(await bench.store.listShards(respondNode(plan).key)).toEqual([0]);
    bench.engine.onBatch = () => undefined;
    await bench.runNode(plan, ID);
    expect(bench.engine.sizes).toEqual([32, 32, 32, 16]);
    expect(await bench.artifacts(respondNode(plan))).toEqual(artifacts);
  });
});
