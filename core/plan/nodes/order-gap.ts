/** `order-gap`: weight-space gaps between all orders of a study. */
import type { Digest } from '../../digest.js';
import type { Decimal } from '../../expression/types.js';
import type { StudyOperator } from '../../study/types.js';
import { scalingFact, type GramRule, type KeyFacts } from '../key-facts.js';
import type { NodeBase, NodeId, NodeKind } from '../node.js';

/** Weight-space gaps between all orders of a study, from Gram matrices alone; artifacts `summary` and `gaps`. */
export interface OrderGapNode extends NodeBase {
  readonly kind: 'order-gap';
  readonly gram: NodeId;
  readonly expert: Digest;
  /** Anti-experts; orders are permutations of places in it. */
  readonly remove: readonly Digest[];
  readonly orders: readonly (readonly number[])[];
  readonly settings: readonly { readonly label: string; readonly lambdas: readonly Decimal[] }[];
  readonly operators: readonly StudyOperator[];
  readonly missing: 'pass' | 'error';
  readonly distinct: number | null;
}

/** The kind: long loops over many orders. */
export const orderGapKind: NodeKind<OrderGapNode> = {
  resultVersion: 1,
  queue: 'merge',
  limits: 'merge',
  title: ({ orders }) => `weight-space gaps of ${String(orders.length)} orders`,
  reads: () => [],
};

/** Facts of the key. Controls whose order cannot matter are no part of it. */
export function orderGapFacts(input: {
  readonly expert: Digest;
  readonly remove: readonly Digest[];
  readonly orders: readonly (readonly number[])[];
  /** λ by anti-expert, per setting. */
  readonly settings: readonly (readonly Decimal[])[];
  /** Those whose order matters. */
  readonly operators: readonly StudyOperator[];
  readonly missing: 'pass' | 'error';
  readonly distinct: number | null;
  readonly rule: GramRule;
}): KeyFacts {
  return {
    kind: 'order-gap',
    resultVersion: orderGapKind.resultVersion,
    expert: input.expert,
    remove: [...input.remove],
    orders: input.orders.map((order) => [...order]),
    settings: input.settings.map((lambdas) => [...lambdas]),
    operators: [...input.operators],
    missing: input.missing,
    distinct: input.distinct,
    scaling: scalingFact(input.rule),
    backend: input.rule.backend,
  };
}
