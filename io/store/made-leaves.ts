/**
 * Made leaves in the store. A key says how a leaf is made; that the same bytes come out every time is a promise of the operator that makes it, and
 * training on another processor breaks it. So the first digest under a key is kept for good, and results say what they were computed from.
 */
import { isDigest, type Digest } from '../../core/digest.js';
import { readBlob } from './artifact-store.js';
import { madeName } from './layout.js';
import { jsonProperty, openJson, sealJson } from './sealed.js';
import type { ArtifactStore, NodeRecord } from './types.js';

/** The artifact of a make node whose digest tells one making from another. */
export const MADE_TENSORS = 'tensors';

/** The digest of the leaf that a make node's record holds. */
export function madeDigest(record: NodeRecord | undefined): Digest | undefined {
  return record?.artifacts[MADE_TENSORS]?.digest;
}

/**
 * Keeps the digest of a made leaf, unless an earlier making left its own.
 *
 * @returns the digest that was first made under the key; one that cannot be read counts as absent, and is written anew
 */
export async function firstDigest(
  { blobs }: Pick<ArtifactStore, 'blobs'>,
  key: Digest,
  digest: Digest,
): Promise<Digest> {
  const name = madeName(key);
  const bytes = sealJson({ key, digest });
  if ((await blobs.put(name, bytes, { ifAbsent: true })) === 'written') {
    return digest;
  }
  const sealed = await readBlob(blobs, name);
  const first = jsonProperty(sealed === undefined || sealed === 'damaged' ? undefined : openJson(sealed), 'digest');
  if (typeof first === 'string' && isDigest(first)) {
    return first;
  }
  await blobs.put(name, bytes);
  return digest;
}

/**
 * Whether a result was computed from the made leaves that the store has now. A leaf that is not in the store will be made again before
 * anything is computed from it, so it does not count against the result yet.
 */
export async function agreesWithLeaves(
  store: Pick<ArtifactStore, 'getNode'>,
  { made = {} }: Pick<NodeRecord, 'made'>,
): Promise<boolean> {
  for (const [key, digest] of Object.entries(made) as [Digest, Digest][]) {
    const now = madeDigest(await store.getNode(key));
    if (now !== undefined && now !== digest) {
      return false;
    }
  }
  return true;
}

/** The record of a finished node, as {@link ArtifactStore.getNode}, unless it was computed from other made leaves than there are now. */
export async function currentNode(store: Pick<ArtifactStore, 'getNode'>, key: Digest): Promise<NodeRecord | undefined> {
  const record = await store.getNode(key);
  return record !== undefined && (await agreesWithLeaves(store, record)) ? record : undefined;
}
