/** Ends a run without a report: its record says how, and why. */
import { nodeTitle } from '../core/plan/node-title.js';
import type { EndInput } from '../core/plan/run-types.js';
import type { Plan } from '../core/plan/types.js';
import { pointName } from '../core/sweep/point-name.js';
import type { ActivityContext } from './context.js';
import { readPlan } from './read-plan.js';
import { putRunRecord } from './run-record.js';

/** Notes the end in the run's record, with nodes and points in words. */
export async function endRun(context: ActivityContext, input: EndInput): Promise<void> {
  const { name, runId, state, failures } = input;
  const plan = await readPlan(context, input.plan);
  const reasons = input.reasons.map(({ node, point, ...reason }) => ({
    what: whatFailed(plan, { node, point }),
    ...reason,
  }));
  const end = { state, endedAt: new Date().toISOString(), reasons, failures };
  const planRef = input.plan;
  await putRunRecord(context, { name, runId, plan, planRef, state: 'running', report: undefined, end });
}

type Reason = EndInput['reasons'][number];

function whatFailed(plan: Plan, { node: id, point }: { node: Reason['node']; point: Reason['point'] }): string {
  if (point !== undefined) {
    return pointName(plan.specKind === 'sweep' ? plan.sweep.variables : [], point);
  }
  const node = plan.nodes.find((candidate) => candidate.id === id);
  return node === undefined ? (id ?? '') : nodeTitle(node);
}
