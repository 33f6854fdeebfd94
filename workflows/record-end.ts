/** Has the store note how a run ended without a report: its reasons then outlive the server's history, and the server. */
import { CancellationScope, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { NodeId } from '../core/plan/node.js';
import { MOST_REASONS, shortMessage } from '../core/plan/run-end.js';
import type { EndInput, NodeFailure, RunActivities, RunId, RunInput } from '../core/plan/run-types.js';
import type { PointFailure } from '../core/sweep/types.js';
import type { ArtifactRef } from '../core/artifact-ref.js';
import { LIGHT } from './activity-options.js';
import { asNodeFailure } from './run-nodes.js';

/** What failed in a run. */
export interface EndedRun {
  readonly plan: ArtifactRef;
  readonly runId: RunId;
  readonly nodes: readonly NodeFailure[];
  readonly points?: readonly PointFailure[];
  /** Of points; all are counted, though not all are kept. */
  readonly failedPoints?: number;
}

/** A store that is away must not keep a run from ending. */
const TIME = { scheduleToCloseTimeout: '30s', retry: { maximumAttempts: 5 } } as const;

/**
 * Notes the end of a run, whatever became of it: an end that cannot be noted is the server's to tell.
 *
 * @param error - what the workflow is about to throw
 */
export async function recordEnd(input: RunInput, run: EndedRun, error: unknown): Promise<void> {
  if (input.recordsEnd !== true) {
    return; // a run of an older build: its history has no such activity
  }
  const state = isCancellation(error) ? 'cancelled' : 'failed';
  const { endRun } = proxyActivities<RunActivities>({ ...LIGHT, ...TIME, taskQueue: input.queues.control });
  const { plan, runId } = run;
  try {
    await CancellationScope.nonCancellable(() =>
      endRun({ name: input.name, plan, runId, state, ...failed(run, error) }),
    );
  } catch {
    // the server knows how the run ended
  }
}

function failed(run: EndedRun, error: unknown): Pick<EndInput, 'reasons' | 'failures'> {
  const { nodes, points = [], failedPoints = 0 } = run;
  const all: EndInput['reasons'] = [
    ...nodes.map(({ id, code, message, hint, host }) => ({
      ...{ node: id, code, message, hint },
      ...(host === undefined ? {} : { host }),
    })),
    ...points.map(({ index, values, code, message }) => ({
      ...{ point: { index, values }, code, message, hint: '' },
    })),
  ];
  const reasons = all.length > 0 || isCancellation(error) ? all : [wholeRun(error)];
  return {
    reasons: reasons
      .slice(0, MOST_REASONS)
      .map((reason) => ({ ...reason, message: shortMessage(reason.message), hint: shortMessage(reason.hint) })),
    failures: Math.max(reasons.length, nodes.length + failedPoints),
  };
}

/** What ended the run though no node or point failed: its plan was lost, its report could not be made. */
function wholeRun(error: unknown): EndInput['reasons'][number] {
  const { code, message, hint, host } = asNodeFailure('' as NodeId, error);
  return { code, message, hint, ...(host === undefined ? {} : { host }) };
}
