/** `ominus watch RUN`: follows a run until it ends, then prints its results. */
import { Command } from 'commander';
import { findRun } from '../../app/runs/find-run.js';
import { finishWith } from '../render/finish.js';
import { followRun } from '../../app/follow/follow-run.js';
import { announce } from '../options.js';
import { progressView } from '../render/progress-view.js';
import { firstRunId } from '../../app/runs/run-chain.js';
import { chosenDevice, openSession } from '../../app/session/session.js';

interface WatchOptions {
  readonly json?: true;
  readonly quiet?: true;
  readonly report?: string;
}

/** The command. */
export function watchCommand(): Command {
  return new Command('watch')
    .description('Follow a run until it ends. Ctrl-C stops watching; the run continues.')
    .argument('<run>', 'the name or the file of a spec that was submitted')
    .option('--json', 'progress as JSON lines on stderr, and one object with the results on stdout')
    .option('--quiet', 'no progress')
    .option('--report <file>', 'where to write the HTML report (default: out/NAME/report.html)')
    .action(async (name: string, options: WatchOptions) => {
      const session = await openSession(chosenDevice(undefined), announce(options));
      const leave = new AbortController();
      const interrupt = (): void => {
        leave.abort();
      };
      process.once('SIGINT', interrupt);
      const view = progressView(options);
      try {
        const { run, plan } = await findRun(session, name);
        const end = await followRun({
          client: session.client,
          workflowId: run.workflowId,
          runId: firstRunId(run),
          plan,
          onProgress: view.show,
          missesWorkers: true,
          signal: leave.signal,
        });
        view.end();
        await finishWith(end, { session, plan, json: options.json === true, report: options.report });
      } finally {
        view.end();
        process.removeListener('SIGINT', interrupt);
        await session.close();
      }
    });
}
