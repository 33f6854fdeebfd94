/** One look at a run: what its workflow answers, and the server's heartbeats, as plain progress. */
import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { nodeTitle } from '../../core/plan/node-title.js';
import { reasonLine } from '../../core/plan/run-end.js';
import type { NodeCursor, ProgressAnswer, SweepProgressAnswer } from '../../core/plan/run-types.js';
import type { Plan } from '../../core/plan/types.js';
import type { NodeProgress, RunProgress } from '../../report/progress.js';
import { progressQuery, sweepProgressQuery } from '../../workflows/messages.js';
import { describeLatest, runHandle } from '../runs/run-chain.js';
import { runStateOf } from '../runs/run-state.js';
import type { RateMeter } from './rate-meter.js';
import { troublesOf } from './troubles.js';

/** A query waits for a worker; without one the server's own facts must do. */
const QUERY_DEADLINE_MS = 2_000;

/** A run of a plan, as the server knows it. */
export interface RunOfPlan {
  readonly client: Client;
  readonly workflowId: string;
  /** Of the run's first execution: a sweep has many. */
  readonly runId: string;
  readonly plan: Plan;
}

/** What the workflow last answered. */
export interface Answers {
  readonly nodes?: ProgressAnswer;
  readonly sweep?: SweepProgressAnswer;
}

/** One look, and what the workflow answered; it answers nothing where no worker does. */
export interface Look {
  readonly progress: RunProgress;
  readonly answers: Answers;
  readonly description: WorkflowExecutionDescription;
}

/** Looks at a run once. @throws whatever the server says when it does not know the run */
export async function lookAtRun(run: RunOfPlan, rates: RateMeter): Promise<Look> {
  const description = await describeLatest(run.client, run.workflowId, run.runId);
  const answers = await queryProgress(run, runHandle(run.client, run.workflowId, run.runId)).catch(() => ({}));
  const troubles = troublesOf(description, run.plan);
  const progress = progressOf(run, runStateOf(description), answers, { heartbeats: cursorsOf(description), rates });
  return {
    progress: { ...progress, ...(troubles.length === 0 ? {} : { troubles }) },
    answers,
    description,
  };
}

/** Asks the workflow. @throws when no worker answers in time */
export function queryProgress({ client, plan }: RunOfPlan, handle: WorkflowHandle): Promise<Answers> {
  return client.withDeadline(Date.now() + QUERY_DEADLINE_MS, async () => ({
    nodes: await handle.query(progressQuery),
    ...(plan.specKind === 'sweep' ? { sweep: await handle.query(sweepProgressQuery) } : {}),
  }));
}

/** Heartbeats of the activities that are under way. */
export function cursorsOf(run: WorkflowExecutionDescription): NodeCursor[] {
  return (run.raw.pendingActivities ?? []).flatMap((activity) => {
    const payload = activity.heartbeatDetails?.payloads?.[0];
    if (payload === undefined) {
      return [];
    }
    const cursor = defaultPayloadConverter.fromPayload<Partial<NodeCursor> | null>(payload);
    return typeof cursor?.id === 'string' && typeof cursor.done === 'number' && typeof cursor.total === 'number'
      ? [cursor as NodeCursor]
      : [];
  });
}

/** Progress from what was answered. */
export function progressOf(
  run: Pick<RunOfPlan, 'plan' | 'runId'>,
  state: RunProgress['state'],
  { nodes: answer, sweep }: Answers,
  { heartbeats, rates }: { readonly heartbeats: readonly NodeCursor[]; readonly rates: RateMeter },
): RunProgress {
  const states = new Map(answer?.nodes);
  const failures = new Map(
    answer?.failures.map(({ id, ...failure }) => [id, reasonLine({ ...failure, what: '' })] as const),
  );
  const planned = new Set(run.plan.nodes.map(({ id }) => id));
  // of the points that a sweep has chosen: its plan does not know them yet
  const later = [...states.keys()].filter((id) => !planned.has(id));
  const known = [
    ...run.plan.nodes.map((node) => ({ id: node.id, kind: node.kind, title: nodeTitle(node) })),
    ...later.map((id) => ({ id, kind: id.split(':', 1).join(), title: id })),
  ];
  const nodes = known.map((node): NodeProgress => {
    const nodeState = states.get(node.id) ?? 'waiting';
    const cursor = heartbeats.find((beat) => beat.id === node.id);
    const message = failures.get(node.id);
    return {
      ...node,
      state: nodeState,
      ...(nodeState === 'running' && cursor !== undefined ? rates.measure(cursor, Date.now()) : {}),
      ...(message === undefined ? {} : { message }),
    };
  });
  const isPaused = state === 'running' && sweep?.state === 'paused';
  const secondsLeft = state === 'running' && sweep === undefined ? rates.secondsLeft(nodes, Date.now()) : undefined;
  return {
    name: run.plan.name,
    runId: run.runId,
    state: isPaused ? 'paused' : state,
    nodes,
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
    ...(sweep === undefined ? {} : { sweep: rates.sweep(sweep, Date.now()) }),
  };
}
