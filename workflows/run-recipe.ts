/** Runs one plan to its report. */
import { isCancellation, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ProgressAnswer, RunActivities, RunInput, RunOutcome } from '../core/plan/run-types.js';
import { Schedule } from '../core/plan/schedule.js';
import { LIGHT } from './activity-options.js';
import { progressQuery } from './messages.js';
import { recordEnd } from './record-end.js';
import { runToReport, type NodesUnderWay } from './run-nodes.js';
import { showEnd } from './searchable.js';

/**
 * The recipe workflow. A node that fails for good does not stop what does not depend on it; the run then fails with a
 * list of what failed. Bounded history: a few events per node.
 *
 * @throws ApplicationFailure `RUN_FAILED` with one detail per failed node
 */
export async function runRecipe(input: RunInput): Promise<RunOutcome> {
  const run: NodesUnderWay = { schedule: new Schedule([]), failures: [], reopenings: 0 };
  let state: ProgressAnswer['state'] = 'running';
  setHandler(progressQuery, () => ({ state, nodes: run.schedule.states(), failures: run.failures }));
  try {
    const light = proxyActivities<RunActivities>({ ...LIGHT, taskQueue: input.queues.control });
    const { nodes } = await light.openPlan({ name: input.name, plan: input.plan });
    run.schedule = new Schedule(nodes);
    const outcome = await runToReport(input, run, workflowInfo().startTime.toISOString());
    state = 'done';
    showEnd(input.searchAttributes, state, run.schedule);
    return outcome;
  } catch (error) {
    state = isCancellation(error) ? 'cancelled' : 'failed';
    showEnd(input.searchAttributes, state, run.schedule);
    await recordEnd(input, { plan: input.plan, runId: workflowInfo().runId, nodes: run.failures }, error);
    throw error;
  }
}
