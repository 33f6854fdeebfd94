/** Follows one run until it ends: asks the workflow for its nodes and the server for heartbeats, and says what is new. */
import {
  isGrpcServiceError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { errorMessage, OminusError } from '../../core/errors.js';
import { nodeTitle } from '../../core/plan/node-title.js';
import type { NodeCursor, ProgressAnswer, RunOutcome, SweepProgressAnswer } from '../../core/plan/run-types.js';
import type { Plan } from '../../core/plan/types.js';
import type { NodeProgress, RunProgress, Trouble } from '../../report/progress.js';
import { fromFailure } from '../../io/temporal/failure.js';
import { PATIENCE_MINUTES } from '../../io/temporal/wait-for-answer.js';
import { progressQuery, sweepProgressQuery } from '../../workflows/messages.js';
import { assertGoesOn } from './failing-task.js';
import { MissingWorker } from './missing-worker.js';
import { RateMeter } from './rate-meter.js';
import { sleep } from './sleep.js';
import { describeLatest, runHandle } from '../runs/run-chain.js';
import { runStateOf } from '../runs/run-state.js';

/** How often the run is looked at. */
const POLL_MS = 400;
/** A query waits for a worker; without one the server's own facts must do. */
const QUERY_DEADLINE_MS = 2_000;
/** How long the server may take to describe a run: at first, and at most after tries that were too short. */
const SERVER_DEADLINE_MS = 5_000;
const LONGEST_DEADLINE_MS = 60_000;
/** How long a server may not answer before following gives up: one that may have ended, and one whose process lives. */
const PATIENCE_MS = 60_000;
const LIVE_PATIENCE_MS = PATIENCE_MINUTES * 60_000;

/** How long a run may wait for a worker before that is said. */
const WORKER_MS = 10_000;

/** What {@link followRun} needs. */
export interface FollowInput {
  readonly client: Client;
  readonly workflowId: string;
  /** Of the run's first execution: a sweep has many. */
  readonly runId: string;
  readonly plan: Plan;
  readonly onProgress: (progress: RunProgress) => void;
  /** Called when the server does not answer; may start it again. Answers whether its process lives. */
  readonly revive?: () => Promise<boolean>;
  /** Workers are started elsewhere: says so when none picks up the run. */
  readonly missesWorkers?: boolean;
  readonly signal?: AbortSignal;
}

/** What the workflow last answered. */
interface Answers {
  readonly nodes?: ProgressAnswer;
  readonly sweep?: SweepProgressAnswer;
}

/** How following ended. */
export type FollowEnd =
  | { readonly how: 'finished'; readonly outcome: RunOutcome }
  | { readonly how: 'failed'; readonly error: OminusError }
  | { readonly how: 'cancelled' }
  /** `signal` was raised; the run goes on. */
  | { readonly how: 'left' };

/**
 * Follows a run until it ends or `signal` is raised.
 *
 * @throws OminusError `SERVER_UNREACHABLE` when the server does not answer for a minute, or for ten while its process lives, `INTERNAL` when the run cannot go on
 */
export async function followRun(input: FollowInput): Promise<FollowEnd> {
  const handle = runHandle(input.client, input.workflowId, input.runId);
  const rates = new RateMeter();
  let answer: Answers = {};
  let lastAnswerMs = Date.now();
  let deadlineMs = SERVER_DEADLINE_MS;
  const missing = new MissingWorker(WORKER_MS);
  while (input.signal?.aborted !== true) {
    try {
      // with a deadline: the client's own retries would hide for half a minute that the server is gone
      const run = await input.client.withDeadline(Date.now() + deadlineMs, () =>
        describeLatest(input.client, input.workflowId, input.runId),
      );
      lastAnswerMs = Date.now();
      deadlineMs = SERVER_DEADLINE_MS;
      if (run.status.name !== 'RUNNING') {
        answer = await queryProgress(input, handle).catch(() => answer);
        input.onProgress(toProgress(input, runStateOf(run), answer, [], rates));
        return await ending(run, () => handle.result());
      }
      await input.client.withDeadline(Date.now() + SERVER_DEADLINE_MS, () => assertGoesOn(input.client, run));
      answer = await queryProgress(input, handle).catch(() => answer);
      const troubles = [
        ...troublesOf(run),
        ...(input.missesWorkers === true && missing.isMissing(run, Date.now()) ? [noWorker(run.workflowId)] : []),
      ];
      input.onProgress({
        ...toProgress(input, 'running', answer, cursors(run), rates),
        ...(troubles.length === 0 ? {} : { troubles }),
      });
    } catch (error) {
      if (!isGrpcServiceError(error) && !isConnectionTrouble(error)) {
        throw error;
      }
      const isAlive = (await input.revive?.()) ?? false;
      deadlineMs = Math.min(2 * deadlineMs, LONGEST_DEADLINE_MS);
      if (Date.now() - lastAnswerMs > (isAlive ? LIVE_PATIENCE_MS : PATIENCE_MS)) {
        throw new OminusError('SERVER_UNREACHABLE', {
          message: `the Temporal server no longer answers: ${errorMessage(error)}`,
          hint: 'Run the same command again once it is back; finished results are kept.',
          cause: error,
        });
      }
    }
    await sleep(POLL_MS, input.signal);
  }
  return { how: 'left' };
}

async function queryProgress(input: FollowInput, handle: WorkflowHandle): Promise<Answers> {
  return input.client.withDeadline(Date.now() + QUERY_DEADLINE_MS, async () => ({
    nodes: await handle.query(progressQuery),
    ...(input.plan.specKind === 'sweep' ? { sweep: await handle.query(sweepProgressQuery) } : {}),
  }));
}

async function ending(run: WorkflowExecutionDescription, result: () => Promise<unknown>): Promise<FollowEnd> {
  if (runStateOf(run) === 'cancelled') {
    return { how: 'cancelled' };
  }
  try {
    return { how: 'finished', outcome: (await result()) as RunOutcome }; // what the workflows return
  } catch (error) {
    return { how: 'failed', error: fromFailure(error) };
  }
}

/** Heartbeats of the activities that are under way. */
function cursors(run: WorkflowExecutionDescription): NodeCursor[] {
  return (run.raw.pendingActivities ?? []).flatMap((activity) => {
    const payload = activity.heartbeatDetails?.payloads?.[0];
    if (payload === undefined) {
      return [];
    }
    const cursor = defaultPayloadConverter.fromPayload<Partial<NodeCursor> | null>(payload);
    return typeof cursor?.id === 'string' && typeof cursor.done === 'number' && typeof cursor.total === 'number'
      ? [cursor as NodeCursor]
      : [];
  });
}

/** Work that failed and is tried again. */
function troublesOf(run: WorkflowExecutionDescription): readonly Trouble[] {
  return (run.raw.pendingActivities ?? []).flatMap(({ activityId, attempt, lastFailure }): Trouble[] => {
    if (typeof attempt !== 'number' || attempt < 2 || !lastFailure) {
      return [];
    }
    const isTimeout = Boolean(lastFailure.timeoutFailureInfo);
    const code = isTimeout ? 'TIMEOUT' : (lastFailure.applicationFailureInfo?.type ?? '');
    const message = isTimeout ? 'its worker stopped answering' : (lastFailure.message ?? '').split('\n')[0];
    return [{ id: activityId ?? '', attempt: attempt - 1, code, message: message ?? '' }];
  });
}

function noWorker(id: string): Trouble {
  const message = 'no worker has picked up this run: start one with ominus worker, or run the spec again';
  return { id, attempt: 0, code: 'WORKER_MISSING', message };
}

function toProgress(
  input: FollowInput,
  state: RunProgress['state'],
  { nodes: answer, sweep }: Answers,
  heartbeats: readonly NodeCursor[],
  rates: RateMeter,
): RunProgress {
  const states = new Map(answer?.nodes);
  const failures = new Map(answer?.failures.map((failure) => [failure.id, failure.message]));
  const planned = new Set(input.plan.nodes.map(({ id }) => id));
  // of the points that a sweep has chosen: its plan does not know them yet
  const later = [...states.keys()].filter((id) => !planned.has(id));
  const known = [
    ...input.plan.nodes.map((node) => ({ id: node.id, kind: node.kind, title: nodeTitle(node) })),
    ...later.map((id) => ({ id, kind: id.split(':', 1).join(), title: id })),
  ];
  const nodes = known.map((node): NodeProgress => {
    const nodeState = states.get(node.id) ?? 'waiting';
    const cursor = heartbeats.find((beat) => beat.id === node.id);
    const message = failures.get(node.id);
    return {
      ...node,
      state: nodeState,
      ...(nodeState === 'running' && cursor !== undefined ? rates.measure(cursor, Date.now()) : {}),
      ...(message === undefined ? {} : { message }),
    };
  });
  const isPaused = state === 'running' && sweep?.state === 'paused';
  return {
    name: input.plan.name,
    runId: input.runId,
    state: isPaused ? 'paused' : state,
    nodes,
    ...(sweep === undefined ? {} : { sweep: rates.sweep(sweep, Date.now()) }),
  };
}

/** Errors of a connection that may come back: the client wraps some, and throws others as they are. */
function isConnectionTrouble(error: unknown): boolean {
  return /UNAVAILABLE|ECONNREFUSED|ECONNRESET|DEADLINE_EXCEEDED|failed to connect/i.test(
    `${errorMessage(error)} ${error instanceof Error ? errorMessage(error.cause) : ''}`,
  );
}
