/** What all nodes of a plan have in common, and what a kind of node says of itself. Plain data. */
import type { Digest } from '../digest.js';
import type { OutputDtype, RoundingDtype } from '../numeric/output-dtype.js';
import type { AdapterRef, ModelRef, SourceRef } from '../source-ref.js';

declare const nodeIdBrand: unique symbol;
/** A node's name within one plan, readable and stable: `gram`, `combine:both`, `evaluate:both:toxicity`. */
export type NodeId = string & { readonly [nodeIdBrand]: true };

/** What a combine works on: an adapter (by digest), the zero adapter, the result of another combine, or a made leaf (by its make node). */
export type Operand =
  | { readonly kind: 'adapter'; readonly digest: Digest }
  | { readonly kind: 'zero' }
  | { readonly kind: 'node'; readonly id: NodeId }
  | { readonly kind: 'made'; readonly id: NodeId };

/** A step as its output has it: with factors rounded to the output's element type. */
export interface WrittenOperand {
  readonly kind: 'written';
  /** Its round node. */
  readonly id: NodeId;
  readonly of: Operand;
  readonly dtype: RoundingDtype;
}

/** What can be evaluated. */
export type Evaluable = Operand | WrittenOperand;

/** What every node has. */
export interface NodeBase {
  readonly id: NodeId;
  readonly key: Digest;
  readonly dependsOn: readonly NodeId[];
}

/** Task queues by need (TaskQueues in run-types.ts). */
export type WorkQueue = 'control' | 'merge' | 'evaluate';

/** Time limits and retries, by name: workflows/activity-options.ts says which these are. */
export type WorkLimits = 'light' | 'merge' | 'evaluate';

/** What a node may ask about its plan. */
export interface PlanView {
  readonly base: ModelRef | undefined;
  readonly adapters: readonly AdapterRef[];
  /** Distinct adapters that a value is made from. */
  readonly leavesOf: (value: Evaluable) => readonly AdapterRef[];
}

/**
 * A kind of node: everything about it but its executor (activities/nodes). Beside it, the kind's file in nodes/ has the node's type and
 * the facts of its key. Workflows import these files, so they import values of core/plan only.
 */
export interface NodeKind<N> {
  /** Raise it when the same inputs give other bytes; it is part of the key. test/core/plan/golden-keys.test.ts pins digests of results. */
  readonly resultVersion: number;
  /** Whose workers run it. */
  readonly queue: WorkQueue;
  readonly limits: WorkLimits;
  /** What it does, in a few words for people. */
  readonly title: (node: N) => string;
  /** Sources outside the store that computing it reads. */
  readonly reads: (node: N, plan: PlanView) => readonly SourceRef[];
  /** Bytes of the adapter that it writes, estimated; absent for nodes that write none. */
  readonly writes?: (node: N, plan: PlanView) => number;
  /** Of a node whose result is a value in expressions: what that value is made from. */
  readonly operands?: (node: N) => readonly Operand[];
}

/** The part of a node's id behind its kind: `both:toxicity` of `evaluate:both:toxicity`. */
export function nameOf({ id }: Pick<NodeBase, 'id'>): string {
  return id.slice(id.indexOf(':') + 1 || id.length);
}

/** Bytes per number of an output, relative to float32. */
const DTYPE_SHARE = { float32: 1, float16: 0.5, bfloat16: 0.5 } as const;

/** Size of an adapter that is written: the sizes of its leaves, taken as float32, in the output's element type. */
export function writtenBytes(leaves: readonly SourceRef[], dtype: OutputDtype): number {
  return leaves.reduce((total, { sizeBytes }) => total + sizeBytes, 0) * DTYPE_SHARE[dtype];
}
