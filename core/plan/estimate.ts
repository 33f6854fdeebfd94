/** How much a plan would read and write, given what is stored. */
import type { NodeId, Plan } from './types.js';

/** Sizes of what is still to do. */
export interface PlanEstimate {
  readonly nodes: number;
  readonly toDo: number;
  /** Bytes of adapters, model and data that nodes to do would read, each source once. */
  readonly readBytes: number;
  /** Bytes of output adapters: the leaves' sizes added up, scaled to the output's dtype from float32. */
  readonly writeBytes: number;
}

/** Bytes per number of an output, relative to float32. */
const DTYPE_SHARE = { float32: 1, float16: 0.5, bfloat16: 0.5 } as const;

/** Estimates from the plan alone; opens nothing. */
export function estimatePlan(plan: Plan, stored: ReadonlySet<string>): PlanEstimate {
  const toDo = plan.nodes.filter((node) => !stored.has(node.id));
  const sizes = new Map<string, number>();
  let writeBytes = 0;
  const addAdapters = (): number => {
    let total = 0;
    for (const adapter of plan.adapters) {
      sizes.set(adapter.digest, adapter.sizeBytes);
      total += adapter.sizeBytes;
    }
    return total;
  };
  for (const node of toDo) {
    switch (node.kind) {
      case 'gram':
        addAdapters();
        break;
      case 'respond':
        sizes.set(node.data.digest, node.data.sizeBytes);
        if (plan.base !== undefined) {
          sizes.set(plan.base.digest, plan.base.sizeBytes);
        }
        if (node.candidate.kind !== 'zero') {
          addAdapters();
        }
        break;
      case 'evaluate':
        sizes.set(node.data.digest, node.data.sizeBytes);
        if (node.classifier !== undefined) {
          sizes.set(node.classifier.digest, node.classifier.sizeBytes);
        }
        break;
      case 'write':
        writeBytes += leafBytes(plan, node.dependsOn, addAdapters) * DTYPE_SHARE[node.dtype];
        break;
      case 'combine':
      case 'compare':
        break;
    }
  }
  const readBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { nodes: plan.nodes.length, toDo: toDo.length, readBytes, writeBytes: Math.round(writeBytes) };
}

/** Sizes of the distinct adapters below some nodes. */
function leafBytes(plan: Plan, ids: readonly NodeId[], all: () => number): number {
  all();
  const digests = new Set<string>();
  const visit = (id: NodeId): void => {
    const node = plan.nodes.find((candidate) => candidate.id === id);
    if (node?.kind === 'combine') {
      const { left, right } = node.application;
      for (const operand of [left, right]) {
        if (operand.kind === 'adapter') {
          digests.add(operand.digest);
        } else if (operand.kind === 'node') {
          visit(operand.id);
        }
      }
    }
  };
  ids.forEach(visit);
  return plan.adapters.filter(({ digest }) => digests.has(digest)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
