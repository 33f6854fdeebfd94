/** Runs the nodes of one plan: ready nodes with bounded concurrency, each by an activity that first asks the store. */
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  NodeFailure,
  NodeOutcome,
  ProgressAnswer,
  RunActivities,
  RunInput,
  RunOutcome,
  TaskQueues,
} from '../core/plan/run-types.js';
import { Schedule, type OutlineNode } from '../core/plan/schedule.js';
import type { NodeId } from '../core/plan/types.js';
import { EVALUATE, LIGHT, MERGE } from './activity-options.js';
import { progressQuery } from './messages.js';

/** How often artifacts of one run may turn out to be lost before the run gives up. */
const MOST_REOPENINGS = 20;

/**
 * The recipe workflow. A node that fails for good does not stop what does not depend on it; the run then fails with a
 * list of what failed. Bounded history: a few events per node.
 *
 * @throws ApplicationFailure `RUN_FAILED` with one detail per failed node
 */
export async function runRecipe(input: RunInput): Promise<RunOutcome> {
  let state: ProgressAnswer['state'] = 'running';
  let schedule = new Schedule([]);
  const failures: NodeFailure[] = [];
  setHandler(progressQuery, () => ({ state, nodes: schedule.states(), failures }));
  try {
    const light = proxyActivities<RunActivities>({ ...LIGHT, taskQueue: input.queues.control });
    const outline = await light.openPlan({ name: input.name, plan: input.plan });
    schedule = new Schedule(outline.nodes);
    await runNodes(input, schedule, failures);
    if (failures.length > 0) {
      throw runFailed(failures, schedule);
    }
    const reused = schedule.states().flatMap(([id, how]) => (how === 'reused' ? [id] : []));
    const startedAt = workflowInfo().startTime.toISOString();
    const { report } = await light.finishRun({ name: input.name, plan: input.plan, reused, startedAt });
    state = 'done';
    return { report, total: outline.nodes.length, reused: reused.length };
  } catch (error) {
    state = isCancellation(error) ? 'cancelled' : 'failed';
    throw error;
  }
}

/** Starts ready nodes until nothing runs and nothing can run. */
async function runNodes(input: RunInput, schedule: Schedule, failures: NodeFailure[]): Promise<void> {
  const runNode = nodeRunners(input.queues);
  const running = new Map<NodeId, Promise<void>>();
  let reopenings = 0;
  const settle = async (node: OutlineNode): Promise<void> => {
    try {
      const outcome = await runNode(node.kind)({ plan: input.plan, id: node.id });
      schedule.finish(node.id, outcome.reused ? 'reused' : 'done');
    } catch (error) {
      if (isCancellation(error)) {
        throw error;
      }
      const failure = asNodeFailure(node.id, error);
      if (failure.code === 'INPUT_LOST' && reopenings < MOST_REOPENINGS) {
        reopenings++;
        schedule.reopen(lostInputs(error), node.id);
      } else {
        schedule.fail(node.id);
        failures.push(failure);
      }
    } finally {
      running.delete(node.id);
    }
  };
  await CancellationScope.cancellable(async () => {
    for (;;) {
      for (const node of schedule.ready().slice(0, input.concurrency - running.size)) {
        schedule.start(node.id);
        running.set(node.id, settle(node));
      }
      if (running.size === 0) {
        return;
      }
      await Promise.race(running.values());
    }
  });
}

/** One activity proxy per kind of work, so that every node goes to the queue that can serve it. */
function nodeRunners(
  queues: TaskQueues,
): (kind: string) => (input: Parameters<RunActivities['runNode']>[0]) => Promise<NodeOutcome> {
  const light = proxyActivities<RunActivities>({ ...LIGHT, taskQueue: queues.control });
  const merge = proxyActivities<RunActivities>({ ...MERGE, taskQueue: queues.merge });
  const evaluate = proxyActivities<RunActivities>({ ...EVALUATE, taskQueue: queues.evaluate });
  const byKind: Readonly<Record<string, Pick<RunActivities, 'runNode'>>> = {
    gram: merge,
    combine: merge,
    write: merge,
    respond: evaluate,
    evaluate,
  };
  return (kind) => (byKind[kind] ?? light).runNode;
}

/** The innermost application failure of an activity, as data. */
function asNodeFailure(id: NodeId, error: unknown): NodeFailure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const isKnown = cause instanceof ApplicationFailure;
  const details = isKnown ? (cause.details?.[0] as { hint?: unknown } | undefined) : undefined; // made by toApplicationFailure
  return {
    id,
    code: isKnown ? (cause.type ?? 'INTERNAL') : 'INTERNAL',
    message: cause instanceof Error ? cause.message : String(cause),
    hint: typeof details?.hint === 'string' ? details.hint : '',
  };
}

/** Ids of the nodes whose artifacts were lost: second detail of `INPUT_LOST`. */
function lostInputs(error: unknown): NodeId[] {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const details =
    cause instanceof ApplicationFailure ? (cause.details?.[0] as { nodes?: unknown } | undefined) : undefined;
  return typeof details?.nodes === 'string' ? (details.nodes.split('\n') as NodeId[]) : [];
}

function runFailed(failures: readonly NodeFailure[], schedule: Schedule): ApplicationFailure {
  const skipped = schedule.states().filter(([, how]) => how === 'skipped').length;
  const first = failures[0];
  return ApplicationFailure.create({
    type: 'RUN_FAILED',
    nonRetryable: true,
    message: `${String(failures.length)} of ${String(schedule.states().length)} nodes failed${skipped > 0 ? `, ${String(skipped)} could not start` : ''}; first: ${first?.id ?? ''}: ${first?.message ?? ''}`,
    details: [{ hint: first?.hint ?? '', failures: failures.slice(0, 50) }],
  });
}
