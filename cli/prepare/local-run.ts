/** Runs nodes while planning, through the same executors as a worker: what they leave in the store, the run finds there. */
import { createCaches } from '../../activities/context.js';
import { nodeOf, type NodeRun } from '../../activities/node-result.js';
import { runNode } from '../../activities/run-node.js';
import { createSourceAccess } from '../../activities/source-access.js';
import type { NodeId, Plan } from '../../core/plan/types.js';
import { createInferenceEngine } from '../../io/model/engine.js';
import type { Device, InferenceEngine } from '../../io/model/types.js';
import type { ArtifactStore } from '../../io/store/types.js';

/** Where nodes run. */
export interface LocalRunOptions {
  readonly plan: Plan;
  readonly store: ArtifactStore;
  readonly device: Device;
}

/**
 * Runs nodes of a plan in the order given, then works with their results.
 *
 * @param nodes - with whatever they depend on before them
 */
export async function withNodes<T>(
  { plan, store, device }: LocalRunOptions,
  nodes: readonly NodeId[],
  work: (run: NodeRun) => Promise<T>,
): Promise<T> {
  const sources = createSourceAccess();
  let engine: InferenceEngine | undefined;
  const run: NodeRun = {
    context: {
      store,
      device,
      engine: () => (engine ??= createInferenceEngine({ device })),
      sources,
      caches: createCaches(),
    },
    plan,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  try {
    for (const id of nodes) {
      await runNode(nodeOf(plan, id), run);
    }
    return await work(run);
  } finally {
    await engine?.close();
    await sources.close();
  }
}
