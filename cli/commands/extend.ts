/** `ominus extend SPEC`: gives a sweep that is under way more points. */
import { Command } from 'commander';
import { OminusError } from '../../core/errors.js';
import { addSpecOptions, announce, SPEC_ARGUMENT, type SpecOptions } from '../options.js';
import { planLocally } from '../../app/plan-locally.js';
import { chosenDevice, openSession } from '../../app/session/session.js';
import { submitPlan } from '../../app/submit/submit-plan.js';

interface ExtendOptions extends SpecOptions {
  readonly json?: true;
}

/** The command. */
export function extendCommand(): Command {
  const command = new Command('extend')
    .description('Continue a changed sweep: other values or more points. Finished points are kept.')
    .argument('<spec>', `the changed spec of the sweep: ${SPEC_ARGUMENT}`)
    .option('--json', 'one JSON object');
  return addSpecOptions(command).action(async (file: string, options: ExtendOptions) => {
    const log = announce(options);
    const device = chosenDevice(options.device);
    const plan = await planLocally(file, { ...options, device, log });
    if (plan.specKind !== 'sweep') {
      throw new OminusError('USAGE', {
        message: `only sweeps can be extended [run=${plan.name}, kind=${plan.specKind}]`,
        hint: 'Run the spec: results that do not change are reused from the store.',
      });
    }
    const session = await openSession(device, log);
    try {
      const submission = await submitPlan({ ...session, plan, extend: 'only' });
      const changes = submission.changes.map((change) => `  ${change}\n`).join('');
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ ...submission, planDigest: plan.digest })}\n`
          : `${submission.how}: run ${submission.workflowId}\n${changes}  follow it: ominus watch ${submission.workflowId}\n`,
      );
    } finally {
      await session.close();
    }
  });
}
