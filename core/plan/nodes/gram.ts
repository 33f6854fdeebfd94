/** `gram`: per-row Gram matrices of all leaf adapters. */
import type { Semantics } from '../../algebra/types.js';
import type { Digest } from '../../digest.js';
import { scalingFact, type GramBackend, type GramRule, type KeyFacts } from '../key-facts.js';
import type { NodeBase, NodeKind } from '../node.js';

/** Per-row Gram matrices of leaves: the digests of adapters, and the keys of the nodes that make the other leaves. */
export interface GramNode extends NodeBase {
  readonly kind: 'gram';
  readonly adapters: readonly Digest[];
  readonly semantics: Semantics;
  readonly backend: GramBackend;
}

/** The kind. */
export const gramKind: NodeKind<GramNode> = {
  resultVersion: 1,
  queue: 'merge',
  limits: 'merge',
  title: ({ adapters, dependsOn: { length: made } }) =>
    `Gram matrices of ${String(adapters.length - made)} adapters` +
    (made === 0 ? '' : ` and ${String(made)} made ${made === 1 ? 'leaf' : 'leaves'}`),
  reads: (_node, { adapters }) => adapters,
};

/** Facts of the key; adapters in the order given. */
export function gramFacts(adapters: readonly Digest[], rule: GramRule): KeyFacts {
  return {
    kind: 'gram',
    resultVersion: gramKind.resultVersion,
    adapters: [...adapters],
    scaling: scalingFact(rule),
    backend: rule.backend,
  };
}
