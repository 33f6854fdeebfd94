/** Made leaves of a run: what became of them, and whether they were made before with other bytes. */
import type { Json } from '../../core/digest.js';
import { kindOf, type PlanNode } from '../../core/plan/node-kinds.js';
import type { Evaluable, NodeId } from '../../core/plan/node.js';
import type { MakeNode } from '../../core/plan/nodes/make.js';
import type { Plan } from '../../core/plan/types.js';
import type { ReportedMadeLeaf, ReportedStep } from '../types.js';

/** Summaries of make nodes. */
type Summaries = ReadonlyMap<NodeId, Readonly<Record<string, Json>>>;

/** The made leaves that a value is computed from, the innermost first; absent where there are none. */
export function madeOf(
  value: Evaluable,
  { made }: { readonly made: Summaries },
  nodes: ReadonlyMap<NodeId, PlanNode>,
): Pick<ReportedStep, 'made'> {
  const found = new Map<NodeId, ReportedMadeLeaf>();
  const visit = (at: Evaluable): void => {
    if (at.kind === 'written') {
      visit(at.of);
      return;
    }
    const node = at.kind === 'node' || at.kind === 'made' ? nodes.get(at.id) : undefined;
    if (node !== undefined && !found.has(node.id)) {
      kindOf(node).operands?.(node).forEach(visit);
      if (node.kind === 'make') {
        found.set(node.id, describe(node, made.get(node.id) ?? {}));
      }
    }
  };
  visit(value);
  return found.size === 0 ? {} : { made: [...found.values()] };
}

function describe({ expression }: MakeNode, summary: Readonly<Record<string, Json>>): ReportedMadeLeaf {
  return {
    expression,
    rank: numberOf(summary['rank']),
    fullRank: numberOf(summary['fullRank']),
    relativeError: numberOf(summary['relativeError']),
    keptEnergy: numberOf(summary['keptEnergy']),
  };
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

/** One line per leaf that has other bytes than when it was first made. */
export function remadeWarnings({ nodes }: Pick<Plan, 'nodes'>, made: Summaries): readonly string[] {
  return nodes.flatMap((node) => {
    const first = made.get(node.id)?.['firstDigest'];
    return node.kind !== 'make' || typeof first !== 'string'
      ? []
      : [
          `${node.expression} was made again, with other bytes than the first time (${first.slice(0, 19)}); ` +
            'what was computed from the earlier bytes is not used',
        ];
  });
}
