/** The chain as a graph: adapters, operator applications, outputs. */
import type { Digest } from '../../core/digest.js';
import { printEdit } from '../../core/expression/print.js';
import { kindOf } from '../../core/plan/node-kinds.js';
import type { Evaluable, Operand } from '../../core/plan/node.js';
import type { CombineNode } from '../../core/plan/nodes/combine.js';
import type { MakeNode } from '../../core/plan/nodes/make.js';
import type { Plan } from '../../core/plan/types.js';
import type { ReportedNode } from '../types.js';

type Edge = ReportedNode['inputs'][number];

/** Nodes of the drawing, in topological order. */
export function reportGraph(plan: Plan): ReportedNode[] {
  const names = new Map(plan.adapters.map((adapter) => [adapter.digest, adapter.name]));
  const used = plan.nodes.flatMap((node) => kindOf(node).operands?.(node) ?? []);
  const usesZero = used.some((operand) => operand.kind === 'zero');
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
  const operations = plan.nodes.flatMap((node): ReportedNode[] =>
    node.kind !== 'combine' && node.kind !== 'make'
      ? []
      : [
          {
            id: node.id,
            kind: 'combine',
            title: node.kind === 'combine' ? operationTitle(node, names) : callTitle(node),
            subtitle: plan.steps
              .filter(({ candidate }) => operandId(candidate) === node.id)
              .map(({ name }) => name)
              .join(', '),
            digest: node.key,
            inputs: node.kind === 'combine' ? operationEdges(node) : node.operands.map(sourceEdge),
          },
        ],
  );
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
            inputs: [sourceEdge(node.candidate)],
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

/** `compress, rank 16` */
function callTitle({ operator, options }: MakeNode): string {
  return [operator, ...Object.entries(options).map(([name, value]) => `${name} ${value}`)].join(', ');
}

function sourceEdge(operand: Operand): Edge {
  return { from: operandId(operand), role: 'source' };
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
export function operandId(operand: Evaluable): string {
  switch (operand.kind) {
    case 'adapter':
      return adapterId(operand.digest);
    case 'zero':
      return 'base';
    case 'node':
    case 'made':
    case 'written':
      return operand.id;
  }
}

function adapterId(digest: Digest): string {
  return `adapter:${digest}`;
}
