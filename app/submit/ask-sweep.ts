/** Asks a running sweep for something by an update, and says clearly why it does not answer. */
import {
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { OminusError } from '../../core/errors.js';
import type { SweepProgressAnswer } from '../../core/plan/run-types.js';
import { fromFailure } from '../../io/temporal/failure.js';
import { GRPC, grpcStatus } from '../../io/temporal/grpc-status.js';
import { sweepProgressQuery } from '../../workflows/messages.js';
import { findRun } from '../runs/find-run.js';
import { firstRunId, runHandle } from '../runs/run-chain.js';
import { runStateOf } from '../runs/run-state.js';
import type { Session } from '../session/session.js';

/** How long a worker may take to answer. */
const ANSWER_DEADLINE_MS = 15_000;

/** A run by its name and the id of its first execution. */
export interface RunAddress {
  readonly workflowId: string;
  readonly runId: string;
}

/**
 * The run of a name, if it is a sweep that runs.
 *
 * @param asked - its name, or the file of its spec
 * @throws OminusError `RUN_NOT_FOUND` for no such run or one that is over, `USAGE` for a run of another kind
 */
export async function findRunningSweep(session: Session, asked: string, purpose: string): Promise<RunAddress> {
  const { name, run, plan } = await findRun(session, asked);
  if (plan.specKind !== 'sweep') {
    throw new OminusError('USAGE', {
      message: `only sweeps can be ${purpose} [run=${name}, kind=${plan.specKind}]`,
      hint: `Cancel it (ominus cancel ${name}): a later run reuses finished results from the store.`,
    });
  }
  if (run.status.name !== 'RUNNING') {
    throw new OminusError('RUN_NOT_FOUND', {
      message: `no run of this name is running [run=${name}, state=${runStateOf(run)}]`,
      hint: 'Start it again with ominus run and its spec: finished results are reused from the store.',
    });
  }
  return { workflowId: run.workflowId, runId: firstRunId(run) };
}

/**
 * Asks a sweep for something, by a query or an update, and waits for its answer.
 *
 * @throws OminusError `WORKER_MISSING` when no worker answers in time; what the sweep refuses, with its reason
 */
export async function askSweep(
  client: Client,
  { workflowId, runId }: RunAddress,
  ask: (sweep: WorkflowHandle) => Promise<SweepProgressAnswer>,
): Promise<SweepProgressAnswer> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_DEADLINE_MS, () => ask(runHandle(client, workflowId, runId)));
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcStatus(error) === GRPC.deadlineExceeded) {
      throw new OminusError('WORKER_MISSING', {
        message: `no worker answers for this run [run=${workflowId}, waited=${String(ANSWER_DEADLINE_MS / 1000)} s]`,
        hint: 'Start one with ominus worker, or run the spec again; then retry this command.',
        cause: error,
      });
    }
    if (error instanceof WorkflowNotFoundError) {
      throw new OminusError('RUN_NOT_FOUND', { message: `the run has just ended [run=${workflowId}]`, cause: error });
    }
    throw fromFailure(error);
  }
}

/**
 * Sends an update where it would change something.
 *
 * @param inVain - why it would not, from how far the sweep is; undefined where it would
 */
export async function askWhereUseful(
  client: Client,
  address: RunAddress,
  ask: {
    readonly inVain: (now: SweepProgressAnswer) => string | undefined;
    readonly update: (sweep: WorkflowHandle) => Promise<SweepProgressAnswer>;
  },
): Promise<{ readonly answer: SweepProgressAnswer; readonly inVain: string | undefined }> {
  const now = await askSweep(client, address, (sweep) => sweep.query(sweepProgressQuery));
  const inVain = ask.inVain(now);
  return { inVain, answer: inVain === undefined ? await askSweep(client, address, ask.update) : now };
}

/** What a command that asks a sweep prints. */
export function printAnswer(
  run: string,
  answer: SweepProgressAnswer,
  options: { readonly json?: true; readonly text: string; readonly changed?: boolean },
): void {
  const { counts, expected, running } = answer;
  const places = running.reduce((sum, [from, to]) => sum + to - from, 0);
  const points = `${String(counts.done)} of ${String(expected ?? counts.total)} points done`;
  const failed = counts.failed > 0 ? `, ${String(counts.failed)} failed` : '';
  const underWay = places > 0 ? `, ${String(places)} handed out` : '';
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ run, ...(options.changed === undefined ? {} : { changed: options.changed }), ...answer })}\n`
      : `${options.text}: ${points}${failed}${underWay}\n`,
  );
}
