/** `ominus run SPEC`: plans, submits, hosts a worker, follows to the end, prints and draws the results. */
import { Command } from 'commander';
import { EXIT } from '../../core/errors.js';
import {
  addSpecOptions,
  announce,
  dryRunOption,
  inferenceThreadsOption,
  SPEC_ARGUMENT,
  type SpecOptions,
} from '../options.js';
import { openArtifactStore } from '../../io/store/open.js';
import { showPlan } from '../render/plan.js';
import { finishWith } from '../render/finish.js';
import { followRun } from '../../app/follow/follow-run.js';
import { planLocally } from '../../app/plan-locally.js';
import { progressView } from '../render/progress-view.js';
import { reviveServer } from '../../app/follow/revive-server.js';
import { chosenDevice, openSession, startSessionWorker } from '../../app/session/session.js';
import { submitPlan } from '../../app/submit/submit-plan.js';
import type { RunningWorker } from '../../worker.js';

interface RunOptions extends SpecOptions {
  readonly json?: true;
  readonly quiet?: true;
  readonly new?: true;
  readonly extend?: true;
  readonly worker: boolean;
  readonly dryRun?: true;
  readonly threads?: number;
  readonly report?: string;
}

/** The command. */
export function runCommand(): Command {
  const command = new Command('run')
    .description('Run a spec to its end, with live progress. Ctrl-C leaves the run waiting.')
    .argument('<spec>', SPEC_ARGUMENT)
    .option('--json', 'progress as JSON lines on stderr, and one object with the results on stdout')
    .option('--quiet', 'no progress')
    .option('--new', 'end the running run of the same name, and start a new one')
    .option('--extend', 'extend the running sweep of the same name')
    .option('--no-worker', 'submit only; leave the work to other workers (ominus worker)')
    .addOption(dryRunOption())
    .addOption(inferenceThreadsOption())
    .option('--report <file>', 'where to write the HTML report (default: out/NAME/report.html)');
  return addSpecOptions(command).action(runSpec);
}

async function runSpec(file: string, options: RunOptions): Promise<void> {
  const log = announce(options);
  const device = chosenDevice(options.device);
  const plan = await planLocally(file, { ...options, device, log });
  if (options.dryRun === true) {
    await showPlan(plan, await openArtifactStore(), { json: options.json === true });
    return;
  }
  const session = await openSession(device, log);
  const leave = new AbortController();
  const interrupt = (): void => {
    leave.abort();
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const roles = ['control', 'merge', 'evaluate'] as const;
    const newWorker = (): Promise<RunningWorker> | undefined =>
      options.worker ? startSessionWorker(session, { device, threads: options.threads, roles }) : undefined;
    // A sweep under way is asked to go on with another plan, and a worker must be there to answer. A device that does not
    // compute is to be known before anything is submitted.
    const early = options.extend === true || device !== 'cpu' ? await newWorker() : undefined;
    const submission = await submitPlan({
      ...session,
      plan,
      replace: options.new === true,
      extend: options.extend === true,
    }).catch(async (error: unknown) => {
      await early?.shutdown();
      throw error;
    });
    submission.changes.forEach((change) => {
      log(`changed since the last run: ${change}`);
    });
    log(
      `${submission.how}: run ${submission.workflowId} (plan ${plan.digest.slice(7, 19)}, ${String(plan.nodes.length)} nodes)`,
    );
    const worker = early ?? (await newWorker());
    // A worker that fails ends the following with its error; one that was asked to stop does not.
    const failed = new Promise<never>((_, reject) => {
      worker?.stopped.catch(reject);
    });
    const view = progressView(options);
    try {
      const following = followRun({
        client: session.client,
        workflowId: submission.workflowId,
        runId: submission.runId,
        plan,
        onProgress: view.show,
        revive: reviveServer(log),
        missesWorkers: !options.worker,
        signal: leave.signal,
      });
      const end = await Promise.race([following, failed]);
      view.end();
      await finishWith(end, { session, plan, json: options.json === true, report: options.report });
    } finally {
      view.end();
      await worker?.shutdown();
    }
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    await session.close();
    if (leave.signal.aborted) {
      process.exitCode = EXIT.interrupted;
    }
  }
}
