/** What a node does, in a few words for people. */
import { kindOf, type PlanNode } from './node-kinds.js';

/** `truthfulqa-mc of both`, `expert ⊖ 1·Ext(truth⁻)`, … */
export function nodeTitle(node: PlanNode): string {
  return kindOf(node).title(node);
}
