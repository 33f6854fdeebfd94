/** Plans of tests that must be those of one kind of spec. */
import type { Plan, PlanOf } from '../../core/plan/types.js';

/** The plan, known to be of that kind; fails the test when it is of another one. */
export function planOfKind<K extends Plan['specKind']>(kind: K, plan: Plan): PlanOf<K> {
  if (!isOfKind(kind, plan)) {
    throw new Error(`the plan is of another kind of spec: ${plan.specKind}`);
  }
  return plan;
}

function isOfKind<K extends Plan['specKind']>(kind: K, plan: Plan): plan is Plan & PlanOf<K> {
  return plan.specKind === kind;
}
