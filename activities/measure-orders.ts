/** Measures the gaps that planning an order study asks for; a run of the plan finds them in the store. */
import type { MeasuredOrders } from '../app/plan-a-spec/measure-orders.js';
import type { OrderGapNode } from '../core/plan/nodes/order-gap.js';
import type { Plan } from '../core/plan/types.js';
import type { OrderGapResult } from '../core/study/types.js';
import { gramOf } from './candidates.js';
import { inputJson, nodeOf, type NodeRun } from './node-result.js';
import { runNode } from './run-node.js';

/** How an activity, or a command, runs nodes while it plans. */
export type MeasuringRun = Omit<NodeRun, 'plan' | 'inPlace'>;

/** Computes Gram matrices and gaps, or finds them in the store. */
export async function measureOrders(
  measuring: MeasuringRun,
  plan: Plan,
  { id, gram }: OrderGapNode,
): Promise<MeasuredOrders> {
  const run: NodeRun = { ...measuring, plan };
  for (const node of [gram, id]) {
    await runNode(nodeOf(plan, node), run);
  }
  return { gap: await inputJson<OrderGapResult>(run, id, 'summary'), gram: () => gramOf(run, gram) };
}
