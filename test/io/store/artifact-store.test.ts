import { Buffer } from 'node:buffer';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { createArtifactStore } from '../../../io/store/artifact-store.js';
import { nodeName, objectName, shardName } from '../../../io/store/layout.js';
import type { ArtifactStore, NodeRecord } from '../../../io/store/types.js';
import { MemoryBlobStore } from '../../support/memory-blob-store.js';

const key = digestOf('a node');
const bytes = Buffer.from('an artifact');
let blobs: MemoryBlobStore;
let store: ArtifactStore;

beforeEach(async () => {
  blobs = new MemoryBlobStore();
  store = await createArtifactStore(blobs);
});

function damage(name: string, change: (bytes: Uint8Array) => Uint8Array): void {
  const blob = blobs.blobs.get(name);
  if (blob === undefined) {
    throw new Error(`no blob ${name}`);
  }
  blob.bytes = change(new Uint8Array(blob.bytes));
}

function flipLastBit(changed: Uint8Array): Uint8Array {
  changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
  return changed;
}

function record(artifacts: NodeRecord['artifacts'], summary: NodeRecord['summary'] = {}): NodeRecord {
  return { key, kind: 'gram', artifacts, summary, createdAt: '2026-01-01T00:00:00.000Z' };
}

describe('artifacts', () => {
  it('are stored once, under their digest', async () => {
    const ref = await store.putArtifact(bytes);
    expect(ref).toEqual({ digest: digestOf(bytes), sizeBytes: 11 });
    const hex = ref.digest.slice(7);
    expect(objectName(ref.digest)).toBe(`objects/sha256/${hex.slice(0, 2)}/${hex}`);
    expect(await store.putArtifact(bytes)).toEqual(ref);
    expect(blobs.writes.filter((name) => name.startsWith('objects/'))).toEqual([objectName(ref.digest)]);
    expect(Buffer.from(await store.getArtifact(ref)).toString()).toBe('an artifact');
  });

  it('that are damaged are set aside, reported, and can be stored again', async () => {
    const ref = await store.putArtifact(bytes);
    damage(objectName(ref.digest), flipLastBit);
    await expect(store.getArtifact(ref)).rejects.toMatchObject({
      code: 'ARTIFACT_DAMAGED',
      retryable: true,
      message: expect.stringContaining(`expected ${ref.digest}, got sha256:`) as string,
    });
    expect(blobs.blobs.has(`damaged/${objectName(ref.digest)}`)).toBe(true);
    await expect(store.getArtifact(ref)).rejects.toMatchObject({
      message: expect.stringContaining('missing') as string,
    });
    await store.putArtifact(bytes);
    expect(await store.getArtifact(ref)).toHaveLength(11);
  });

  it('that were damaged on their way only are good the second time', async () => {
    const ref = await store.putArtifact(bytes);
    const get = blobs.get.bind(blobs);
    let calls = 0;
    blobs.get = async (name) => {
      const got = await get(name);
      return ++calls === 1 && got !== undefined ? flipLastBit(got) : got;
    };
    expect(Buffer.from(await store.getArtifact(ref)).toString()).toBe('an artifact');
    expect([...blobs.blobs.keys()].filter((name) => name.startsWith('damaged/'))).toEqual([]);
  });

  it('that were cut off are replaced by the next writer', async () => {
    const ref = await store.putArtifact(bytes);
    damage(objectName(ref.digest), (whole) => whole.slice(0, 3));
    await store.putArtifact(bytes);
    expect(await store.getArtifact(ref)).toHaveLength(11);
  });

  it('that have lain there for long get a new time, so that no collection takes them meanwhile', async () => {
    const ref = await store.putArtifact(bytes);
    blobs.age(objectName(ref.digest), 30 * 86_400_000);
    await store.putArtifact(bytes);
    expect(blobs.blobs.get(objectName(ref.digest))?.modifiedMs).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('node records', () => {
  it('come back as they were put, and the first writer wins', async () => {
    const ref = await store.putArtifact(bytes);
    const first = record({ result: ref }, { rows: 3, names: ['a⁻', null, true] });
    expect(await store.getNode(key)).toBeUndefined();
    expect(await store.putNode(first)).toEqual(first);
    expect(await store.putNode(record({}, { rows: 4 }))).toEqual(first);
    expect(await store.getNode(key)).toEqual(first);
  });

  it('are refused before their artifacts are in the store', async () => {
    const missing = { digest: digestOf('never stored'), sizeBytes: 12 };
    await expect(store.putNode(record({ result: missing }))).rejects.toMatchObject({ code: 'ARTIFACT_DAMAGED' });
    expect(await store.getNode(key)).toBeUndefined();
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['cut off', (whole) => whole.slice(0, 20)],
    ['empty', () => new Uint8Array()],
    ['not JSON', () => Buffer.from('�')],
    ['of a changed digit', (whole) => Buffer.from(Buffer.from(whole).toString().replace('2026', '2027'))],
    ['of another node', (whole) => Buffer.from(Buffer.from(whole).toString().replaceAll(key, digestOf('other')))],
    ['an array', () => Buffer.from('[]')],
  ])('that are %s count as absent and are set aside', async (_, change) => {
    await store.putNode(record({}));
    damage(nodeName(key), change);
    expect(await store.getNode(key)).toBeUndefined();
    expect(blobs.blobs.has(`damaged/${nodeName(key)}`)).toBe(true);
    expect(await store.putNode(record({}))).toEqual(record({}));
  });

  it('that are damaged are replaced when the same node is written', async () => {
    await store.putNode(record({}));
    damage(nodeName(key), () => new Uint8Array());
    expect(await store.putNode(record({}, { rows: 1 }))).toEqual(record({}, { rows: 1 }));
  });

  it('with a valid digest over something that is no record count as absent', async () => {
    const other = digestOf('another node');
    await store.putNode(record({}));
    await blobs.put(nodeName(other), (await blobs.get(nodeName(key))) ?? new Uint8Array());
    expect(await store.getNode(other)).toBeUndefined();
  });

  it('can be forgotten', async () => {
    await store.putNode(record({}));
    await store.forgetNode(key);
    expect(await store.getNode(key)).toBeUndefined();
  });

  it('with a summary over 64 KiB are refused', async () => {
    await expect(store.putNode(record({}, { text: 'x'.repeat(70_000) }))).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('shards', () => {
  it('come back by number, ascending, and go together', async () => {
    for (const shard of [10, 0, 2]) {
      await store.putShard(key, shard, Buffer.from(`shard ${String(shard)}`));
    }
    await store.putShard(digestOf('other'), 5, bytes);
    expect(await store.listShards(key)).toEqual([0, 2, 10]);
    expect(Buffer.from((await store.getShard(key, 2)) ?? []).toString()).toBe('shard 2');
    expect(await store.getShard(key, 3)).toBeUndefined();
    await store.removeShards(key);
    expect(await store.listShards(key)).toEqual([]);
    expect(await store.listShards(digestOf('other'))).toEqual([5]);
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['a bit', flipLastBit],
    ['the end', (whole) => whole.slice(0, -1)],
    ['nearly everything', (whole) => whole.slice(0, 5)],
  ])('that lost %s are set aside and count as absent', async (_, change) => {
    await store.putShard(key, 1, bytes);
    damage(shardName(key, 1), change);
    expect(await store.getShard(key, 1)).toBeUndefined();
    expect(await store.listShards(key)).toEqual([]);
  });
});

describe('runs', () => {
  it.each(['truth-then-tox', 'wahrheit⁻ danach', '..', '.hidden', 'a/b', 'a~2fb', 'Ünïcode', 'x'.repeat(200)])(
    'of a spec named %j come back under that name',
    async (name) => {
      await store.putRun(name, 'run/1', { nodes: [key] });
      expect(await store.getRun(name, 'run/1')).toEqual({ nodes: [key] });
      expect(await store.listRuns()).toMatchObject([{ name, runId: 'run/1' }]);
    },
  );

  it('are replaced by a later record of the same run', async () => {
    await store.putRun('a', '1', { status: 'running' });
    await store.putRun('a', '1', { status: 'done' });
    await store.putRun('b', '2', {});
    expect(await store.getRun('a', '1')).toEqual({ status: 'done' });
    expect((await store.listRuns()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await store.getRun('a', '2')).toBeUndefined();
  });

  it('with a damaged record are an error and stay where they are, since they protect their nodes', async () => {
    await store.putRun('a', '1', {});
    damage('runs/a/1.json', (whole) => whole.slice(1));
    await expect(store.getRun('a', '1')).rejects.toMatchObject({ code: 'ARTIFACT_DAMAGED' });
    expect(await store.listRuns()).toHaveLength(1);
  });

  it.each(['', 'x'.repeat(300)])('with an impossible name are refused', async (name) => {
    await expect(store.putRun(name, '1', {})).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('the identity of a store', () => {
  it('is the same for everybody who opens the same place, also at the same time', async () => {
    const fresh = new MemoryBlobStore();
    const stores = await Promise.all(Array.from({ length: 8 }, () => createArtifactStore(fresh)));
    expect(new Set(stores.map(({ id }) => id)).size).toBe(1);
    expect((await createArtifactStore(blobs)).id).toBe(store.id);
    expect(stores[0]?.id).not.toBe(store.id);
    expect(store.id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is given anew when its record is damaged', async () => {
    damage('store.json', () => Buffer.from('{'));
    expect((await createArtifactStore(blobs)).id).not.toBe(store.id);
  });
});
