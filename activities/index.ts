/** The activities: thin; arithmetic lies in core, the outside world in io. */
import { activityInfo, Context } from '@temporalio/activity';
import type { NodeCursor, RunActivities } from '../core/plan/run-types.js';
import { toApplicationFailure } from '../io/temporal/failure.js';
import type { ActivityContext } from './context.js';
import { finishRun } from './finish-run.js';
import { nodeOf } from './node-result.js';
import { openPlan } from './open-plan.js';
import { readPlan } from './read-plan.js';
import { runNode } from './run-node.js';

/** Makes the activities over their dependencies. */
export function createActivities(context: ActivityContext): RunActivities {
  return {
    openPlan: (input) => guarded(() => openPlan(context, input, activityInfo().workflowExecution?.runId ?? '')),
    runNode: (input) =>
      guarded(async () => {
        const plan = await readPlan(context, input.plan);
        const node = nodeOf(plan, input.id);
        const beat = startHeartbeat();
        try {
          return await runNode(node, {
            context,
            plan,
            signal: Context.current().cancellationSignal,
            onProgress: (done, total) => {
              beat.set({ id: input.id, done, total });
            },
          });
        } finally {
          beat.stop();
        }
      }),
    finishRun: (input) => guarded(() => finishRun(context, input, activityInfo().workflowExecution?.runId ?? '')),
  };
}

/** How often a heartbeat goes out even when nothing has moved: it also brings cancellation here. */
const HEARTBEAT_MS = 1000;

/** Sends the latest progress every second. */
function startHeartbeat(): { set(cursor: NodeCursor): void; stop(): void } {
  let latest: NodeCursor | undefined;
  const send = (): void => {
    Context.current().heartbeat(latest);
  };
  const timer = setInterval(send, HEARTBEAT_MS);
  send();
  return {
    set: (cursor) => {
      latest = cursor;
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** The activity boundary: our errors become failures with their code as type. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toApplicationFailure(error);
  }
}
