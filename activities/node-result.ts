/** How node executors answer, and how a node finds the results of the nodes before it. */
import type { Coefficients } from '../core/algebra/types.js';
import { OminusError } from '../core/errors.js';
import type { Json } from '../core/digest.js';
import type { BenchmarkResult } from '../core/evaluation/types.js';
import type { PlanNode } from '../core/plan/node-kinds.js';
import type { NodeId } from '../core/plan/node.js';
import type { Plan } from '../core/plan/types.js';
import { agreesWithLeaves } from '../io/store/made-leaves.js';
import type { NodeRecord } from '../io/store/types.js';
import type { ActivityContext } from './context.js';
import type { ArtifactRef } from '../core/artifact-ref.js';

/** What a node made: artifacts already stored, and small facts. */
export interface NodeResult {
  readonly artifacts: Readonly<Record<string, ArtifactRef>>;
  readonly summary?: Readonly<Record<string, Json>>;
}

/** What an executor is given beside its node. */
export interface NodeRun {
  readonly context: ActivityContext;
  readonly plan: Plan;
  readonly signal: AbortSignal;
  /** Heartbeat: how far the node is. */
  readonly onProgress: (done: number, total: number) => void;
  /** Coefficients of nodes that were computed in place, and are in no store: the point of a sweep. */
  readonly inPlace?: ReadonlyMap<NodeId, Coefficients>;
}

/** One kind of node: how it is computed, and when a stored record still counts. One file per kind in activities/nodes. */
export interface NodeExecutor<N extends PlanNode> {
  compute(node: N, run: NodeRun): Promise<NodeResult>;
  /** Beyond its artifacts being whole: is the result still in place (an adapter folder on this disk)? */
  isInPlace?(node: N, record: NodeRecord, run: NodeRun): Promise<boolean>;
  /** What is left to do once the result is in the store: removing what only a node under way needs. */
  afterwards?(node: N, run: NodeRun): Promise<void>;
}

/** The node of a plan. */
export function nodeOf(plan: Plan, id: NodeId): PlanNode {
  const node = plan.nodes.find((candidate) => candidate.id === id);
  if (node === undefined) {
    throw new OminusError('INTERNAL', { message: `the plan has no node [id=${id}]` });
  }
  return node;
}

/**
 * An artifact of an earlier node.
 *
 * @throws OminusError `INPUT_LOST` (details.nodes names it) when it is gone or damaged: the workflow runs that node again
 */
export async function inputArtifact(run: NodeRun, id: NodeId, role: string): Promise<Uint8Array> {
  const { store } = run.context;
  const { key } = nodeOf(run.plan, id);
  const ref = (await inputRecord(run, id, role)).artifacts[role];
  if (ref === undefined) {
    throw inputLost(id, `no ${role}`);
  }
  try {
    return await store.getArtifact(ref);
  } catch (error) {
    if (error instanceof OminusError && error.code === 'ARTIFACT_DAMAGED') {
      await store.forgetNode(key);
      throw inputLost(id, error.message);
    }
    throw error;
  }
}

/**
 * The record of an earlier node.
 *
 * @throws OminusError `INPUT_LOST` (details.nodes names it) when it is gone, or was computed from other made leaves than there are now
 */
export async function inputRecord(run: NodeRun, id: NodeId, role: string): Promise<NodeRecord> {
  const { store } = run.context;
  const { key } = nodeOf(run.plan, id);
  const record = await store.getNode(key);
  if (record === undefined) {
    throw inputLost(id, `no ${role}`);
  }
  if (!(await agreesWithLeaves(store, record))) {
    await store.forgetNode(key);
    throw inputLost(id, 'it was computed from a made leaf that has since been recomputed with different bytes');
  }
  return record;
}

function inputLost(id: NodeId, why: string): OminusError {
  return resultLost(id, `an input is no longer in the store [node=${id}]: ${why}`);
}

/** Makes the workflow run a node again whose result is gone. */
export function resultLost(id: NodeId, message: string): OminusError {
  return new OminusError('INPUT_LOST', {
    message,
    hint: 'No action needed; it will be recomputed.',
    details: { nodes: id },
  });
}

/** An artifact of an earlier node that was stored as JSON. */
export async function inputJson<T>(run: NodeRun, id: NodeId, role: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await inputArtifact(run, id, role))) as T; // digest-checked bytes that we wrote
}

/**
 * Results of evaluate nodes, by label.
 *
 * @throws OminusError `INPUT_LOST` when one is gone
 */
export async function resultsByLabel(
  run: NodeRun,
  evaluations: Iterable<readonly [label: string, id: NodeId]>,
): Promise<ReadonlyMap<string, BenchmarkResult>> {
  const results = new Map<string, BenchmarkResult>();
  for (const [label, id] of evaluations) {
    results.set(label, await inputJson<BenchmarkResult>(run, id, 'result'));
  }
  return results;
}
