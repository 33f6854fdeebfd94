/** Work of a run that failed and is tried again, in words: what it is, on which machine it failed, and why. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import { nodeTitle } from '../../core/plan/node-title.js';
import { shortMessage } from '../../core/plan/run-end.js';
import type { SweepActivities } from '../../core/plan/run-types.js';
import type { Plan } from '../../core/plan/types.js';
import type { Trouble } from '../../report/progress.js';

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** What activities do that are of no node. */
const WORK: Readonly<Partial<Record<keyof SweepActivities, string>>> = {
  openPlan: 'reading the plan',
  finishRun: 'the report',
  endRun: 'noting the end',
  openBatch: 'finding the next points',
  choosePoints: 'the choice among the points',
};

/** Work that failed and is tried again. */
export function troublesOf(run: WorkflowExecutionDescription, plan: Plan): readonly Trouble[] {
  return (run.raw.pendingActivities ?? []).flatMap((activity): Trouble[] => {
    const { activityId, attempt, lastFailure } = activity;
    if (typeof attempt !== 'number' || attempt < 2 || !lastFailure) {
      return [];
    }
    const isTimeout = Boolean(lastFailure.timeoutFailureInfo);
    const code = isTimeout ? 'TIMEOUT' : (lastFailure.applicationFailureInfo?.type ?? '');
    const message = isTimeout ? 'its worker stopped answering' : (lastFailure.message ?? '').split('\n')[0];
    const host = hostOf(activity);
    return [
      {
        id: activityId ?? '',
        title: titleOf(activity, plan),
        attempt: attempt - 1,
        code,
        message: shortMessage(message ?? ''),
        ...(host === undefined ? {} : { host }),
      },
    ];
  });
}

/** That nobody has picked a run up. */
export function noWorker(id: string): Trouble {
  const message = 'no worker has picked up this run: start one with ominus worker, or run the spec again';
  return { id, title: id, attempt: 0, code: 'WORKER_MISSING', message };
}

function titleOf({ activityId, activityType }: PendingActivity, plan: Plan): string {
  const node = plan.nodes.find(({ id }) => id === activityId);
  if (node !== undefined) {
    return nodeTitle(node);
  }
  const [, from, to] = /^points:\d+:(\d+)-(\d+)$/.exec(activityId ?? '') ?? [];
  if (from !== undefined && to !== undefined) {
    const last = Number(to) - 1;
    return Number(from) === last ? `point ${from} of the batch` : `points ${from} to ${String(last)} of the batch`;
  }
  return WORK[activityType?.name as keyof typeof WORK] ?? activityId ?? '';
}

/** A worker's identity is `PID@HOST` unless it says otherwise. */
function hostOf({ lastWorkerIdentity }: PendingActivity): string | undefined {
  return /^\d+@(.+)$/.exec(lastWorkerIdentity ?? '')?.[1];
}
