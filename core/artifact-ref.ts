/** References into the store. */
import type { Digest } from './digest.js';

/** An artifact of the store: bytes under their digest. */
export interface ArtifactRef {
  readonly digest: Digest;
  readonly sizeBytes: number;
}
