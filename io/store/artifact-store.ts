/** Artifacts, node records, shards and run records over any {@link BlobStore}. */
import { randomUUID } from 'node:crypto';
import { digestOf, type Digest, type Json } from '../../core/digest.js';
import { errorCode, OminusError } from '../../core/errors.js';
import {
  FOLDERS,
  nodeName,
  objectName,
  runName,
  runOfName,
  shardFolder,
  shardName,
  shardOfName,
  STORE_RECORD,
} from './layout.js';
import { nodeRecordFromJson, nodeRecordToJson } from './node-record.js';
import { jsonProperty, openBytes, openJson, sealBytes, sealJson } from './sealed.js';
import type { ArtifactStore, BlobStore, NodeRecord } from './types.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** The layout that this code reads and writes (layout.ts). */
const LAYOUT_VERSION = 1;

/**
 * An object that has lain there for longer is written again instead of being relied upon, which renews its time: a
 * garbage collection may have found it unused. Far below any sensible grace period of a collection.
 */
const RENEW_AFTER_MS = 3_600_000;

/** How often a record that turns out to be damaged, or is removed in the same moment, is written again. */
const WRITE_ATTEMPTS = 5;

/** How a store is opened. */
export interface OpenOptions {
  /** False leaves a place where no store is yet as it is; for those who only look. */
  readonly create?: boolean;
}

/**
 * Opens the artifact store in a blob store; the first to do so gives it its identity.
 *
 * @throws OminusError `USAGE` when the store was laid out by a newer version; whatever the blob store throws
 */
export async function createArtifactStore(
  blobs: BlobStore,
  { create = true }: OpenOptions = {},
): Promise<ArtifactStore> {
  const identity = await storeIdentity(blobs, create);
  // The place counts too: a copied folder carries the identity along, and its worker must not take the original's tasks.
  return new BlobArtifactStore(blobs, digestOf(`${identity} ${blobs.uri}`).slice(7, 23));
}

async function storeIdentity(blobs: BlobStore, create: boolean): Promise<string> {
  for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt++) {
    const bytes = await readBlob(blobs, STORE_RECORD);
    if (bytes === undefined && !create) {
      return '';
    }
    if (bytes === undefined) {
      await blobs.put(STORE_RECORD, sealJson({ layout: LAYOUT_VERSION, id: randomUUID() }), { ifAbsent: true });
      continue;
    }
    const record = openJson(bytes);
    const id = jsonProperty(record, 'id');
    const layout = jsonProperty(record, 'layout');
    if (typeof id === 'string' && typeof layout === 'number') {
      if (layout !== LAYOUT_VERSION) {
        throw new OminusError('USAGE', {
          message: `the store has a layout that this version cannot read [store=${blobs.uri}]: expected ${String(LAYOUT_VERSION)}, got ${String(layout)}`,
          hint: 'Use the version of ominus that made this store, or name another store in OMINUS_STORE.',
        });
      }
      return id;
    }
    await blobs.setAside(STORE_RECORD);
  }
  throw new OminusError('ARTIFACT_DAMAGED', { message: `cannot read the store's record [store=${blobs.uri}]` });
}

class BlobArtifactStore implements ArtifactStore {
  readonly blobs: BlobStore;
  readonly id: string;

  constructor(blobs: BlobStore, id: string) {
    this.blobs = blobs;
    this.id = id;
  }

  async putArtifact(bytes: Uint8Array): Promise<ArtifactRef> {
    const digest = digestOf(bytes);
    const ref = { digest, sizeBytes: bytes.byteLength };
    const name = objectName(digest);
    if ((await this.blobs.put(name, bytes, { ifAbsent: true })) === 'exists') {
      const there = await this.blobs.stat(name);
      if (there?.sizeBytes !== ref.sizeBytes || there.modifiedMs < Date.now() - RENEW_AFTER_MS) {
        await this.blobs.put(name, bytes);
      }
    }
    return ref;
  }

  async getArtifact(ref: ArtifactRef): Promise<Uint8Array> {
    const name = objectName(ref.digest);
    let got: string | undefined;
    // Twice: bytes that were damaged on their way are good the second time, and a good object must not be set aside.
    for (let attempt = 0; attempt < 2; attempt++) {
      const bytes = await readBlob(this.blobs, name);
      if (bytes instanceof Uint8Array && digestOf(bytes) === ref.digest) {
        return bytes;
      }
      got = bytes instanceof Uint8Array ? digestOf(bytes) : bytes;
    }
    if (got !== undefined) {
      await this.blobs.setAside(name);
    }
    throw new OminusError('ARTIFACT_DAMAGED', {
      message: `an artifact is ${got === undefined ? 'missing' : 'damaged'} [store=${this.blobs.uri}]: expected ${ref.digest}, got ${got ?? 'nothing'}`,
      hint: 'Run the same command again: it will be recomputed.',
      details: { digest: ref.digest },
    });
  }

  async getNode(key: Digest): Promise<NodeRecord | undefined> {
    const name = nodeName(key);
    const bytes = await readBlob(this.blobs, name);
    if (bytes === undefined) {
      return undefined;
    }
    const value = openJson(bytes);
    const record = value === undefined ? undefined : nodeRecordFromJson(value, key);
    if (record === undefined) {
      await this.blobs.setAside(name);
    }
    return record;
  }

  async putNode(record: NodeRecord): Promise<NodeRecord> {
    const bytes = sealJson(nodeRecordToJson(record));
    await this.#checkArtifacts(record);
    for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt++) {
      if ((await this.blobs.put(nodeName(record.key), bytes, { ifAbsent: true })) === 'written') {
        return record;
      }
      const first = await this.getNode(record.key);
      if (first !== undefined) {
        return first;
      }
    }
    throw new OminusError('ARTIFACT_DAMAGED', {
      message: `a node's record cannot be stored [store=${this.blobs.uri}, key=${record.key}]`,
      hint: 'Check the disk that holds the store.',
    });
  }

  /** A record promises its artifacts to every later run, so they must be there before it. */
  async #checkArtifacts(record: NodeRecord): Promise<void> {
    for (const [role, { digest, sizeBytes }] of Object.entries(record.artifacts)) {
      const found = await this.blobs.stat(objectName(digest));
      if (found?.sizeBytes !== sizeBytes) {
        throw new OminusError('ARTIFACT_DAMAGED', {
          message: `a node's artifact is not in the store [kind=${record.kind}, role=${role}, digest=${digest}]: expected ${String(sizeBytes)} bytes, got ${found === undefined ? 'nothing' : String(found.sizeBytes)}`,
          hint: 'Run the same command again: it will be recomputed.',
        });
      }
    }
  }

  async forgetNode(key: Digest): Promise<void> {
    await this.blobs.remove(nodeName(key));
  }

  async putShard(key: Digest, shard: number, bytes: Uint8Array): Promise<void> {
    await this.blobs.put(shardName(key, shard), sealBytes(bytes));
  }

  async getShard(key: Digest, shard: number): Promise<Uint8Array | undefined> {
    const name = shardName(key, shard);
    const sealed = await readBlob(this.blobs, name);
    const bytes = sealed && openBytes(sealed);
    if (sealed !== undefined && bytes === undefined) {
      await this.blobs.setAside(name);
    }
    return bytes;
  }

  async listShards(key: Digest): Promise<readonly number[]> {
    const shards: number[] = [];
    for await (const { name } of this.blobs.list(shardFolder(key))) {
      const found = shardOfName(name);
      if (found !== undefined) {
        shards.push(found.shard);
      }
    }
    return shards.sort((a, b) => a - b);
  }

  async removeShards(key: Digest): Promise<void> {
    for (const shard of await this.listShards(key)) {
      await this.blobs.remove(shardName(key, shard));
    }
  }

  async putRun(
    name: string,
    runId: string,
    record: Json,
    options: { readonly ifAbsent?: boolean } = {},
  ): Promise<void> {
    await this.blobs.put(runName(name, runId), sealJson(record), options);
  }

  /** Not set aside when damaged: a run's record protects its nodes from collection, even if it cannot be read. */
  async getRun(name: string, runId: string): Promise<Json | undefined> {
    const bytes = await readBlob(this.blobs, runName(name, runId));
    const record = bytes && openJson(bytes);
    if (bytes !== undefined && record === undefined) {
      throw new OminusError('ARTIFACT_DAMAGED', {
        message: `a run's record is damaged [store=${this.blobs.uri}, blob=${runName(name, runId)}]`,
        hint: 'Run `ominus store verify` to set it aside, then run the spec again.',
      });
    }
    return record;
  }

  async listRuns(): Promise<readonly { readonly name: string; readonly runId: string; readonly modifiedMs: number }[]> {
    const runs = [];
    for await (const blob of this.blobs.list(FOLDERS.runs)) {
      const run = runOfName(blob.name);
      if (run !== undefined) {
        runs.push({ ...run, modifiedMs: blob.modifiedMs });
      }
    }
    return runs;
  }
}

/** A blob's bytes, undefined when there is none, `damaged` when the store itself says so. */
export async function readBlob(blobs: BlobStore, name: string): Promise<Uint8Array | 'damaged' | undefined> {
  try {
    return await blobs.get(name);
  } catch (error) {
    if (errorCode(error) === 'ARTIFACT_DAMAGED') {
      return 'damaged';
    }
    throw error;
  }
}
