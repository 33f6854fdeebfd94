/** Key of the points of one batch of a sweep. */
import type { Digest } from '../digest.js';
import { keyOf } from './key.js';

/** Raise it when the same search gives other points. */
const RESULT_VERSION = 1;

/** The key of the points of one batch, of a search that goes by what earlier batches gave. */
export function batchKey(input: { readonly search: Digest; readonly batch: number }): Digest {
  return keyOf({
    kind: 'batch',
    resultVersion: RESULT_VERSION,
    search: input.search,
    batch: input.batch,
  });
}
