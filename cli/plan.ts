/** `ominus plan SPEC`: the DAG with keys, what is in the store, what would run, how much is read and written. */
import { Command } from 'commander';
import { nodeTitle } from '../core/plan/node-title.js';
import { estimatePlan, type PlanEstimate } from '../core/plan/estimate.js';
import { openArtifactStore } from '../io/store/open.js';
import { announce, chosenDeviceOption, outputRootOption } from './options.js';
import { preparePlan } from './prepare-plan.js';
import { humanBytes } from './render/human-bytes.js';
import { textTable } from './render/table.js';
import { chosenDevice } from './session.js';

interface PlanOptions {
  readonly json?: true;
  readonly device?: string;
  readonly outputRoot?: string;
}

/** The command. */
export function planCommand(): Command {
  return new Command('plan')
    .description('Show what a spec would do: nodes, keys, what the store has already. Runs nothing.')
    .argument('<spec>', 'a YAML file')
    .option('--json', 'one JSON object')
    .addOption(chosenDeviceOption())
    .addOption(outputRootOption())
    .action(async (file: string, options: PlanOptions) => {
      const device = chosenDevice(options.device);
      const plan = await preparePlan(file, { device, log: announce(options), outputRoot: options.outputRoot });
      const store = await openArtifactStore();
      const stored = new Set<string>();
      for (const node of plan.nodes) {
        if ((await store.getNode(node.key)) !== undefined) {
          stored.add(node.id);
        }
      }
      const estimate = estimatePlan(plan, stored);
      if (options.json === true) {
        const nodes = plan.nodes.map((node) => ({ ...node, stored: stored.has(node.id) }));
        process.stdout.write(`${JSON.stringify({ ...plan, nodes, estimate, store: store.blobs.uri })}\n`);
        return;
      }
      const rows = plan.nodes.map((node) => [
        stored.has(node.id) ? 'stored' : 'to do',
        node.kind,
        nodeTitle(node),
        node.key.slice(7, 19),
      ]);
      process.stdout.write(
        `${plan.name}: ${plan.specKind}, plan ${plan.digest.slice(7, 19)}, store ${store.blobs.uri}\n`,
      );
      process.stdout.write(`${textTable(['state', 'kind', 'node', 'key'], rows)}\n`);
      process.stdout.write(`${summary(estimate)}\n`);
    });
}

function summary(estimate: PlanEstimate): string {
  return (
    `${String(estimate.toDo)} of ${String(estimate.nodes)} nodes to do; ` +
    `reads ${humanBytes(estimate.readBytes)}, writes about ${humanBytes(estimate.writeBytes)} of adapters`
  );
}
