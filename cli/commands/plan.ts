/** `ominus plan SPEC`: what a spec would do, without doing it. */
import { Command } from 'commander';
import { planLocally } from '../../app/plan-locally.js';
import { chosenDevice } from '../../app/session/session.js';
import { openArtifactStore } from '../../io/store/open.js';
import { addSpecOptions, announce, SPEC_ARGUMENT, type SpecOptions } from '../options.js';
import { showPlan } from '../render/plan.js';

interface PlanOptions extends SpecOptions {
  readonly json?: true;
}

/** The command. */
export function planCommand(): Command {
  const command = new Command('plan')
    .description(
      "Show what a spec would do: nodes, keys, what is already stored. Runs nothing except an order study's gaps.",
    )
    .argument('<spec>', SPEC_ARGUMENT)
    .option('--json', 'one JSON object');
  return addSpecOptions(command).action(async (file: string, options: PlanOptions) => {
    const plan = await planLocally(file, { ...options, device: chosenDevice(options.device), log: announce(options) });
    await showPlan(plan, await openArtifactStore(), { json: options.json === true });
  });
}
