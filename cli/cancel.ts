/** `ominus cancel RUN`. */
import { Command } from 'commander';
import { findRun } from './find-run.js';
import { announce } from './options.js';
import { firstRunId, runHandle } from './run-chain.js';
import { chosenDevice, openSession } from './session.js';

/** The command. */
export function cancelCommand(): Command {
  return new Command('cancel')
    .description('Cancel a run. What is finished stays in the store; nothing half-written is left.')
    .argument('<run>', 'the name of a spec that was submitted')
    .option('--json', 'one JSON object')
    .action(async (name: string, options: { readonly json?: true }) => {
      const session = await openSession(chosenDevice(undefined), announce(options));
      try {
        const { run } = await findRun(session, name);
        const isRunning = run.status.name === 'RUNNING';
        if (isRunning) {
          await runHandle(session.client, run.workflowId, firstRunId(run)).cancel();
        }
        const state = isRunning ? 'cancelling' : run.status.name.toLowerCase();
        const text =
          options.json === true
            ? JSON.stringify({ run: name, runId: firstRunId(run), state })
            : isRunning
              ? `cancelling ${name}: a worker stops it at its next batch; what is finished stays in the store`
              : `${name} does not run (${state})`;
        process.stdout.write(`${text}\n`);
      } finally {
        await session.close();
      }
    });
}
