/** The activities, kept thin: core has the arithmetic, io the outside world. */
import { activityInfo, CancelledFailure, Context } from '@temporalio/activity';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, errorMessage } from '../core/errors.js';
import type { NodeCursor, SweepActivities } from '../core/plan/run-types.js';
import type { NodeId } from '../core/plan/node.js';
import { nodeTitle } from '../core/plan/node-title.js';
import { toApplicationFailure } from '../io/temporal/failure.js';
import type { ActivityContext } from './context.js';
import { endRun } from './end-run.js';
import { finishRun } from './finish-run.js';
import { nodeOf } from './node-result.js';
import { openPlan } from './open-plan.js';
import { readPlan } from './read-plan.js';
import { runNode } from './run-node.js';
import { isTriedOften, refuseSilentEnds, setbacksFrom, setbacksJson, type Setbacks } from './setbacks.js';
import { choosePoints } from './sweep/choose-points.js';
import { openBatch } from './sweep/open-batch.js';
import { runPoints } from './sweep/run-points.js';
import type { SweepRun } from './sweep/sweep-facts.js';

/** Heartbeats of a sweep's activities count points. */
const POINTS = 'points' as NodeId;

/** Makes the activities over their dependencies. */
export function createActivities(context: ActivityContext): SweepActivities {
  const sweepRun = ({ onCursor, setbacks }: Work): SweepRun => ({
    context,
    signal: Context.current().cancellationSignal,
    onProgress: (done, total) => {
      onCursor({ id: POINTS, done, total });
    },
    crashes: setbacks.crashes,
  });
  return {
    openPlan: (input) => guarded(context, () => openPlan(context, input, input.runId ?? runIdOfCaller())),
    runNode: (input) =>
      guarded(context, async ({ onCursor, isAtWorkOn }) => {
        const plan = await readPlan(context, input.plan);
        const node = nodeOf(plan, input.id);
        isAtWorkOn(nodeTitle(node));
        return runNode(node, {
          context,
          plan,
          signal: Context.current().cancellationSignal,
          onProgress: (done, total) => {
            onCursor({ id: input.id, done, total });
          },
        });
      }),
    finishRun: (input) => guarded(context, () => finishRun(context, input, input.runId ?? runIdOfCaller())),
    endRun: (input) => guarded(context, () => endRun(context, input)),
    openBatch: (input) => guarded(context, (work) => openBatch(sweepRun(work), input)),
    runPoints: (input) => guarded(context, (work) => runPoints(sweepRun(work), input)),
    choosePoints: (input) => guarded(context, (work) => choosePoints(sweepRun(work), input)),
  };
}

function runIdOfCaller(): string {
  return activityInfo().workflowExecution?.runId ?? '';
}

/** How often a heartbeat goes out even when nothing has moved: it also brings cancellation here. */
const HEARTBEAT_MS = 1000;

/** What the work of an activity is given. */
interface Work {
  readonly onCursor: (cursor: NodeCursor) => void;
  /** Takes words for what an error then names. */
  readonly isAtWorkOn: (title: string) => void;
  readonly setbacks: Setbacks;
}

/** The activity boundary: heartbeats while the work lasts, and errors as Temporal understands them. */
async function guarded<T>({ warn }: ActivityContext, work: (work: Work) => Promise<T>): Promise<T> {
  const activity = Context.current();
  const setbacks = setbacksFrom(activity.info.heartbeatDetails);
  let latest: NodeCursor | undefined;
  let title: string | undefined;
  const beat = (): void => {
    const counted = setbacksJson(setbacks);
    activity.heartbeat(counted === undefined ? latest : { ...latest, setbacks: counted });
  };
  const timer = setInterval(beat, HEARTBEAT_MS);
  try {
    beat();
    refuseSilentEnds(setbacks, activity.info.attempt);
    const onCursor = (cursor: NodeCursor): void => {
      latest = cursor;
    };
    const isAtWorkOn = (words: string): void => {
      title = words;
    };
    return await work({ onCursor, isAtWorkOn, setbacks });
  } catch (error) {
    const isLast = isTriedOften(setbacks, error);
    beat(); // the last word is what the next attempt is given
    if (errorCode(error) === 'SOURCE_MISSING') {
      warn?.(errorMessage(error));
      await restUnlessCancelled(activity.cancellationSignal);
    }
    const where = { host: hostname(), ...(title === undefined ? {} : { title }) };
    throw failureOf(error, activity.cancellationSignal, { isLast, where });
  } finally {
    clearInterval(timer);
  }
}

/**
 * How long a worker that lacks a source keeps its place occupied: it is idle, so it would take up everything that others
 * are too busy to ask for.
 */
const REST_MS = 5_000;

async function restUnlessCancelled(signal: AbortSignal): Promise<void> {
  await delay(REST_MS, undefined, { signal }).catch(() => undefined);
}

/**
 * What stopped because the signal fired fails with the signal's own reason. As a failure of ours it would count as the
 * node's: a worker that is shut down would make a run fail which ought to wait for the next worker.
 */
function failureOf(
  error: unknown,
  { reason }: AbortSignal,
  options: Parameters<typeof toApplicationFailure>[1],
): Error {
  return reason instanceof CancelledFailure && errorCode(error) === 'CANCELLED'
    ? reason
    : toApplicationFailure(error, options);
}
