/** `ominus cancel RUN`. */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { Command } from 'commander';
import { findRun } from '../../app/runs/find-run.js';
import { MissingWorker, waitingTask } from '../../app/follow/missing-worker.js';
import { announce } from '../options.js';
import { describeLatest, firstRunId, runHandle } from '../../app/runs/run-chain.js';
import { runStateOf } from '../../app/runs/run-state.js';
import { chosenDevice, openSession } from '../../app/session/session.js';
import { sleep } from '../../app/follow/sleep.js';

/** How long a worker may take to react. */
const PATIENCE_MS = 5_000;
const POLL_MS = 200;

/** The command. */
export function cancelCommand(): Command {
  return new Command('cancel')
    .description('Cancel a run. Finished results stay in the store; nothing is left half-written.')
    .argument('<run>', 'the name or the file of a spec that was submitted')
    .option('--json', 'one JSON object')
    .action(async (asked: string, options: { readonly json?: true }) => {
      const session = await openSession(chosenDevice(undefined), announce(options));
      try {
        const { name, run } = await findRun(session, asked);
        const isRunning = run.status.name === 'RUNNING';
        const state = isRunning ? await cancel(session.client, run) : runStateOf(run);
        const text = isRunning
          ? `${state} ${name}${state === 'cancelling' ? ': a worker stops it at its next batch' : ''}; finished results stay in the store`
          : `${name} is not running (${state})`;
        process.stdout.write(
          `${options.json === true ? JSON.stringify({ run: name, runId: firstRunId(run), state }) : text}\n`,
        );
      } finally {
        await session.close();
      }
    });
}

/**
 * Cancels a run. Where no worker reacts, nothing is running and the run is ended from here: the request would wait
 * for the next worker, and cancel what the user has started anew by then.
 */
async function cancel(client: Client, run: WorkflowExecutionDescription): Promise<'cancelling' | 'cancelled'> {
  const handle = runHandle(client, run.workflowId, firstRunId(run));
  await handle.cancel();
  const missing = new MissingWorker(PATIENCE_MS);
  for (;;) {
    const now = await describeLatest(client, run.workflowId, firstRunId(run));
    if (now.status.name !== 'RUNNING') {
      return 'cancelled';
    }
    if (waitingTask(now) === undefined) {
      return 'cancelling';
    }
    if (missing.isMissing(now, Date.now())) {
      await handle.terminate('cancelled; no worker was running to stop it');
      return 'cancelled';
    }
    await sleep(POLL_MS, undefined);
  }
}
