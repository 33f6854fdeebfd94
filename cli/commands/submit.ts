/** `ominus submit SPEC`: hands a spec to the server and returns at once; workers elsewhere do the work. */
import { Command } from 'commander';
import { addSpecOptions, announce, dryRunOption, SPEC_ARGUMENT, type SpecOptions } from '../options.js';
import { openArtifactStore } from '../../io/store/open.js';
import { showPlan } from '../render/plan.js';
import { planLocally } from '../../app/plan-locally.js';
import { chosenDevice, openSession } from '../../app/session/session.js';
import { submitPlan } from '../../app/submit/submit-plan.js';

interface SubmitOptions extends SpecOptions {
  readonly json?: true;
  readonly new?: true;
  readonly extend?: true;
  readonly dryRun?: true;
}

/** The command. */
export function submitCommand(): Command {
  const command = new Command('submit')
    .description('Submit a spec to the server and return at once. Workers (ominus worker) do the work.')
    .argument('<spec>', SPEC_ARGUMENT)
    .option('--json', 'one JSON object')
    .option('--new', 'end the running run of the same name, and start a new one')
    .option('--extend', 'extend the running sweep of the same name')
    .addOption(dryRunOption());
  return addSpecOptions(command).action(async (file: string, options: SubmitOptions) => {
    const log = announce(options);
    const device = chosenDevice(options.device);
    const plan = await planLocally(file, { ...options, device, log });
    if (options.dryRun === true) {
      await showPlan(plan, await openArtifactStore(), { json: options.json === true });
      return;
    }
    const session = await openSession(device, log);
    try {
      const submission = await submitPlan({
        ...session,
        plan,
        replace: options.new === true,
        extend: options.extend === true,
      });
      const text =
        options.json === true
          ? JSON.stringify({ ...submission, planDigest: plan.digest })
          : `${submission.how}: run ${submission.workflowId}\n  work on it: ominus worker\n  follow it:  ominus watch ${submission.workflowId}`;
      process.stdout.write(`${text}\n`);
    } finally {
      await session.close();
    }
  });
}
