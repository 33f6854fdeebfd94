/** What crosses Temporal: references, ids, counts. Never tensors, never secrets. */
import type { Digest } from '../digest.js';
import type { SearchAttributeName } from '../search-attributes.js';
import type { NodeState, OutlineNode } from './schedule.js';
import type { NodeId } from './types.js';

/** A stored plan. */
export interface PlanRef {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** Task queues by need; every name carries the store's and the build's id. */
export interface TaskQueues {
  /** Workflows and light work. */
  readonly control: string;
  readonly merge: string;
  /** Whoever has a device for inference serves this one. */
  readonly evaluate: string;
}

/** Input of the recipe workflow. */
export interface RunInput {
  readonly name: string;
  readonly plan: PlanRef;
  readonly queues: TaskQueues;
  /** How many nodes may run at a time. */
  readonly concurrency: number;
  /** Those that the namespace knows: writing another one would make the workflow hang for ever. Older runs have none. */
  readonly searchAttributes?: readonly SearchAttributeName[];
}

/** What `openPlan` tells the workflow. */
export interface PlanOutline {
  readonly nodes: readonly OutlineNode[];
}

/** Result of one node. */
export interface NodeOutcome {
  readonly reused: boolean;
}

/** A node that failed for good. */
export interface NodeFailure {
  readonly id: NodeId;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Result of a run: a reference to its report. */
export interface RunOutcome {
  readonly report: PlanRef;
  readonly total: number;
  readonly reused: number;
}

/** Answer of the `progress` query. */
export interface ProgressAnswer {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly nodes: readonly (readonly [NodeId, NodeState])[];
  readonly failures: readonly NodeFailure[];
}

/** Heartbeat of a long node: how far it is. */
export interface NodeCursor {
  readonly id: NodeId;
  readonly done: number;
  readonly total: number;
}

/** What activities offer to workflows (activities/index.ts). */
export interface RunActivities {
  /** Reads a plan, registers the run in the store, and returns the plan's outline. */
  readonly openPlan: (input: { readonly name: string; readonly plan: PlanRef }) => Promise<PlanOutline>;
  /** Computes one node, or finds it in the store. */
  readonly runNode: (input: { readonly plan: PlanRef; readonly id: NodeId }) => Promise<NodeOutcome>;
  /** Puts the report together and closes the run's record. */
  readonly finishRun: (input: {
    readonly name: string;
    readonly plan: PlanRef;
    readonly reused: readonly NodeId[];
    readonly startedAt: string;
  }) => Promise<{ readonly report: PlanRef }>;
}
