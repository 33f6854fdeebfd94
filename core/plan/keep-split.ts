/** A sweep under way keeps the halves of its examples until it ends, also when a newer version of ominus goes on with it. */
import { OminusError } from '../errors.js';
import type { OperandKey } from './key-facts.js';
import type { Evaluable } from './node.js';
import { planDigest } from './plan-digest.js';
import type { Plan } from './types.js';

/**
 * The plan with the split of an earlier plan of the same run, where that was version 1: the points that it found, and what it
 * chose them by, count for the rest of its search. Any other plan is returned as it is.
 *
 * @param before - the plan in force
 */
export function withSplitOf(plan: Plan, before: Plan): Plan {
  if (plan.specKind !== 'sweep' || before.specKind !== 'sweep' || before.sweep.split !== undefined) {
    return plan;
  }
  const sweep = { ...plan.sweep };
  delete sweep.split;
  const digest = planDigest(plan, { specKind: 'sweep', sweep }, (value) => keyIn(plan, value));
  return { ...plan, sweep, digest };
}

function keyIn({ nodes }: Plan, value: Evaluable): OperandKey {
  switch (value.kind) {
    case 'adapter':
      return value.digest;
    case 'zero':
      return 'zero';
    case 'node':
    case 'made':
    case 'written': {
      const node = nodes.find(({ id }) => id === value.id);
      if (node === undefined) {
        throw new OminusError('INTERNAL', { message: `the plan has no node [id=${value.id}]` });
      }
      return node.key;
    }
  }
}
