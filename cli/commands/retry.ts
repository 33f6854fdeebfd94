/** `ominus retry RUN --failed`: tries again what failed, in the run that is under way or in a new one. */
import { Command } from 'commander';
import { taskQueues } from '../../io/temporal/task-queues.js';
import { retryFailedUpdate } from '../../workflows/messages.js';
import { askSweep, findRunningSweep, printAnswer } from '../../app/submit/ask-sweep.js';
import { findRun } from '../../app/runs/find-run.js';
import { announce } from '../options.js';
import { chosenDevice, openSession } from '../../app/session/session.js';
import { submitPlan } from '../../app/submit/submit-plan.js';

/** The command. */
export function retryCommand(): Command {
  return new Command('retry')
    .description('Retry what failed. A run that has ended starts again with its plan and reuses finished results.')
    .argument('<run>', 'the name of a run')
    .requiredOption('--failed', 'retry only what failed')
    .option('--json', 'one JSON object')
    .action(async (name: string, options: { readonly json?: true }) => {
      const session = await openSession(chosenDevice(undefined), announce(options));
      try {
        const { run, plan } = await findRun(session, name);
        if (run.status.name === 'RUNNING') {
          const address = await findRunningSweep(session, name, 'retried while they run');
          const answer = await askSweep(session.client, address, (sweep) => sweep.executeUpdate(retryFailedUpdate));
          printAnswer(name, answer, { ...options, text: `${name} retries what failed` });
          return;
        }
        const device = chosenDevice(plan.environment['device']);
        const queues = taskQueues(session.store.id, session.buildId, device);
        const submission = await submitPlan({ ...session, queues, plan });
        process.stdout.write(
          options.json === true
            ? `${JSON.stringify(submission)}\n`
            : `started ${name} again with its plan; finished results are reused from the store\n  work on it: ominus worker\n  follow it:  ominus watch ${name}\n`,
        );
      } finally {
        await session.close();
      }
    });
}
