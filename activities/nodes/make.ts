/** `make`: the factors of a leaf that is no adapter, module by module, as the two files of an adapter folder. */
import { factorOperator } from '../../core/algebra/operators/registry.js';
import { summariseMade } from '../../core/algebra/made-summary.js';
import type { MakeNode } from '../../core/plan/nodes/make.js';
import { makeLeaf, type MadeFiles } from '../../io/adapter/make-leaf.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { firstDigest, MADE_TENSORS } from '../../io/store/made-leaves.js';
import { gramOf, operandCoefficients } from '../candidates.js';
import { leafName, openLeaves } from '../leaves.js';
import type { NodeExecutor, NodeRun } from '../node-result.js';

/** Makes a leaf, and compares it with what was first made under its key. */
export const makeExecutor: NodeExecutor<MakeNode> = {
  async compute(node, run) {
    const { store } = run.context;
    const { tensors, config, modules } = await makeNodeLeaf(node, run);
    const ref = await store.putArtifact(tensors);
    const first = await firstDigest(store, node.key, ref.digest);
    return {
      artifacts: {
        [MADE_TENSORS]: ref,
        config: await store.putArtifact(new TextEncoder().encode(config)),
        modules: await jsonArtifact(store, modules),
      },
      summary: { ...summariseMade(modules), ...(first === ref.digest ? {} : { firstDigest: first }) },
    };
  },
};

async function makeNodeLeaf(node: MakeNode, run: NodeRun): Promise<MadeFiles> {
  const gram = await gramOf(run, node.gram);
  const operands = await Promise.all(node.operands.map((operand) => operandCoefficients(run, operand, gram)));
  const { operator: name, options, expression } = node;
  const operator = (run.context.makers ?? factorOperator)(name);
  return makeLeaf(
    { name, operator, options, operands, expression },
    {
      open: (leaves) => openLeaves(run, leaves),
      nameOf: (leaf) => leafName(run, leaf),
      signal: run.signal,
      onProgress: run.onProgress,
    },
  );
}
