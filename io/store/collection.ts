/** Garbage collection: deletes what no run refers to, nothing needs, and no process is writing. */
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { digestOfObjectName, FOLDERS, keyOfNodeName, nodeName, objectName, runName, shardOfName } from './layout.js';
import { nodesOfRun, toRunRecord } from './run-record.js';
import type { ArtifactStore, BlobInfo } from './types.js';

/** Why a blob may go. */
export type CollectReason = 'artifact' | 'node' | 'shard' | 'damaged' | 'leftover';

/** A blob that may go. */
export interface Collectable extends BlobInfo {
  readonly reason: CollectReason;
}

/** What a collection would remove, and what it keeps. */
export interface CollectionPlan {
  readonly remove: readonly Collectable[];
  readonly kept: { readonly blobs: number; readonly sizeBytes: number };
}

/**
 * What is being made now may not be referred to yet: a day is longer than any node takes between its first artifact and
 * its record.
 */
export const DEFAULT_GRACE_MS = 86_400_000;

/**
 * What can be removed: artifacts, node records and shards that no run refers to, shards of finished nodes, damaged blobs
 * that were set aside, leftovers of writers that died; all of it only when older than the grace period. A run registers
 * its nodes before the first of them starts, so work in progress is referred to.
 *
 * @param options.olderThanMs - grace period, a day by default
 * @throws OminusError `ARTIFACT_DAMAGED` when a run's record cannot be read: what it refers to is then unknown
 */
export async function planCollection(
  store: ArtifactStore,
  options: { readonly olderThanMs?: number } = {},
): Promise<CollectionPlan> {
  const before = Date.now() - (options.olderThanMs ?? DEFAULT_GRACE_MS);
  // Before the roots are read: whatever appears later is younger than the grace period, or kept by its time.
  const blobs = await collectAll(store.blobs.list(''));
  const leftovers = await collectAll(store.blobs.leftovers());
  const roots = await readRoots(store);
  const stored = new Set(blobs.map(({ name }) => name));
  const remove: Collectable[] = leftovers.map((info) => ({ ...info, reason: 'leftover' }));
  let keptBlobs = 0;
  let keptBytes = 0;
  for (const info of blobs) {
    const reason = reasonToRemove(info.name, roots, stored);
    if (reason !== undefined && info.modifiedMs < before) {
      remove.push({ ...info, reason });
    } else {
      keptBlobs++;
      keptBytes += info.sizeBytes;
    }
  }
  return {
    remove: remove.filter(({ modifiedMs }) => modifiedMs < before),
    kept: { blobs: keptBlobs, sizeBytes: keptBytes },
  };
}

/**
 * Removes what a plan says, node records before their artifacts, so that an interruption leaves no record that promises
 * what is gone. What a run refers to by now, or what was written anew since the plan was made, stays. (A run that takes up
 * a node in the very moment of its removal finds it missing, and computes it again.)
 *
 * @returns what was removed
 */
export async function collect(store: ArtifactStore, plan: CollectionPlan): Promise<readonly Collectable[]> {
  const removed: Collectable[] = [];
  const roots = await readRoots(store);
  for (const item of inOrderOfRemoval(plan.remove)) {
    if (item.reason === 'leftover') {
      await store.blobs.removeLeftover(item.name);
      removed.push(item);
    } else if (!isReferred(item, roots) && (await store.blobs.stat(item.name))?.modifiedMs === item.modifiedMs) {
      await store.blobs.remove(item.name);
      removed.push(item);
    }
  }
  return removed;
}

const ORDER: readonly CollectReason[] = ['node', 'shard', 'artifact', 'damaged', 'leftover'];

function inOrderOfRemoval(items: readonly Collectable[]): readonly Collectable[] {
  return [...items].sort((a, b) => ORDER.indexOf(a.reason) - ORDER.indexOf(b.reason));
}

interface Roots {
  readonly nodes: ReadonlySet<Digest>;
  /** Names of the objects that those nodes and the runs themselves refer to. */
  readonly objects: ReadonlySet<string>;
}

async function readRoots(store: ArtifactStore): Promise<Roots> {
  const nodes = new Set<Digest>();
  const objects = new Set<string>();
  for (const { name, runId } of await store.listRuns()) {
    const value = await store.getRun(name, runId);
    const record = toRunRecord(value);
    if (record === undefined) {
      if (value === undefined) {
        continue; // removed meanwhile
      }
      throw new OminusError('ARTIFACT_DAMAGED', {
        message: `cannot collect: unreadable run record [store=${store.blobs.uri}, blob=${runName(name, runId)}]`,
        hint: 'Use the version of ominus that wrote it, or remove the record if the run is not needed.',
      });
    }
    (await nodesOfRun(store, record)).forEach((key) => nodes.add(key));
    [...record.artifacts, ...(record.nodeLists ?? [])].forEach(({ digest }) => objects.add(objectName(digest)));
    objects.add(objectName(record.plan.digest));
  }
  for (const key of nodes) {
    const node = await store.getNode(key);
    Object.values(node?.artifacts ?? {}).forEach(({ digest }) => objects.add(objectName(digest)));
  }
  return { nodes, objects };
}

function reasonToRemove(name: string, roots: Roots, stored: ReadonlySet<string>): CollectReason | undefined {
  if (name.startsWith(FOLDERS.damaged)) {
    return 'damaged';
  }
  if (digestOfObjectName(name) !== undefined) {
    return roots.objects.has(name) ? undefined : 'artifact';
  }
  const key = keyOfNodeName(name);
  if (key !== undefined) {
    return roots.nodes.has(key) ? undefined : 'node';
  }
  const shard = shardOfName(name);
  if (shard !== undefined) {
    return roots.nodes.has(shard.key) && !stored.has(nodeName(shard.key)) ? undefined : 'shard';
  }
  return undefined; // a run's record, the first digest of a made leaf, the store's own, or something that is not ours
}

/** Whether a run has taken up a node or an artifact since. Shards of finished nodes are of no more use. */
function isReferred({ name, reason }: Collectable, roots: Roots): boolean {
  return (reason === 'node' || reason === 'artifact') && reasonToRemove(name, roots, new Set()) === undefined;
}

async function collectAll(items: AsyncIterable<BlobInfo>): Promise<readonly BlobInfo[]> {
  const all: BlobInfo[] = [];
  for await (const item of items) {
    all.push(item);
  }
  return all;
}
