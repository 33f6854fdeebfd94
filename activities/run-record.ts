/** A run's record in the store: what it refers to, so that garbage collection keeps it. */
import type { PlanRef } from '../core/plan/run-types.js';
import type { Plan } from '../core/plan/types.js';
import type { RunRecord } from '../io/store/run-record.js';
import type { ActivityContext } from './context.js';

interface RunState {
  readonly name: string;
  readonly runId: string;
  readonly plan: Plan;
  readonly planRef: PlanRef;
  readonly state: 'running' | 'finished';
  readonly report: PlanRef | undefined;
}

/** Writes the record; a later state replaces an earlier one. */
export async function putRunRecord(context: ActivityContext, run: RunState): Promise<void> {
  const record = {
    state: run.state,
    nodes: run.plan.nodes.map((node) => node.key),
    artifacts: [run.planRef, ...(run.report === undefined ? [] : [run.report])].map((ref) => ({ ...ref })),
    plan: { ...run.planRef },
    planDigest: run.plan.digest,
    ...(run.report === undefined ? {} : { report: { ...run.report } }),
  } satisfies RunRecord;
  await context.store.putRun(run.name, run.runId, record);
}
