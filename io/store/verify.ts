/** Reads everything that is stored and sets aside what is damaged, so that the next run computes it anew. */
import { createHash } from 'node:crypto';
import type { Json } from '../../core/digest.js';
import { errorCode } from '../../core/errors.js';
import { readBlob } from './artifact-store.js';
import {
  digestOfObjectName,
  FOLDERS,
  keyOfMadeName,
  keyOfNodeName,
  objectName,
  runOfName,
  shardOfName,
} from './layout.js';
import { nodeRecordFromJson } from './node-record.js';
import { openBytes, openJson } from './sealed.js';
import type { ArtifactStore } from './types.js';

/** What was found. */
export interface VerifyResult {
  readonly blobs: number;
  readonly sizeBytes: number;
  /** Names of blobs that were damaged; they are under `damaged/` now. */
  readonly damaged: readonly string[];
  /** Keys of nodes whose artifacts are missing or damaged; their records were removed, so they are computed anew. */
  readonly forgotten: readonly string[];
}

/**
 * Digests every blob of the store.
 *
 * @param onBlob - told after each blob
 */
export async function verifyStore(
  store: ArtifactStore,
  onBlob?: (name: string, sizeBytes: number) => void,
): Promise<VerifyResult> {
  const damaged: string[] = [];
  const forgotten: string[] = [];
  let blobs = 0;
  let sizeBytes = 0;
  for await (const { name, sizeBytes: size } of store.blobs.list('')) {
    if (name.startsWith(FOLDERS.damaged)) {
      continue;
    }
    blobs++;
    sizeBytes += size;
    // Twice: what was damaged on its way only is good the second time.
    if (!(await isSound(store, name)) && !(await isSound(store, name))) {
      await store.blobs.setAside(name);
      damaged.push(name);
    }
    onBlob?.(name, size);
  }
  for await (const { name } of store.blobs.list(FOLDERS.nodes)) {
    const key = keyOfNodeName(name);
    const record = key && (await store.getNode(key));
    for (const { digest, sizeBytes: expected } of Object.values(record?.artifacts ?? {})) {
      if (record !== undefined && (await store.blobs.stat(objectName(digest)))?.sizeBytes !== expected) {
        await store.forgetNode(record.key);
        forgotten.push(record.key);
        break;
      }
    }
  }
  return { blobs, sizeBytes, damaged, forgotten };
}

async function isSound(store: ArtifactStore, name: string): Promise<boolean> {
  const digest = digestOfObjectName(name);
  if (digest !== undefined) {
    const got = await streamedDigest(store, name);
    return got === undefined || got === digest;
  }
  const key = keyOfNodeName(name);
  if (key !== undefined) {
    const value = await sealedJson(store, name);
    return value === undefined || (value !== 'damaged' && nodeRecordFromJson(value.value, key) !== undefined);
  }
  if (shardOfName(name) !== undefined) {
    const bytes = await readBlob(store.blobs, name);
    return bytes === undefined || openBytes(bytes) !== undefined;
  }
  const isSealed = runOfName(name) !== undefined || keyOfMadeName(name) !== undefined;
  return !isSealed || (await sealedJson(store, name)) !== 'damaged';
}

/** Undefined when the blob was removed meanwhile. */
async function sealedJson(
  store: ArtifactStore,
  name: string,
): Promise<{ readonly value: Json } | 'damaged' | undefined> {
  const bytes = await readBlob(store.blobs, name);
  if (bytes === undefined) {
    return undefined;
  }
  const value = openJson(bytes);
  return value === undefined ? 'damaged' : { value };
}

/** Streamed, since objects may be larger than what fits into memory at once. */
async function streamedDigest(store: ArtifactStore, name: string): Promise<string | undefined> {
  try {
    const stream = await store.blobs.stream(name);
    if (stream === undefined) {
      return undefined;
    }
    const hash = createHash('sha256');
    for await (const chunk of stream) {
      hash.update(chunk as Uint8Array); // streams of a store give bytes
    }
    return `sha256:${hash.digest('hex')}`;
  } catch (error) {
    if (errorCode(error) === 'ARTIFACT_DAMAGED') {
      return 'damaged';
    }
    throw error;
  }
}
