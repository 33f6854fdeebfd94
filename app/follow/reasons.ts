/** Why parts of a run failed: as its workflow answers, or as its record keeps it. */
import { nodeTitle } from '../../core/plan/node-title.js';
import type { FailureReason, RunEnd } from '../../core/plan/run-end.js';
import type { Plan } from '../../core/plan/types.js';
import { pointName } from '../../core/sweep/point-name.js';
import type { Answers } from './run-progress.js';

/** What the workflow says, or else what it had noted in the store when it ended. */
export function reasonsOf(plan: Plan, { nodes, sweep }: Answers, end: RunEnd | undefined): readonly FailureReason[] {
  const titles = new Map(plan.nodes.map((node) => [node.id, nodeTitle(node)]));
  const told: readonly FailureReason[] = [
    ...(nodes?.failures ?? []).map(({ id, title, ...reason }) => ({ ...reason, what: titles.get(id) ?? title ?? id })),
    ...(sweep?.failures ?? []).map(({ index, values, code, message }) => ({
      what: pointName(plan.specKind === 'sweep' ? plan.sweep.variables : [], { index, values }),
      ...{ code, message, hint: '' },
    })),
  ];
  return told.length > 0 ? told : (end?.reasons ?? []);
}
