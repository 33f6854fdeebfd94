/** `ominus retry RUN --failed`: tries again what failed, in the run that is under way or in a new one. */
import { Command } from 'commander';
import { taskQueues } from '../../io/temporal/task-queues.js';
import { retryFailedUpdate } from '../../workflows/messages.js';
import { askWhereUseful, findRunningSweep, printAnswer } from '../../app/submit/ask-sweep.js';
import { findRun } from '../../app/runs/find-run.js';
import { firstRunId, runHandle } from '../../app/runs/run-chain.js';
import type { RunOutcome } from '../../core/plan/run-types.js';
import { announce } from '../options.js';
import { chosenDevice, openSession, type Session } from '../../app/session/session.js';
import { submitPlan } from '../../app/submit/submit-plan.js';

/** The command. */
export function retryCommand(): Command {
  return new Command('retry')
    .description('Retry what failed. A run that has ended starts again with its plan and reuses finished results.')
    .argument('<run>', 'the name of a run, or its spec')
    .requiredOption('--failed', 'retry only what failed')
    .option('--json', 'one JSON object')
    .action(async (asked: string, options: { readonly json?: true }) => {
      const session = await openSession(chosenDevice(undefined), announce(options));
      try {
        const { name, run, plan } = await findRun(session, asked);
        if (run.status.name === 'RUNNING') {
          const address = await findRunningSweep(session, name, 'retried while they run');
          const { answer, inVain } = await askWhereUseful(session.client, address, {
            inVain: ({ counts }) => (counts.failed === 0 ? `${name} has no failures; nothing to retry` : undefined),
            update: (sweep) => sweep.executeUpdate(retryFailedUpdate),
          });
          const text = inVain ?? `${name} retries what failed`;
          printAnswer(name, answer, { ...options, text, changed: inVain === undefined });
          return;
        }
        if (run.status.name === 'COMPLETED' && !(await hasFailedPoints(session, name, firstRunId(run)))) {
          process.stdout.write(
            options.json === true
              ? `${JSON.stringify({ workflowId: name, runId: firstRunId(run), how: 'unchanged', changes: [] })}\n`
              : `${name} finished without failures; nothing to retry\n`,
          );
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

/** Whether points of a finished sweep failed; a recipe with a failed node does not finish. */
async function hasFailedPoints(session: Session, name: string, runId: string): Promise<boolean> {
  const outcome = (await runHandle(session.client, name, runId).result()) as RunOutcome; // what our workflows return
  return (outcome.failedPoints ?? 0) > 0;
}
