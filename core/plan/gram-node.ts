/** The Gram matrices of a plan. */
import { OminusError } from '../errors.js';
import type { PlanNode } from './node-kinds.js';
import type { GramNode } from './nodes/gram.js';

/**
 * The node of a plan's Gram matrices: the first of those that cover most leaves. There are several where leaves are made, and where steps
 * have scalings of their own (`semantics: reference`).
 *
 * @throws OminusError `INTERNAL` when there is none
 */
export function gramNodeOf({ nodes }: { readonly nodes: readonly PlanNode[] }): GramNode {
  const grams = nodes.filter((candidate): candidate is GramNode => candidate.kind === 'gram');
  const most = Math.max(...grams.map(({ adapters }) => adapters.length));
  const node = grams.find(({ adapters }) => adapters.length === most);
  if (node === undefined) {
    throw new OminusError('INTERNAL', { message: 'the plan has no Gram matrices' });
  }
  return node;
}
