/** The activity of one slice of points. */
import { proxyActivities } from '@temporalio/workflow';
import type { PointsOutcome, SweepActivities, SweepInput, SweepState } from '../../core/plan/run-types.js';
import { EVALUATE, MERGE } from '../activity-options.js';
import type { Range } from './ranges.js';

/** How long an activity works on a slice: pausing waits this long, and so much is looked up again after a kill. */
const SLICE_BUDGET_MS = 10_000;

/**
 * Runs the points of a slice, under an id that says which they are: a replay in which another slice takes its place then
 * fails instead of giving one slice's outcome to the other.
 */
export function runSlice(
  { queues, evaluates }: Pick<SweepInput, 'queues' | 'evaluates'>,
  { plan, batch }: Pick<SweepState, 'plan' | 'batch'>,
  [from, to]: Range,
): Promise<PointsOutcome> {
  const limits = evaluates ? { ...EVALUATE, taskQueue: queues.evaluate } : { ...MERGE, taskQueue: queues.merge };
  const activityId = `points:${String(batch)}:${String(from)}-${String(to)}`;
  return proxyActivities<SweepActivities>({ ...limits, activityId }).runPoints({
    plan,
    batch,
    from,
    to,
    budgetMs: SLICE_BUDGET_MS,
  });
}
