/** The activities: thin; arithmetic lies in core, the outside world in io. */
import { activityInfo, CancelledFailure, Context } from '@temporalio/activity';
import { errorCode } from '../core/errors.js';
import type { NodeCursor, SweepActivities } from '../core/plan/run-types.js';
import type { NodeId } from '../core/plan/types.js';
import { toApplicationFailure } from '../io/temporal/failure.js';
import type { ActivityContext } from './context.js';
import { finishRun } from './finish-run.js';
import { nodeOf } from './node-result.js';
import { openPlan } from './open-plan.js';
import { readPlan } from './read-plan.js';
import { runNode } from './run-node.js';
import { choosePoints } from './sweep/choose-points.js';
import { openBatch } from './sweep/open-batch.js';
import { runPoints } from './sweep/run-points.js';
import type { SweepRun } from './sweep/sweep-facts.js';

/** Heartbeats of a sweep's activities count points. */
const POINTS = 'points' as NodeId;

/** Makes the activities over their dependencies. */
export function createActivities(context: ActivityContext): SweepActivities {
  const sweepRun = (onCursor: (cursor: NodeCursor) => void): SweepRun => ({
    context,
    signal: Context.current().cancellationSignal,
    onProgress: (done, total) => {
      onCursor({ id: POINTS, done, total });
    },
  });
  return {
    openPlan: (input) => guarded(() => openPlan(context, input, input.runId ?? runIdOfCaller())),
    runNode: (input) =>
      guarded(async (onCursor) => {
        const plan = await readPlan(context, input.plan);
        return runNode(nodeOf(plan, input.id), {
          context,
          plan,
          signal: Context.current().cancellationSignal,
          onProgress: (done, total) => {
            onCursor({ id: input.id, done, total });
          },
        });
      }),
    finishRun: (input) => guarded(() => finishRun(context, input, input.runId ?? runIdOfCaller())),
    openBatch: (input) => guarded((onCursor) => openBatch(sweepRun(onCursor), input)),
    runPoints: (input) => guarded((onCursor) => runPoints(sweepRun(onCursor), input)),
    choosePoints: (input) => guarded((onCursor) => choosePoints(sweepRun(onCursor), input)),
  };
}

function runIdOfCaller(): string {
  return activityInfo().workflowExecution?.runId ?? '';
}

/** How often a heartbeat goes out even when nothing has moved: it also brings cancellation here. */
const HEARTBEAT_MS = 1000;

/** The activity boundary: heartbeats while the work lasts, and errors as Temporal understands them. */
async function guarded<T>(work: (onCursor: (cursor: NodeCursor) => void) => Promise<T>): Promise<T> {
  const activity = Context.current();
  let latest: NodeCursor | undefined;
  const beat = (): void => {
    activity.heartbeat(latest);
  };
  const timer = setInterval(beat, HEARTBEAT_MS);
  try {
    beat();
    return await work((cursor) => {
      latest = cursor;
    });
  } catch (error) {
    throw failureOf(error, activity.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}

/**
 * What stopped because the signal fired fails with the signal's own reason. As a failure of ours it would count as the
 * node's: a worker that is shut down would make a run fail which ought to wait for the next worker.
 */
function failureOf(error: unknown, { reason }: AbortSignal): Error {
  return reason instanceof CancelledFailure && errorCode(error) === 'CANCELLED' ? reason : toApplicationFailure(error);
}
