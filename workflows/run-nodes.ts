/** Runs the nodes of a plan: ready ones with bounded concurrency, each by an activity that first asks the store. */
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { NodeFailure, NodeOutcome, RunActivities, RunId, RunInput, RunOutcome } from '../core/plan/run-types.js';
import type { OutlineNode, Schedule } from '../core/plan/schedule.js';
import type { NodeId, WorkLimits } from '../core/plan/node.js';
import { NODE_KINDS } from '../core/plan/node-kinds.js';
import { EVALUATE, LIGHT, MERGE } from './activity-options.js';
import { runBounded } from './run-bounded.js';

/** How often artifacts of one run may turn out to be lost before the run gives up. */
const MOST_REOPENINGS = 20;

/** Nodes of a plan, and how far they are. */
export interface NodesUnderWay {
  schedule: Schedule;
  readonly failures: NodeFailure[];
  /** How often artifacts turned out to be lost. */
  reopenings: number;
}

/** What running a plan's nodes needs of a run's input. */
export type NodesInput = Pick<RunInput, 'plan' | 'queues' | 'concurrency'>;

/**
 * Runs the nodes, then the report; an artifact that the report misses is made again.
 *
 * @throws ApplicationFailure `RUN_FAILED` when nodes failed for good; whatever the report could not be made for
 */
export async function runToReport(
  input: NodesInput & Pick<RunInput, 'name'>,
  run: NodesUnderWay,
  startedAt: string,
  runId?: RunId,
): Promise<RunOutcome> {
  const { name, plan } = input;
  const { finishRun } = proxyActivities<RunActivities>({ ...LIGHT, taskQueue: input.queues.control });
  for (;;) {
    await completeNodes(input, run);
    const states = run.schedule.states();
    const reused = states.flatMap(([id, how]) => (how === 'reused' ? [id] : []));
    try {
      const { report } = await finishRun({ name, plan, reused, startedAt, ...(runId === undefined ? {} : { runId }) });
      return { report, total: states.length, reused: reused.length };
    } catch (error) {
      if (!reopenLost(run, error)) {
        throw error;
      }
    }
  }
}

/**
 * Runs all nodes that are not finished.
 *
 * @throws ApplicationFailure `RUN_FAILED` with one detail per node that failed for good
 */
export async function completeNodes(input: NodesInput, run: NodesUnderWay): Promise<void> {
  await runNodes(input, run);
  if (run.failures.length > 0) {
    throw runFailed(run.failures, run.schedule);
  }
}

/**
 * Starts ready nodes until nothing runs and nothing can run. When the run is cancelled nothing more is started, and this
 * ends with the last activity, so that nothing writes beside the next run.
 */
async function runNodes(input: NodesInput, run: NodesUnderWay): Promise<void> {
  const { schedule, failures } = run;
  let cancellation: Error | undefined;
  await runBounded<OutlineNode, NodeOutcome>({
    atMost: input.concurrency,
    take: (places) => {
      const nodes = cancellation === undefined ? schedule.ready().slice(0, places) : [];
      nodes.forEach(({ id }) => {
        schedule.start(id);
      });
      return nodes;
    },
    start: (node) => startNode(input, node),
    ended: ({ id }, end) => {
      if (end.status === 'fulfilled') {
        schedule.finish(id, end.value.reused ? 'reused' : 'done');
      } else if (end.reason instanceof Error && isCancellation(end.reason)) {
        cancellation = end.reason;
      } else if (!reopenLost(run, end.reason, id)) {
        schedule.fail(id);
        failures.push(asNodeFailure(id, end.reason));
      }
    },
  });
  if (cancellation !== undefined) {
    throw cancellation;
  }
}

/** What a kind's limits mean. */
const LIMITS: Readonly<Record<WorkLimits, ActivityOptions>> = { light: LIGHT, merge: MERGE, evaluate: EVALUATE };

/**
 * Starts the activity of a node, under the node's id: a replay in which another node takes its place then fails instead of
 * giving one node's outcome to the other.
 */
function startNode({ plan, queues }: NodesInput, { id, kind }: OutlineNode): Promise<NodeOutcome> {
  const { limits, queue } = NODE_KINDS[kind];
  const options = { ...LIMITS[limits], taskQueue: queues[queue], activityId: id };
  return proxyActivities<RunActivities>(options).runNode({ plan, id });
}

/** The innermost application failure of an activity, as data. */
export function asNodeFailure(id: NodeId, error: unknown): NodeFailure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const isKnown = cause instanceof ApplicationFailure;
  const { hint, title, host } = detailsOf(cause);
  return {
    id,
    code: isKnown ? (cause.type ?? 'INTERNAL') : 'INTERNAL',
    message: cause instanceof Error ? cause.message : String(cause),
    hint: typeof hint === 'string' ? hint : '',
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof host === 'string' ? { host } : {}),
  };
}

/** What `toApplicationFailure` wrote, or another version. */
function detailsOf(cause: unknown): { readonly hint?: unknown; readonly title?: unknown; readonly host?: unknown } {
  const detail: unknown = cause instanceof ApplicationFailure ? cause.details?.[0] : undefined;
  return typeof detail === 'object' && detail !== null ? detail : {};
}

/**
 * Lets the nodes run again whose artifacts an activity missed, and the node that missed them.
 *
 * @returns false when the error is another one, or when this has happened too often
 */
export function reopenLost(run: NodesUnderWay, error: unknown, missedBy?: NodeId): boolean {
  const lost = lostInputs(error);
  if (lost.length === 0 || run.reopenings >= MOST_REOPENINGS) {
    return false;
  }
  run.reopenings++;
  run.schedule.reopen(lost, missedBy);
  return true;
}

/** Ids of the nodes whose artifacts were lost, from the detail of `INPUT_LOST`. */
function lostInputs(error: unknown): NodeId[] {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'INPUT_LOST') {
    return [];
  }
  const details = cause.details?.[0] as { nodes?: unknown } | undefined; // made by toApplicationFailure
  return typeof details?.nodes === 'string' ? (details.nodes.split('\n') as NodeId[]) : [];
}

function runFailed(failures: readonly NodeFailure[], schedule: Schedule): ApplicationFailure {
  const skipped = schedule.states().filter(([, how]) => how === 'skipped').length;
  const first = failures[0];
  const what = first?.title ?? first?.id ?? '';
  const place = first?.host === undefined ? '' : ` on ${first.host}`;
  return ApplicationFailure.create({
    type: 'RUN_FAILED',
    nonRetryable: true,
    message: `${String(failures.length)} of ${String(schedule.states().length)} nodes failed${skipped > 0 ? `, ${String(skipped)} could not start` : ''}; first: ${what}${place}: ${first?.code ?? ''} ${first?.message ?? ''}`,
    // short: of a failure of several kilobytes the server drops code and message
    details: [{ hint: first?.hint ?? '', failures: failures.slice(0, 20).map(({ id, code }) => ({ id, code })) }],
  });
}
