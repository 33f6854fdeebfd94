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
    .description('Try again what failed. A run that is over is started again with its plan: what is finished is found.')
    .argument('<run>', 'the name of a run')
    .requiredOption('--failed', 'what failed, and nothing else')
    .option('--json', 'one JSON object')
    .action(async (name: string, options: { readonly json?: true }) => {
      const session = await openSession(chosenDevice(undefined), announce(options));
      try {
        const { run, plan } = await findRun(session, name);
        if (run.status.name === 'RUNNING') {
          const address = await findRunningSweep(session, name, 'asked to try again while they run');
          const answer = await askSweep(session.client, address, (sweep) => sweep.executeUpdate(retryFailedUpdate));
          printAnswer(name, answer, { ...options, text: `${name} tries again what failed` });
          return;
        }
        const device = chosenDevice(plan.environment['device']);
        const queues = taskQueues(session.store.id, session.buildId, device);
        const submission = await submitPlan({ ...session, queues, plan });
        process.stdout.write(
          options.json === true
            ? `${JSON.stringify(submission)}\n`
            : `started ${name} again with its plan: what is finished is found in the store\n  work on it: ominus worker\n  follow it:  ominus watch ${name}\n`,
        );
      } finally {
        await session.close();
      }
    });
}
