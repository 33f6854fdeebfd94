import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf, type Digest } from '../../../core/digest.js';
import { createArtifactStore } from '../../../io/store/artifact-store.js';
import { collect, planCollection } from '../../../io/store/collection.js';
import { nodeName, objectName, shardName } from '../../../io/store/layout.js';
import type { RunRecord } from '../../../io/store/run-record.js';
import { forgetRuns, summariseStore } from '../../../io/store/summary.js';
import type { ArtifactStore } from '../../../io/store/types.js';
import { verifyStore } from '../../../io/store/verify.js';
import { MemoryBlobStore } from '../../support/memory-blob-store.js';
import type { ArtifactRef } from '../../../core/artifact-ref.js';

let blobs: MemoryBlobStore;
let store: ArtifactStore;

beforeEach(async () => {
  blobs = new MemoryBlobStore();
  store = await createArtifactStore(blobs);
});

/** Stores a finished node with one artifact and one left-over shard. */
async function node(name: string): Promise<{ key: Digest; artifact: ArtifactRef }> {
  const key = digestOf(name);
  const artifact = await store.putArtifact(Buffer.from(`result of ${name}`));
  await store.putShard(key, 0, Buffer.from('shard'));
  await store.putNode({ key, kind: 'respond', artifacts: { result: artifact }, summary: {}, createdAt: '' });
  return { key, artifact };
}

async function run(name: string, nodes: readonly Digest[]): Promise<void> {
  const plan = { ...(await store.putArtifact(Buffer.from(`plan of ${name}`))) };
  const record = {
    state: 'running',
    nodes,
    artifacts: [plan],
    plan,
    planDigest: digestOf(name),
  } satisfies RunRecord;
  await store.putRun(name, '1', record);
}

const names = (items: readonly { name: string }[]): string[] => items.map(({ name }) => name).sort();

describe('a collection', () => {
  it('removes exactly what no run refers to, and shards of finished nodes', async () => {
    const used = await node('used');
    const unused = await node('unused');
    const running = digestOf('running');
    await store.putShard(running, 3, Buffer.from('half'));
    await run('a', [used.key, running]);
    const before = new Set(blobs.blobs.keys());

    const removed = await collect(store, await planCollection(store, { olderThanMs: -1 }));

    const expected = [
      shardName(used.key, 0),
      shardName(unused.key, 0),
      nodeName(unused.key),
      objectName(unused.artifact.digest),
    ];
    expect(names(removed)).toEqual([...expected].sort());
    expected.forEach((name) => before.delete(name));
    expect(new Set(blobs.blobs.keys())).toEqual(before);
    expect(await store.getArtifact(used.artifact)).toBeDefined();
    expect(await store.getShard(running, 3)).toBeDefined();
  });

  it('spares what is younger than the grace period', async () => {
    const unused = await node('unused');
    expect((await planCollection(store)).remove).toEqual([]);
    blobs.age(objectName(unused.artifact.digest), 2 * 86_400_000);
    expect(names((await planCollection(store)).remove)).toEqual([objectName(unused.artifact.digest)]);
  });

  it('spares what a run has taken up since it was planned, and what was written anew', async () => {
    const taken = await node('taken up');
    const renewed = await node('renewed');
    const plan = await planCollection(store, { olderThanMs: -1 });
    await run('late', [taken.key]);
    blobs.age(objectName(renewed.artifact.digest), -5000);
    await collect(store, plan);
    expect(await store.getNode(taken.key)).toBeDefined();
    expect(await store.getArtifact(taken.artifact)).toBeDefined();
    expect(blobs.blobs.has(objectName(renewed.artifact.digest))).toBe(true);
  });

  it('removes node records before their artifacts', async () => {
    const unused = await node('unused');
    const order: string[] = [];
    const remove = blobs.remove.bind(blobs);
    blobs.remove = async (name) => {
      order.push(name);
      await remove(name);
    };
    await collect(store, await planCollection(store, { olderThanMs: -1 }));
    expect(order.indexOf(nodeName(unused.key))).toBeLessThan(order.indexOf(objectName(unused.artifact.digest)));
  });

  it.each([
    ['damaged', '{'],
    ['of an unknown kind', undefined],
  ])('refuses to work when a run record is %s', async (_, bytes) => {
    await node('unused');
    await store.putRun('a', '1', { something: 'else' });
    if (bytes !== undefined) {
      await blobs.put('runs/a/1.json', Buffer.from(bytes));
    }
    await expect(planCollection(store, { olderThanMs: -1 })).rejects.toMatchObject({ code: 'ARTIFACT_DAMAGED' });
  });

  it('removes everything of a run that was forgotten, and leaves a store that works', async () => {
    const { key } = await node('once');
    await run('a', [key]);
    expect(await forgetRuns(store, 'b')).toBe(0);
    expect(await forgetRuns(store, 'a')).toBe(1);
    await collect(store, await planCollection(store, { olderThanMs: -1 }));
    expect([...blobs.blobs.keys()]).toEqual(['store.json']);
    expect((await createArtifactStore(blobs)).id).toBe(store.id);
  });
});

describe('verifying', () => {
  it('finds nothing in a sound store', async () => {
    await run('a', [(await node('x')).key]);
    expect(await verifyStore(store)).toMatchObject({ blobs: 6, damaged: [], forgotten: [] });
  });

  it('sets aside what is damaged and forgets nodes whose artifacts are missing', async () => {
    const a = await node('a');
    const b = await node('b');
    const c = await node('c');
    await blobs.put(objectName(a.artifact.digest), Buffer.from('result of A'));
    await blobs.put(nodeName(b.key), Buffer.from('{}'));
    await blobs.put(shardName(c.key, 0), Buffer.from('short'));
    await run('r', []);
    await blobs.put('runs/r/1.json', Buffer.from('torn'));
    const result = await verifyStore(store);
    expect([...result.damaged].sort()).toEqual(
      [objectName(a.artifact.digest), nodeName(b.key), shardName(c.key, 0), 'runs/r/1.json'].sort(),
    );
    expect(result.forgotten).toEqual([a.key]);
    expect(await store.getNode(c.key)).toBeDefined();
    expect((await verifyStore(store)).damaged).toEqual([]);
  });
});

it('a summary counts runs, their stored nodes and blobs by kind', async () => {
  const { key } = await node('x');
  await run('a', [key, digestOf('to do')]);
  await store.putRun('b', '2', 'not a record');
  const { runs, kinds } = await summariseStore(store);
  expect(runs).toMatchObject([
    { name: 'a', state: 'running', nodes: 2, storedNodes: 1 },
    { name: 'b', state: 'unreadable', nodes: 0 },
  ]);
  expect(kinds.find(({ kind }) => kind === 'objects')).toMatchObject({ blobs: 2 });
});
