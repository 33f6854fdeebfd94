/** `combine`: one operator application; a few numbers per row and leaf. */
import { applyOperator } from '../../core/algebra/apply-operator.js';
import { encodeCoefficients, encodeDiagnostics } from '../../core/algebra/artifacts.js';
import type { CombineNode } from '../../core/plan/nodes/combine.js';
import { gramOf, operandCoefficients } from '../candidates.js';
import type { NodeExecutor } from '../node-result.js';

/** Applies an operator to coefficients. */
export const combineExecutor: NodeExecutor<CombineNode> = {
  async compute(node, run) {
    const { application } = node;
    const gram = await gramOf(run, node.gram);
    const [left, right, reference] = await Promise.all([
      operandCoefficients(run, application.left, gram),
      operandCoefficients(run, application.right, gram),
      application.reference === undefined ? undefined : operandCoefficients(run, application.reference, gram),
    ]);
    const { coefficients, diagnostics } = applyOperator(
      gram,
      {
        operator: application.operator,
        sign: application.sign,
        lambda: application.lambda,
        left,
        right,
        ...(reference === undefined ? {} : { reference }),
      },
      { missing: node.missing },
    );
    const { store } = run.context;
    return {
      artifacts: {
        coefficients: await store.putArtifact(encodeCoefficients(coefficients)),
        diagnostics: await store.putArtifact(encodeDiagnostics(diagnostics)),
      },
    };
  },
};
