/** Runs one node: first asks the store, then computes, then stores. */
import { OminusError } from '../core/errors.js';
import type { NodeOutcome } from '../core/plan/run-types.js';
import type { NodeOf, PlanNode } from '../core/plan/node-kinds.js';
import { agreesWithLeaves } from '../io/store/made-leaves.js';
import type { NodeRecord } from '../io/store/types.js';
import { madeBefore } from './leaves.js';
import type { NodeExecutor, NodeResult, NodeRun } from './node-result.js';
import { combineExecutor } from './nodes/combine.js';
import { compareExecutor } from './nodes/compare.js';
import { evaluateExecutor } from './nodes/evaluate.js';
import { gramExecutor } from './nodes/gram.js';
import { makeExecutor } from './nodes/make.js';
import { orderEffectExecutor } from './nodes/order-effect.js';
import { orderGapExecutor } from './nodes/order-gap.js';
import { respondExecutor } from './nodes/respond.js';
import { roundExecutor } from './nodes/round.js';
import { writeExecutor } from './nodes/write.js';

type Executors = { readonly [K in PlanNode['kind']]: NodeExecutor<NodeOf<K>> };

/** One line per kind of node. */
const EXECUTORS: Executors = {
  gram: gramExecutor,
  make: makeExecutor,
  combine: combineExecutor,
  round: roundExecutor,
  respond: respondExecutor,
  evaluate: evaluateExecutor,
  compare: compareExecutor,
  write: writeExecutor,
  'order-gap': orderGapExecutor,
  'order-effect': orderEffectExecutor,
};

/**
 * Computes a node unless the store has it whole. A record whose artifacts are missing or damaged, or that was computed from made leaves
 * which have other bytes now, is forgotten and made again.
 */
export async function runNode(node: PlanNode, run: NodeRun): Promise<NodeOutcome> {
  const { store } = run.context;
  const executor = EXECUTORS[node.kind] as NodeExecutor<PlanNode>; // the table pairs kinds with their executors
  const record = await store.getNode(node.key);
  if (record !== undefined && (await isWhole(record, node, executor, run))) {
    return { reused: true };
  }
  // Before anything is read: if a leaf is made again meanwhile, the result counts as computed from the earlier one.
  const made = await madeBefore(run, node);
  const result = await executor.compute(node, run);
  await store.putNode(toRecord(node, result, made));
  await executor.afterwards?.(node, run);
  return { reused: false };
}

async function isWhole(
  record: NodeRecord,
  node: PlanNode,
  executor: NodeExecutor<PlanNode>,
  run: NodeRun,
): Promise<boolean> {
  const { store } = run.context;
  if (!(await agreesWithLeaves(store, record))) {
    await store.forgetNode(node.key);
    return false;
  }
  try {
    for (const ref of Object.values(record.artifacts)) {
      await store.getArtifact(ref);
    }
  } catch (error) {
    if (error instanceof OminusError && error.code === 'ARTIFACT_DAMAGED') {
      await store.forgetNode(node.key);
      return false;
    }
    throw error;
  }
  return (await executor.isInPlace?.(node, record, run)) ?? true;
}

function toRecord(node: PlanNode, result: NodeResult, made: NodeRecord['made']): NodeRecord {
  return {
    key: node.key,
    kind: node.kind,
    artifacts: result.artifacts,
    summary: result.summary ?? {},
    createdAt: new Date().toISOString(),
    ...(made === undefined ? {} : { made }),
  };
}
