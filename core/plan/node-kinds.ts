/** All kinds of node. A new one is a file in nodes/, a line in the union and a line in the table; without the line it does not compile. */
import type { NodeKind } from './node.js';
import { combineKind, type CombineNode } from './nodes/combine.js';
import { compareKind, type CompareNode } from './nodes/compare.js';
import { evaluateKind, type EvaluateNode } from './nodes/evaluate.js';
import { gramKind, type GramNode } from './nodes/gram.js';
import { makeKind, type MakeNode } from './nodes/make.js';
import { orderEffectKind, type OrderEffectNode } from './nodes/order-effect.js';
import { orderGapKind, type OrderGapNode } from './nodes/order-gap.js';
import { respondKind, type RespondNode } from './nodes/respond.js';
import { roundKind, type RoundNode } from './nodes/round.js';
import { writeKind, type WriteNode } from './nodes/write.js';

/** One unit of work. */
export type PlanNode =
  | GramNode
  | MakeNode
  | CombineNode
  | RoundNode
  | RespondNode
  | EvaluateNode
  | CompareNode
  | WriteNode
  | OrderGapNode
  | OrderEffectNode;

/** The node of one kind. */
export type NodeOf<K extends PlanNode['kind']> = Extract<PlanNode, { readonly kind: K }>;

/** What each kind says of itself. */
export const NODE_KINDS: { readonly [K in PlanNode['kind']]: NodeKind<NodeOf<K>> } = {
  gram: gramKind,
  make: makeKind,
  combine: combineKind,
  round: roundKind,
  respond: respondKind,
  evaluate: evaluateKind,
  compare: compareKind,
  write: writeKind,
  'order-gap': orderGapKind,
  'order-effect': orderEffectKind,
};

/** The kind of a node. */
export function kindOf(node: PlanNode): NodeKind<PlanNode> {
  return NODE_KINDS[node.kind] as NodeKind<PlanNode>; // the table pairs kinds with their nodes
}
