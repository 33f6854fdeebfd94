/** The chain as a graph: adapters, operator applications, outputs. */
import type { Digest } from '../../core/digest.js';
import { printEdit } from '../../core/expression/print.js';
import type { Operand } from '../../core/plan/node.js';
import type { CombineNode } from '../../core/plan/nodes/combine.js';
import type { Plan } from '../../core/plan/types.js';
import type { ReportedNode } from '../types.js';

type Edge = ReportedNode['inputs'][number];

/** Nodes of the drawing, in topological order. */
export function reportGraph(plan: Plan): ReportedNode[] {
  const names = new Map(plan.adapters.map((adapter) => [adapter.digest, adapter.name]));
  const combines = plan.nodes.filter((node) => node.kind === 'combine');
  const used = new Set(combines.flatMap(({ application: { left, right, reference } }) => [left, right, reference]));
  const usesZero = [...used].some((operand) => operand?.kind === 'zero');
  const adapters = plan.adapters.map((adapter): ReportedNode => ({
    id: adapterId(adapter.digest),
    kind: 'adapter',
    title: adapter.name,
    subtitle: adapter.name === plan.baseline ? 'adapter (baseline)' : 'adapter',
    digest: adapter.digest,
    inputs: [],
  }));
  const base: ReportedNode[] = usesZero
    ? [
        {
          id: 'base',
          kind: 'base',
          title: 'base',
          subtitle: 'zero adapter',
          digest: plan.base?.digest ?? plan.digest,
          inputs: [],
        },
      ]
    : [];
  const operations = combines.map((node): ReportedNode => ({
    id: node.id,
    kind: 'combine',
    title: operationTitle(node, names),
    subtitle: plan.steps
      .filter(({ candidate }) => candidate.kind === 'node' && candidate.id === node.id)
      .map(({ name }) => name)
      .join(', '),
    digest: node.key,
    inputs: operationEdges(node),
  }));
  const outputs = plan.nodes.flatMap((node): ReportedNode[] =>
    node.kind !== 'write'
      ? []
      : [
          {
            id: node.id,
            kind: 'output',
            title: `output ${node.step}`,
            subtitle: node.dtype,
            digest: node.key,
            inputs: [{ from: operandId(node.candidate), role: 'source' }],
          },
        ],
  );
  return [...base, ...adapters, ...operations, ...outputs];
}

function operationTitle({ application }: CombineNode, names: ReadonlyMap<Digest, string>): string {
  const { operator, sign, lambda, right, reference } = application;
  const name = right.kind === 'adapter' ? (names.get(right.digest) ?? '') : '…';
  const inner = printEdit(operator, name, reference === undefined ? undefined : '…') ?? name;
  return `${sign === 1 ? '⊕' : '⊖'} ${lambda}·${inner}`;
}

function operationEdges({ application }: CombineNode): Edge[] {
  const edges: Edge[] = [
    { from: operandId(application.left), role: 'left' },
    { from: operandId(application.right), role: 'right' },
  ];
  return application.reference === undefined
    ? edges
    : [...edges, { from: operandId(application.reference), role: 'reference' }];
}

/** What stands for an operand in the drawing: equal for equal ones. */
export function operandId(operand: Operand): string {
  switch (operand.kind) {
    case 'adapter':
      return adapterId(operand.digest);
    case 'zero':
      return 'base';
    case 'node':
      return operand.id;
  }
}

function adapterId(digest: Digest): string {
  return `adapter:${digest}`;
}
