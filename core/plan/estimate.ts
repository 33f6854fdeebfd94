/** How much a plan would read and write, given what is stored. */
import type { Digest } from '../digest.js';
import type { Evaluable, Plan, PlanNode } from './types.js';
import type { SourceRef } from '../source-ref.js';

/** Sizes of what is still to do. */
export interface PlanEstimate {
  readonly nodes: number;
  readonly toDo: number;
  /** Bytes of adapters, model and data that nodes to do would read, each source once. */
  readonly readBytes: number;
  /** Bytes of output adapters: the sizes of their leaves, taken as float32, at the output's dtype. */
  readonly writeBytes: number;
}

/** Bytes per number of an output, relative to float32. */
const DTYPE_SHARE = { float32: 1, float16: 0.5, bfloat16: 0.5 } as const;

/** Estimates from the plan alone; opens nothing. */
export function estimatePlan(plan: Plan, stored: ReadonlySet<string>): PlanEstimate {
  const toDo = plan.nodes.filter((node) => !stored.has(node.id));
  const sizes = new Map<Digest, number>();
  for (const source of toDo.flatMap((node) => sourcesOf(plan, node))) {
    sizes.set(source.digest, source.sizeBytes);
  }
  const written = toDo.map((node) =>
    node.kind === 'write' ? sum(leavesOf(plan, node.candidate)) * DTYPE_SHARE[node.dtype] : 0,
  );
  return {
    nodes: plan.nodes.length,
    toDo: toDo.length,
    readBytes: sum([...sizes.values()].map((sizeBytes) => ({ sizeBytes }))),
    writeBytes: Math.round(written.reduce((total, bytes) => total + bytes, 0)),
  };
}

/** What computing a node reads, other than results of other nodes. */
function sourcesOf(plan: Plan, node: PlanNode): readonly SourceRef[] {
  switch (node.kind) {
    case 'gram':
      return plan.adapters;
    case 'respond':
      return [node.data, ...(plan.base === undefined ? [] : [plan.base]), ...leavesOf(plan, node.candidate)];
    case 'evaluate':
      return [node.data, ...(node.classifier === undefined ? [] : [node.classifier])];
    case 'write':
    case 'round':
      return leavesOf(plan, node.candidate);
    case 'combine':
    case 'compare':
    case 'order-gap':
    case 'order-effect':
      return [];
  }
}

/** Distinct adapters that an operand is made of. */
function leavesOf(plan: Plan, operand: Evaluable): readonly SourceRef[] {
  const digests = new Set<Digest>();
  const visit = (at: Evaluable): void => {
    if (at.kind === 'adapter') {
      digests.add(at.digest);
    } else if (at.kind === 'written') {
      visit(at.of);
    }
    const node = at.kind === 'node' ? plan.nodes.find(({ id }) => id === at.id) : undefined;
    if (node?.kind === 'combine') {
      const { left, right, reference } = node.application;
      [left, right, ...(reference === undefined ? [] : [reference])].forEach(visit);
    }
  };
  visit(operand);
  return plan.adapters.filter(({ digest }) => digests.has(digest));
}

function sum(sources: readonly { readonly sizeBytes: number }[]): number {
  return sources.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}
