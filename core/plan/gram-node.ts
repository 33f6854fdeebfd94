/** The Gram matrices of a plan. */
import { OminusError } from '../errors.js';
import type { PlanNode } from './node-kinds.js';
import type { GramNode } from './nodes/gram.js';

/**
 * The node of a plan's Gram matrices; the first, where steps have several (`semantics: reference`).
 *
 * @throws OminusError `INTERNAL` when there is none
 */
export function gramNodeOf({ nodes }: { readonly nodes: readonly PlanNode[] }): GramNode {
  const node = nodes.find((candidate): candidate is GramNode => candidate.kind === 'gram');
  if (node === undefined) {
    throw new OminusError('INTERNAL', { message: 'the plan has no Gram matrices' });
  }
  return node;
}
