/** A workflow under the name of ours that does something else: what a run of another build looks like. */
import { proxyActivities } from '@temporalio/workflow';
import type { RunActivities, RunInput } from '../../../core/plan/run-types.js';

/** Runs a node without having opened the plan. */
export async function runRecipe({ plan, queues }: RunInput): Promise<unknown> {
  const options = { taskQueue: queues.merge, startToCloseTimeout: '1m' } as const;
  return proxyActivities<RunActivities>(options).runNode({ plan, id: 'a' as never }); // an id, for the compiler's sake
}
