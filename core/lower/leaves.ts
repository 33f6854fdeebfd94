/** Which adapters the Gram matrices of an experiment cover. */
import { adapterNames } from '../algebra/evaluate.js';
import type { Formula } from '../expression/types.js';

/** What mentions adapters. */
export interface Mentions {
  /** Named before all others. */
  readonly first?: readonly string[];
  readonly formulas: readonly Formula[];
  /** Evaluated names; those of steps and `base` are no adapters. */
  readonly candidates: readonly string[];
  readonly isAdapter: (name: string) => boolean;
}

/** Names of adapters in order of their first mention. */
export function leavesOf({ first = [], formulas, candidates, isAdapter }: Mentions): readonly string[] {
  return [...new Set([...first, ...formulas.flatMap(adapterNames), ...candidates.filter(isAdapter)])];
}
