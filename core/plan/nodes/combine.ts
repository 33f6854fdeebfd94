/** `combine`: one operator application. */
import type { Application } from '../../expression/types.js';
import { scalingFact, type GramRule, type KeyFacts, type OperandKey } from '../key-facts.js';
import { nameOf, type NodeBase, type NodeId, type NodeKind, type Operand } from '../node.js';

/** One operator application; its artifact is the coefficients [leaves, rows] per module, and diagnostics. */
export interface CombineNode extends NodeBase {
  readonly kind: 'combine';
  readonly gram: NodeId;
  readonly application: Application<Operand>;
  /** Refuse target modules that only the right operand has. */
  readonly missing: 'pass' | 'error';
}

/** The kind. */
export const combineKind: NodeKind<CombineNode> = {
  resultVersion: 1,
  queue: 'merge',
  limits: 'merge',
  title: nameOf,
  reads: () => [],
  operands: ({ application: { left, right, reference } }) => [
    left,
    right,
    ...(reference === undefined ? [] : [reference]),
  ],
};

/**
 * Facts of the key. Of the Gram matrices only the rule is part of it: entries of a pair of leaves are the same numbers in whatever set
 * they were computed.
 */
export function combineFacts(
  application: Application<OperandKey>,
  missing: 'pass' | 'error',
  rule: GramRule,
): KeyFacts {
  return {
    kind: 'combine',
    resultVersion: combineKind.resultVersion,
    operator: application.operator,
    sign: application.sign,
    lambda: application.lambda,
    left: application.left,
    right: application.right,
    reference: application.reference ?? null,
    missing,
    scaling: scalingFact(rule),
    backend: rule.backend,
  };
}
