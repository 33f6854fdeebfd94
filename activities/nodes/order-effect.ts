/** `order-effect`: what the order of removal does to the metrics. */
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { BenchmarkResult } from '../../core/evaluation/types.js';
import type { OrderEffectNode } from '../../core/plan/nodes/order-effect.js';
import { orderEffects, type EvaluatedOrder } from '../../core/study/effects.js';
import { relativeGapOf } from '../../core/study/relative-gap.js';
import type { OrderGapResult } from '../../core/study/types.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { inputJson, type NodeExecutor, type NodeRun } from '../node-result.js';

/** Computes the statistics of a study from the evaluations of its arms. */
export const orderEffectExecutor: NodeExecutor<OrderEffectNode> = {
  async compute(node, run) {
    const gap = await inputJson<OrderGapResult>(run, node.gap, 'summary');
    const arms: EvaluatedOrder[] = [];
    for (const arm of node.arms) {
      arms.push({ ...arm, results: await resultsOf(arm, run) });
    }
    const effects = await orderEffects({
      arms,
      relativeGap: relativeGapOf(gap),
      seed: node.seed,
      draws: node.draws,
      ...(node.correction === undefined ? {} : { correction: node.correction }),
      onTest: async (done, total) => {
        run.signal.throwIfAborted();
        run.onProgress(done, total);
        await new Promise(setImmediate); // tests are long loops: let heartbeats through
      },
    });
    return { artifacts: { effects: await jsonArtifact(run.context.store, effects) } };
  },
};

async function resultsOf(
  { evaluations }: OrderEffectNode['arms'][number],
  run: NodeRun,
): Promise<EvaluatedOrder['results']> {
  return Promise.all(
    evaluations.map(async ({ benchmark, label, node }) => ({
      benchmark: requireBenchmark(benchmark),
      label,
      result: await inputJson<BenchmarkResult>(run, node, 'result'),
    })),
  );
}
