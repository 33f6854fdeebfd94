/** Names of the task queues. */
import type { TaskQueues } from '../../core/plan/run-types.js';
import type { Device } from '../model/types.js';

/**
 * Task queues by need. The names carry the store's and the build's id, so that one command's worker never takes
 * another's tasks with another store or other code; merges and evaluations carry the device, because it is part of keys.
 */
export function taskQueues(storeId: string, build: string, device: Device): TaskQueues {
  const base = `ominus-${storeId}-${build}`;
  return { control: `${base}-control`, merge: `${base}-merge-${device}`, evaluate: `${base}-evaluate-${device}` };
}
