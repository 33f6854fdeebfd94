/** `combine`: one operator application; a few numbers per row and leaf. */
import { applyOperator } from '../../core/algebra/apply-operator.js';
import { decodeGram, encodeCoefficients } from '../../core/algebra/artifacts.js';
import type { CombineNode } from '../../core/plan/types.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { coefficientsOf } from '../candidates.js';
import { inputArtifact, type NodeExecutor } from '../node-result.js';

/** Applies an operator to coefficients. */
export const combineExecutor: NodeExecutor<CombineNode> = {
  async compute(node, run) {
    const { application } = node;
    const gram = decodeGram(await inputArtifact(run, node.gram, 'gram'));
    const [left, right, reference] = await Promise.all([
      coefficientsOf(run, application.left),
      coefficientsOf(run, application.right),
      application.reference === undefined ? undefined : coefficientsOf(run, application.reference),
    ]);
    const { coefficients, diagnostics } = applyOperator(
      gram,
      { ...application, left, right, ...(reference === undefined ? {} : { reference }) },
      { missing: node.missing },
    );
    const { store } = run.context;
    return {
      artifacts: {
        coefficients: await store.putArtifact(encodeCoefficients(coefficients)),
        diagnostics: await jsonArtifact(store, diagnostics),
      },
    };
  },
};
