/** What a node does, in a few words for people. */
import type { PlanNode } from './types.js';

/** `truthfulqa-mc of both`, `expert ⊖ 1·Ext(truth⁻)`, … */
export function nodeTitle(node: PlanNode): string {
  const [, ...rest] = node.id.split(':');
  const name = rest.join(':');
  switch (node.kind) {
    case 'gram':
      return `Gram matrices of ${String(node.adapters.length)} adapters`;
    case 'combine':
      return name;
    case 'round':
      return `round ${name} to ${node.dtype}`;
    case 'respond':
      return `${RESPOND_VERBS[node.task.kind]} of ${name.replace(/:([^:]*)$/, ' ($1)')}`;
    case 'evaluate':
      return `${node.benchmark} of ${node.candidateName}`;
    case 'compare':
      return `${String(node.pairs.length)} comparisons`;
    case 'write':
      return `write ${node.step} (${node.dtype})`;
    case 'order-gap':
      return `weight-space gaps of ${String(node.orders.length)} orders`;
    case 'order-effect':
      return `effect of the order on ${String(node.arms.length)} arms`;
  }
}

const RESPOND_VERBS = { choices: 'choice scores', answers: 'answers', blocks: 'token losses' } as const;
