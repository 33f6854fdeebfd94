/** `gram`: per-row Gram matrices of all leaf adapters, once. */
import { encodeGram } from '../../core/algebra/artifacts.js';
import type { GramNode } from '../../core/plan/types.js';
import { computeGram } from '../../io/adapter/compute-gram.js';
import { openAdapters } from '../candidates.js';
import type { NodeExecutor } from '../node-result.js';

/** Computes Gram matrices in float64. */
export const gramExecutor: NodeExecutor<GramNode> = {
  async compute(node, run) {
    const adapters = await openAdapters(run, node.adapters);
    const { signal, onProgress } = run;
    const gram = await computeGram(adapters, { semantics: node.semantics, signal, onProgress });
    return { artifacts: { gram: await run.context.store.putArtifact(encodeGram(gram)) } };
  },
};
