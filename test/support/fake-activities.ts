/** Activities that do what a test says, and count: for tests of the workflow alone. */
import { setTimeout as delay } from 'node:timers/promises';
import { activityInfo, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { digestOf } from '../../core/digest.js';
import { asNodeId } from '../../core/plan/node-table.js';
import type { EndInput, NodeOutcome, PlanOutline, RunActivities } from '../../core/plan/run-types.js';
import type { OutlineNode } from '../../core/plan/schedule.js';

/** A node of a made-up plan. */
export function outlineNode(
  id: string,
  dependsOn: readonly string[] = [],
  kind: OutlineNode['kind'] = 'combine',
): OutlineNode {
  return { id: asNodeId(id), kind, dependsOn: dependsOn.map(asNodeId) };
}

/** A failure as an activity of ours would throw it. */
export function failureWith(code: string, detail: Readonly<Record<string, string>> = {}): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message: `${code} happened`, details: [detail] });
}

/** What a node does; `attempt` counts the calls for this node from 1, retries included. */
export type NodeBehaviour = (attempt: number) => NodeOutcome | Promise<NodeOutcome>;

/** Answers for a plan of the given nodes; a node without a behaviour is done at once. */
export class FakeActivities implements RunActivities {
  readonly nodes: readonly OutlineNode[];
  readonly behaviours: ReadonlyMap<string, NodeBehaviour>;
  /** Calls by node. */
  readonly calls = new Map<string, number>();
  /** Nodes in the order in which they finished. */
  readonly finished: string[] = [];
  /** Task queue of the latest call, by node. */
  readonly queues = new Map<string, string>();
  /** Nodes whose activity was cancelled. */
  readonly cancelled: string[] = [];
  /** What `finishRun` was told was reused, call by call. */
  readonly reports: (readonly string[])[] = [];
  mostRunning = 0;
  #running = 0;

  constructor(nodes: readonly OutlineNode[], behaviours: Readonly<Record<string, NodeBehaviour>> = {}) {
    this.nodes = nodes;
    this.behaviours = new Map(Object.entries(behaviours));
  }

  openPlan: RunActivities['openPlan'] = () => Promise.resolve<PlanOutline>({ nodes: this.nodes });

  runNode: RunActivities['runNode'] = async ({ id }) => {
    const attempt = (this.calls.get(id) ?? 0) + 1;
    this.calls.set(id, attempt);
    this.queues.set(id, activityInfo().taskQueue);
    this.#running++;
    this.mostRunning = Math.max(this.mostRunning, this.#running);
    try {
      const outcome = (await this.behaviours.get(id)?.(attempt)) ?? { reused: false };
      this.finished.push(id);
      return outcome;
    } finally {
      this.#running--;
    }
  };

  /** May be replaced by a test. */
  finish: NodeBehaviour = () => ({ reused: false });

  finishRun: RunActivities['finishRun'] = async ({ reused }) => {
    this.reports.push(reused);
    await this.finish(this.reports.length);
    return { report: { digest: digestOf('report'), sizeBytes: 6 } };
  };

  /** What the workflow said of ends without a report. */
  readonly ends: EndInput[] = [];

  endRun: RunActivities['endRun'] = (input) => {
    this.ends.push(input);
    return Promise.resolve();
  };

  /** A behaviour that goes on until it is cancelled, as a long evaluation does, and then needs a moment to stop. */
  untilCancelled(id: string, stopMs = 0): NodeBehaviour {
    return async () => {
      const { cancellationSignal } = Context.current();
      while (!cancellationSignal.aborted) {
        Context.current().heartbeat();
        await delay(100);
      }
      await delay(stopMs);
      this.cancelled.push(id);
      throw cancellationSignal.reason instanceof Error ? cancellationSignal.reason : new Error('no reason');
    };
  }
}
