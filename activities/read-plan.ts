/** Reads a stored plan; plans are kept in memory by digest. */
import type { Plan } from '../core/plan/types.js';
import { readJsonArtifact } from '../io/store/json-artifact.js';
import type { ActivityContext } from './context.js';
import { remember } from './remember.js';
import type { ArtifactRef } from '../core/artifact-ref.js';

/**
 * The plan behind a reference.
 *
 * @throws OminusError `ARTIFACT_DAMAGED` when the store no longer has it whole
 */
export async function readPlan(context: ActivityContext, ref: ArtifactRef): Promise<Plan> {
  return remember(context.caches.plans, ref.digest, () => readJsonArtifact<Plan>(context.store, ref));
}
