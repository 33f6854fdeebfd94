/** Runs nodes while planning, through the same executors as a worker: what they leave in the store, the run finds there. */
import { createLocalContext } from '../../activities/local-context.js';
import { nodeOf, type NodeRun } from '../../activities/node-result.js';
import { runNode } from '../../activities/run-node.js';
import type { NodeId } from '../../core/plan/node.js';
import type { Plan } from '../../core/plan/types.js';
import type { Device } from '../../io/model/types.js';
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
  const local = createLocalContext({ store, device });
  const run: NodeRun = {
    context: local.context,
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
    await local.close();
  }
}
