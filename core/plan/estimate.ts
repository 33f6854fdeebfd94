/** How much a plan would read and write, given what is stored. */
import type { Digest } from '../digest.js';
import type { Evaluable, PlanView } from './node.js';
import { kindOf } from './node-kinds.js';
import type { Plan } from './types.js';

/** Sizes of what is still to do. */
export interface PlanEstimate {
  readonly nodes: number;
  readonly toDo: number;
  /** Bytes of adapters, model and data that nodes to do would read, each source once. */
  readonly readBytes: number;
  /** Bytes of output adapters: the sizes of their leaves, taken as float32, at the output's dtype. */
  readonly writeBytes: number;
}

/** Estimates from the plan alone; opens nothing. */
export function estimatePlan(plan: Plan, stored: ReadonlySet<string>): PlanEstimate {
  const view = viewOf(plan);
  const toDo = plan.nodes.filter((node) => !stored.has(node.id));
  const sizes = new Map<Digest, number>();
  for (const { digest, sizeBytes } of toDo.flatMap((node) => kindOf(node).reads(node, view))) {
    sizes.set(digest, sizeBytes);
  }
  return {
    nodes: plan.nodes.length,
    toDo: toDo.length,
    readBytes: sum([...sizes.values()]),
    writeBytes: Math.round(sum(toDo.map((node) => kindOf(node).writes?.(node, view) ?? 0))),
  };
}

function viewOf({ base, adapters, nodes }: Plan): PlanView {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return {
    base,
    adapters,
    leavesOf: (value) => {
      const digests = new Set<Digest>();
      const visit = (at: Evaluable): void => {
        if (at.kind === 'adapter') {
          digests.add(at.digest);
        } else if (at.kind === 'written') {
          visit(at.of);
        }
        const node = at.kind === 'node' || at.kind === 'made' ? byId.get(at.id) : undefined;
        (node === undefined ? undefined : kindOf(node).operands?.(node))?.forEach(visit);
      };
      visit(value);
      return adapters.filter(({ digest }) => digests.has(digest));
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
