/** JSON values as artifacts. */
import type { ArtifactStore } from './types.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** Stores a value as JSON text; equal values with equal order of keys are one artifact. */
export async function jsonArtifact(store: ArtifactStore, value: unknown): Promise<ArtifactRef> {
  return store.putArtifact(new TextEncoder().encode(JSON.stringify(value)));
}

/**
 * A value stored by {@link jsonArtifact}; the caller names its type, which holds since the digest was checked.
 *
 * @throws OminusError `ARTIFACT_DAMAGED`
 */
export async function readJsonArtifact<T>(store: ArtifactStore, ref: ArtifactRef): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await store.getArtifact(ref))) as T; // digest-checked bytes that we wrote
}
