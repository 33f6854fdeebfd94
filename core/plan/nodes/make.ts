/** `make`: a leaf that is no adapter of the spec but the product of an operator of factors, `compress(x, rank: 16)`. */
import type { Decimal } from '../../expression/types.js';
import { scalingFact, type KeyFacts, type OperandKey, type ScalingRule } from '../key-facts.js';
import type { NodeBase, NodeId, NodeKind, Operand } from '../node.js';

/**
 * A made leaf: factors in the layout of PEFT. Artifacts `tensors` and `config` are the two files of an adapter folder, `modules` says
 * what became of each module. Coefficients and Gram matrices name the leaf by the node's key.
 */
export interface MakeNode extends NodeBase {
  readonly kind: 'make';
  /** Gram matrices that cover the leaves of the operands. */
  readonly gram: NodeId;
  /** Name of the operator in core/algebra/operators/registry. */
  readonly operator: string;
  readonly operands: readonly Operand[];
  readonly options: Readonly<Record<string, Decimal>>;
  /** Normalised, every coefficient written. */
  readonly expression: string;
}

/** The kind. */
export const makeKind: NodeKind<MakeNode> = {
  resultVersion: 1,
  queue: 'merge',
  limits: 'merge',
  title: ({ expression }) => expression,
  reads: ({ operands }, { leavesOf }) => [...new Set(operands.flatMap(leavesOf))],
  operands: ({ operands }) => operands,
};

/**
 * Facts of the key, from which everything follows that the operator is given. An operator whose bytes depend on more, as the kind of
 * processor, has that in `environment`.
 */
export function makeFacts(input: {
  readonly operator: string;
  readonly operatorVersion: number;
  readonly operands: readonly OperandKey[];
  readonly options: Readonly<Record<string, Decimal>>;
  readonly scaling: ScalingRule;
  readonly environment?: Readonly<Record<string, string>>;
}): KeyFacts {
  return {
    kind: 'make',
    resultVersion: makeKind.resultVersion,
    operator: input.operator,
    operatorVersion: input.operatorVersion,
    operands: [...input.operands],
    options: { ...input.options },
    scaling: scalingFact(input.scaling),
    ...(input.environment === undefined ? {} : { environment: { ...input.environment } }),
  };
}
