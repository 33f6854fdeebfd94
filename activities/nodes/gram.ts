/**
 * `gram`: per-row Gram matrices of all leaf adapters, once, in float64. On cuda the inference child computes them; elsewhere
 * core/numeric does. Measured whole on two busy cores (bench/gram.ts, 64 modules of 4096 × 4096, rank 16, two and three
 * leaves), onnxruntime on the cpu was no faster, and its bits may differ from processor to processor. On cuda nothing was
 * measured yet.
 */
import { encodeGram } from '../../core/algebra/artifacts.js';
import type { Gram } from '../../core/algebra/types.js';
import type { GramNode } from '../../core/plan/nodes/gram.js';
import { computeGram } from '../../io/adapter/compute-gram.js';
import { leafFolder, openLeaves } from '../leaves.js';
import type { NodeExecutor, NodeRun } from '../node-result.js';

/** Computes Gram matrices with the backend that is part of the node's key. */
export const gramExecutor: NodeExecutor<GramNode> = {
  async compute(node, run) {
    const gram = node.backend === 'typescript' ? await plainGram(node, run) : await deviceGram(node, run);
    return { artifacts: { gram: await run.context.store.putArtifact(encodeGram(gram)) } };
  },
};

async function plainGram({ adapters, semantics }: GramNode, run: NodeRun): Promise<Gram> {
  const { signal, onProgress } = run;
  const gram = await computeGram(await openLeaves(run, adapters), { semantics, signal, onProgress });
  return { ...gram, leaves: adapters };
}

async function deviceGram({ adapters, semantics }: GramNode, run: NodeRun): Promise<Gram> {
  const { context, signal, onProgress } = run;
  const folders = await Promise.all(adapters.map((leaf) => leafFolder(run, leaf)));
  const gram = await context.engine().gram(folders, semantics, signal, onProgress);
  return { ...gram, leaves: adapters };
}
