/** `order-gap`: weight-space gaps between all orders of a study; usually in the store already, since planning needs them. */
import { encodeGaps } from '../../core/study/artifacts.js';
import { measureGaps, type MeasuredGaps } from '../../core/study/gap.js';
import type { OrderGapNode } from '../../core/plan/nodes/order-gap.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { gramOf } from '../candidates.js';
import type { NodeExecutor, NodeRun } from '../node-result.js';

/** Measures the gaps from Gram matrices. */
export const orderGapExecutor: NodeExecutor<OrderGapNode> = {
  async compute(node, run) {
    const { result, tables } = await measure(node, run);
    const { store } = run.context;
    return {
      artifacts: {
        summary: await jsonArtifact(store, result),
        gaps: await store.putArtifact(encodeGaps(tables)),
      },
    };
  },
};

async function measure(node: OrderGapNode, run: NodeRun): Promise<MeasuredGaps> {
  const steps = measureGaps({ ...node, gram: await gramOf(run, node.gram) });
  for (;;) {
    run.signal.throwIfAborted();
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
    run.onProgress(step.value.done, step.value.total);
    await new Promise(setImmediate); // lets heartbeats through between modules
  }
}
