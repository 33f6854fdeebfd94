/** Begins a run: its record goes into the store first, so that nothing of it is garbage while it runs. */
import type { PlanOutline } from '../core/plan/run-types.js';
import type { ActivityContext } from './context.js';
import { readPlan } from './read-plan.js';
import { putRunRecord } from './run-record.js';
import type { ArtifactRef } from '../core/artifact-ref.js';

/** Registers the run and returns what the workflow needs of its plan. */
export async function openPlan(
  context: ActivityContext,
  input: { readonly name: string; readonly plan: ArtifactRef },
  runId: string,
): Promise<PlanOutline> {
  const plan = await readPlan(context, input.plan);
  await putRunRecord(context, {
    name: input.name,
    runId,
    plan,
    planRef: input.plan,
    state: 'running',
    report: undefined,
  });
  return { nodes: plan.nodes.map(({ id, kind, dependsOn }) => ({ id, kind, dependsOn })) };
}
