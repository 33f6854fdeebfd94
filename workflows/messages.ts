/** Queries and updates of the workflows, shared with clients. */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Digest } from '../core/digest.js';
import type { ProgressAnswer, SweepProgressAnswer } from '../core/plan/run-types.js';
import type { ArtifactRef } from '../core/artifact-ref.js';

/** How far a run is. */
export const progressQuery = defineQuery<ProgressAnswer>('progress');

/** How far a sweep is. */
export const sweepProgressQuery = defineQuery<SweepProgressAnswer>('sweepProgress');

/** Most slices of a sweep that may be under way at a time. */
export const MOST_LANES = 256;

/** Asks for another plan: the same sweep with other points. */
export interface ExtendRequest {
  readonly plan: ArtifactRef;
  /** The plan's own digest, for the run's memo. */
  readonly planDigest: Digest;
  /** Digest of the stored plan that the new one was compared with. */
  readonly replaces: Digest;
}

/**
 * Starts no more slices, and chooses nothing; what is under way comes to its end. Every update of a sweep answers how far it
 * is.
 */
export const pauseUpdate = defineUpdate<SweepProgressAnswer>('pause');

/** Goes on after a pause. */
export const resumeUpdate = defineUpdate<SweepProgressAnswer>('resume');

/** How many slices may be under way at a time, 1 to {@link MOST_LANES}. */
export const setConcurrencyUpdate = defineUpdate<SweepProgressAnswer, [number]>('setConcurrency');

/** Goes on with another plan. What was evaluated is found in the store. */
export const extendUpdate = defineUpdate<SweepProgressAnswer, [ExtendRequest]>('extend');

/** Tries again what failed. */
export const retryFailedUpdate = defineUpdate<SweepProgressAnswer>('retryFailed');
