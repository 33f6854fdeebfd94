/** Named presets of time limits and retries, one per kind of work. */
import type { ActivityOptions } from '@temporalio/workflow';
import { NON_RETRYABLE_CODES } from '../core/errors.js';

/**
 * A store that is away for a weekend must not end a run, so attempts go on for days, and work waits for workers as long as it takes.
 * The worker counts attempts by how they ended, and ends those that are not worth another one (activities/setbacks.ts).
 */
const retry = {
  maximumAttempts: 20_000,
  initialInterval: '1s',
  backoffCoefficient: 2,
  maximumInterval: '15s',
  nonRetryableErrorTypes: [...NON_RETRYABLE_CODES],
};

/** Light work: reading plans, finding results, putting reports together. */
export const LIGHT: ActivityOptions = {
  startToCloseTimeout: '5m',
  heartbeatTimeout: '20s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry,
};

/** Arithmetic over adapters: seconds to minutes. */
export const MERGE: ActivityOptions = {
  startToCloseTimeout: '2h',
  heartbeatTimeout: '20s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry,
};

/** Inference: may take a day; its shards make every attempt go on where the last one ended. */
export const EVALUATE: ActivityOptions = {
  startToCloseTimeout: '7 days',
  heartbeatTimeout: '10s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry,
};
