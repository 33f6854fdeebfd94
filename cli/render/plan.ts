/** A plan on the terminal or as JSON: the DAG with keys, what is in the store, what would run, how much is read and written. */
import { estimatePlan, type PlanEstimate } from '../../core/plan/estimate.js';
import { nodeTitle } from '../../core/plan/node-title.js';
import type { Plan } from '../../core/plan/types.js';
import { sizesInWords } from '../../core/sweep/half-sizes.js';
import type { SweepPlan } from '../../core/sweep/types.js';
import type { OrderGapResult } from '../../core/study/types.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import { currentNode } from '../../io/store/made-leaves.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { textTable } from '../../report/terminal/table.js';
import { humanBytes } from './human-bytes.js';
import { renderOrderGaps } from './order-gaps.js';

/** Writes the plan to stdout: what `ominus plan` says, and `--dry-run`. */
export async function showPlan(plan: Plan, store: ArtifactStore, { json }: { readonly json: boolean }): Promise<void> {
  const stored = new Set<string>();
  for (const node of plan.nodes) {
    if ((await currentNode(store, node.key)) !== undefined) {
      stored.add(node.id);
    }
  }
  const estimate = estimatePlan(plan, stored);
  const gaps = await orderGaps(plan, store);
  if (json) {
    const nodes = plan.nodes.map((node) => ({ ...node, stored: stored.has(node.id) }));
    const found = gaps === undefined ? {} : { orderGaps: gaps };
    process.stdout.write(`${JSON.stringify({ ...plan, nodes, estimate, ...found, store: store.blobs.uri })}\n`);
    return;
  }
  const rows = plan.nodes.map((node) => [
    stored.has(node.id) ? 'stored' : 'to do',
    node.kind,
    nodeTitle(node),
    node.key.slice(7, 19),
  ]);
  process.stdout.write(`${plan.name}: ${plan.specKind}, plan ${plan.digest.slice(7, 19)}, store ${store.blobs.uri}\n`);
  if (plan.prompt?.day !== undefined) {
    process.stdout.write(`prompts take ${plan.prompt.day} for today (prompt_date sets another day)\n`);
  }
  if (plan.specKind === 'order-study' && gaps !== undefined) {
    process.stdout.write(`\n${renderOrderGaps(plan.study, gaps).join('\n')}\n\n`);
  }
  if (plan.specKind === 'sweep') {
    process.stdout.write(halvesLine(plan.sweep));
  }
  process.stdout.write(`${textTable(['state', 'kind', 'node', 'key'], rows)}\n`);
  process.stdout.write(`${summary(estimate)}\n`);
}

/** How many examples λ is chosen by and reported on. */
function halvesLine({ split }: SweepPlan): string {
  const sizes = Object.entries(split?.choose ?? {}).map(([label, { length }]) =>
    sizesInWords({ label, choose: length, report: split?.report[label] ?? 0 }),
  );
  return sizes.length === 0 ? '' : `examples to choose λ by, and to report it on: ${sizes.join(', ')}\n`;
}

/** What planning measured of an order study and left in the store. */
async function orderGaps({ nodes }: Plan, store: ArtifactStore): Promise<OrderGapResult | undefined> {
  const node = nodes.find(({ kind }) => kind === 'order-gap');
  const ref = node === undefined ? undefined : (await store.getNode(node.key))?.artifacts['summary'];
  return ref === undefined ? undefined : readJsonArtifact<OrderGapResult>(store, ref);
}

function summary(estimate: PlanEstimate): string {
  const writes = estimate.writeBytes === 0 ? 'no adapters' : `about ${humanBytes(estimate.writeBytes)} of adapters`;
  return (
    `${String(estimate.toDo)} of ${String(estimate.nodes)} nodes to do; ` +
    `reads ${humanBytes(estimate.readBytes)}, writes ${writes}`
  );
}
