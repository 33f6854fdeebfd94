/** What crosses Temporal: references, ids, counts. Never tensors, never secrets. */
import type { SearchAttributeName } from '../search-attributes.js';
import type { NodeState, OutlineNode } from './schedule.js';
import type { PointFailure, BestPoint } from '../sweep/types.js';
import type { NodeId } from './node.js';
import type { ArtifactRef } from '../artifact-ref.js';
import type { FailureReason } from './run-end.js';

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
  readonly plan: ArtifactRef;
  readonly queues: TaskQueues;
  /** How many nodes may run at a time. */
  readonly concurrency: number;
  /** Those that the namespace knows: writing another one would make the workflow hang for ever. Older runs have none. */
  readonly searchAttributes?: readonly SearchAttributeName[];
  /** Whether an end without a report is noted in the run's record; older runs do not. */
  readonly recordsEnd?: boolean;
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
  /** What the node does, in words, and the machine that it failed on, where its worker said so. */
  readonly title?: string;
  readonly host?: string;
}

/** Result of a run: a reference to its report. */
export interface RunOutcome {
  readonly report: ArtifactRef;
  /** Nodes, and points of a sweep. */
  readonly total: number;
  readonly reused: number;
  /** Points of a sweep that failed for good. */
  readonly failedPoints?: number;
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
  readonly openPlan: (input: {
    readonly name: string;
    readonly plan: ArtifactRef;
    readonly runId?: RunId;
  }) => Promise<PlanOutline>;
  /** Computes one node, or finds it in the store. */
  readonly runNode: (input: { readonly plan: ArtifactRef; readonly id: NodeId }) => Promise<NodeOutcome>;
  /** Puts the report together and closes the run's record. */
  readonly finishRun: (input: {
    readonly name: string;
    readonly plan: ArtifactRef;
    readonly reused: readonly NodeId[];
    readonly startedAt: string;
    readonly runId?: RunId;
  }) => Promise<{ readonly report: ArtifactRef }>;
  /** Notes in the run's record that it ended without a report, and why. */
  readonly endRun: (input: EndInput) => Promise<void>;
}

/** Input of `endRun`. */
export interface EndInput {
  readonly name: string;
  readonly plan: ArtifactRef;
  readonly runId: RunId;
  readonly state: 'failed' | 'cancelled';
  /** The first so many failures, of a node, of a point, or of the whole run; and how many there were. */
  readonly reasons: readonly (Omit<FailureReason, 'what'> & {
    readonly node?: NodeId;
    readonly point?: Pick<PointFailure, 'index' | 'values'>;
  })[];
  readonly failures: number;
}

/**
 * Under which a run's record is stored. A workflow that continues as new says the id of its first execution (`firstExecutionRunId`
 * of its info), or each of its executions would be a run of its own; absent means the execution that asks.
 */
export type RunId = string;

/** Input of the sweep workflow; `state` is what one execution hands to the next. */
export interface SweepInput extends RunInput {
  /** Whether points are evaluated on a model; without benchmarks they are arithmetic alone, for the merge queue. */
  readonly evaluates: boolean;
  readonly state?: SweepState;
}

/** Progress of a sweep: of bounded size, whatever the number of points. */
export interface SweepState {
  /** The plan in force: `extend` replaces it. */
  readonly plan: ArtifactRef;
  readonly startedAt: string;
  readonly batch: number;
  /** Places in the batch that have not been begun, as ranges [from, to), ascending; none: the batch is yet to be opened. */
  readonly pending: readonly (readonly [from: number, to: number])[];
  readonly counts: SweepCounts;
  /** How many points there will be in all, where that is known. */
  readonly expected: number | null;
  /** The first so many failures; the counts have them all. */
  readonly failures: readonly PointFailure[];
  readonly best: BestPoint | null;
  readonly concurrency: number;
  readonly paused: boolean;
}

/** Numbers of points. */
export interface SweepCounts {
  /** Of all batches so far, the open one included. */
  readonly total: number;
  readonly done: number;
  /** Of `done`: found in the store. */
  readonly reused: number;
  readonly failed: number;
}

/** Answer of the `sweepProgress` query. */
export interface SweepProgressAnswer {
  readonly state: 'preparing' | 'searching' | 'paused' | 'choosing' | 'done' | 'failed' | 'cancelled';
  readonly counts: SweepCounts;
  /** How many points there will be in all, where that is known. */
  readonly expected: number | null;
  readonly failures: readonly PointFailure[];
  readonly best: BestPoint | null;
  readonly concurrency: number;
  /** Whether it was paused, whatever its state; absent from answers of older builds. */
  readonly paused?: boolean;
  /** Places in the open batch that activities are at work on, as ranges. */
  readonly running: readonly (readonly [from: number, to: number])[];
}

/** What became of a slice of points: those before `next` are done, reused or failed; the rest was left for another activity. */
export interface PointsOutcome {
  readonly next: number;
  /** Evaluated, or found in the store. */
  readonly done: number;
  /** Of `done`: found in the store. */
  readonly reused: number;
  readonly failures: readonly PointFailure[];
  readonly best: BestPoint | null;
}

/** What activities offer to the sweep workflow beside those of every run. */
export interface SweepActivities extends RunActivities {
  /**
   * Finds the points of a batch: all of them for grid, random and sobol; a generation, or a rung of one, for `optimize`,
   * from what earlier batches gave. Registers the batch in the run's record, so that its points are not collected as garbage.
   *
   * @returns null when the search is over
   */
  readonly openBatch: (input: {
    readonly name: string;
    readonly runId: RunId;
    readonly plan: ArtifactRef;
    readonly batch: number;
  }) => Promise<{ readonly points: number; readonly expected: number | null } | null>;
  /**
   * Evaluates points of a batch (its places `from` to `to`, counted from 0), one after the other, until the slice is done or the activity has worked for `budgetMs`
   * (at least one point). Points that the store has are not evaluated again.
   */
  readonly runPoints: (input: {
    readonly plan: ArtifactRef;
    readonly batch: number;
    readonly from: number;
    readonly to: number;
    readonly budgetMs: number;
  }) => Promise<PointsOutcome>;
  /** Chooses among all points; the plan returned has the chosen ones as steps, to be compared and written. */
  readonly choosePoints: (input: {
    readonly name: string;
    readonly runId: RunId;
    readonly plan: ArtifactRef;
    readonly batches: number;
    readonly failures: readonly PointFailure[];
  }) => Promise<{ readonly plan: ArtifactRef; readonly nodes: readonly OutlineNode[] }>;
}
