/** Follows one run until it ends: asks the workflow for its nodes and the server for heartbeats, and says what is new. */
import { isGrpcServiceError, type WorkflowExecutionDescription } from '@temporalio/client';
import { errorMessage, OminusError } from '../../core/errors.js';
import type { RunOutcome } from '../../core/plan/run-types.js';
import type { RunProgress } from '../../report/progress.js';
import { fromFailure } from '../../io/temporal/failure.js';
import { PATIENCE_MINUTES } from '../../io/temporal/wait-for-answer.js';
import { assertGoesOn } from './failing-task.js';
import { MissingWorker } from './missing-worker.js';
import { RateMeter } from './rate-meter.js';
import { cursorsOf, progressOf, queryProgress, type Answers, type RunOfPlan } from './run-progress.js';
import { sleep } from './sleep.js';
import { noWorker, troublesOf } from './troubles.js';
import { describeLatest, runHandle } from '../runs/run-chain.js';
import { runStateOf } from '../runs/run-state.js';

/** How often the run is looked at. */
const POLL_MS = 400;
/** How long the server may take to describe a run: at first, and at most after tries that were too short. */
const SERVER_DEADLINE_MS = 5_000;
const LONGEST_DEADLINE_MS = 60_000;
/** How long a server may not answer before following gives up: one that may have ended, and one whose process lives. */
const PATIENCE_MS = 60_000;
const LIVE_PATIENCE_MS = PATIENCE_MINUTES * 60_000;

/** How long a run may wait for a worker before that is said. */
const WORKER_MS = 10_000;

/** What {@link followRun} needs. */
export interface FollowInput extends RunOfPlan {
  readonly onProgress: (progress: RunProgress) => void;
  /** Called when the server does not answer; may start it again. Answers whether its process lives. */
  readonly revive?: () => Promise<boolean>;
  /** Workers are started elsewhere: says so when none picks up the run. */
  readonly missesWorkers?: boolean;
  readonly signal?: AbortSignal;
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
        input.onProgress(progressOf(input, runStateOf(run), answer, { heartbeats: [], rates }));
        return await ending(run, () => handle.result());
      }
      await input.client.withDeadline(Date.now() + SERVER_DEADLINE_MS, () => assertGoesOn(input.client, run));
      answer = await queryProgress(input, handle).catch(() => answer);
      const troubles = [
        ...troublesOf(run, input.plan),
        ...(input.missesWorkers === true && missing.isMissing(run, Date.now()) ? [noWorker(run.workflowId)] : []),
      ];
      input.onProgress({
        ...progressOf(input, 'running', answer, { heartbeats: cursorsOf(run), rates }),
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

/** Errors of a connection that may come back: the client wraps some, and throws others as they are. */
function isConnectionTrouble(error: unknown): boolean {
  return /UNAVAILABLE|ECONNREFUSED|ECONNRESET|DEADLINE_EXCEEDED|failed to connect/i.test(
    `${errorMessage(error)} ${error instanceof Error ? errorMessage(error.cause) : ''}`,
  );
}
