/** A finished run's artifacts → one {@link RunReport}. Pure: what it says is in the artifacts. */
import { aboutRun } from '../../core/plan/about.js';
import type { WrittenRanks } from '../../core/adapter/output-ranks.js';
import type { CombineDiagnostics } from '../../core/algebra/types.js';
import { toDigest, type Digest, type Json } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { metricsOf } from '../../core/evaluation/parts.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { RespondFacts } from '../../core/evaluation/respond-facts.js';
import { marginOf } from '../../core/evaluation/presentation.js';
import type { BenchmarkResult, MetricDefinition } from '../../core/evaluation/types.js';
import type { PlanNode } from '../../core/plan/node-kinds.js';
import type { Evaluable, NodeId } from '../../core/plan/node.js';
import type { EvaluateNode } from '../../core/plan/nodes/evaluate.js';
import type { Plan, PlanStep } from '../../core/plan/types.js';
import { factsOf, type FactMaterial } from './facts.js';
import { assembleFlips, type FlipPair } from './flips.js';
import { madeOf, remadeWarnings } from './made-leaves.js';
import { operandId, reportGraph } from './chain-graph.js';
import { responseProvenance } from './responses.js';
import { sampleAnswers } from './samples.js';
import type { ComparisonResult } from '../../core/evaluation/comparison.js';
import type { MetricPresentation, ReportedEvaluation, ReportedStep, RunReport } from '../types.js';

/** Where a step is in weight space. */
export interface StepGeometry {
  readonly norm: number;
  /** ‖Δ − Δ_baseline‖ / ‖Δ_baseline‖; null when the baseline's norm is zero. */
  readonly distanceFromBaseline: number | null;
}

/** What a write node tells of its adapter. */
interface WrittenOutput extends Partial<WrittenRanks> {
  readonly digest: string;
  readonly roundingError: number | null;
}

/** Everything a report is made of. */
export interface RunMaterial extends FactMaterial {
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Nodes whose results were in the store already. */
  readonly reused: number;
  readonly evaluations: ReadonlyMap<NodeId, BenchmarkResult>;
  /** What respond nodes say of themselves. */
  readonly responses: ReadonlyMap<NodeId, RespondFacts>;
  readonly diagnostics: ReadonlyMap<NodeId, CombineDiagnostics>;
  /** Summaries of make nodes. */
  readonly made: ReadonlyMap<NodeId, Readonly<Record<string, Json>>>;
  readonly written: ReadonlyMap<NodeId, WrittenOutput>;
  readonly comparisons: ComparisonResult;
  /** By step name. */
  readonly geometry: ReadonlyMap<string, StepGeometry>;
  readonly versions: Readonly<Record<string, string>>;
}

/** Puts the report together. */
export function assembleReport(material: RunMaterial): RunReport {
  const { plan } = material;
  const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
  const flips = assembleFlips(plan, material.evaluations, flipPairs(material));
  return {
    reportVersion: 1,
    ...(material.partial === undefined ? {} : { partial: material.partial }),
    run: {
      name: plan.name,
      runId: material.runId,
      startedAt: material.startedAt,
      finishedAt: material.finishedAt,
    },
    ...aboutRun(plan),
    specText: plan.specText,
    planDigest: plan.digest,
    baseline: plan.baseline,
    metrics: metricDefinitions(material, nodes),
    steps: plan.steps.map((step) => reportStep(step, material, nodes)),
    graph: reportGraph(plan),
    comparisons: material.comparisons,
    samples: sampleAnswers(plan, material.evaluations),
    outputs: plan.nodes.flatMap((node) => {
      const written = material.written.get(node.id);
      return node.kind !== 'write' || written === undefined
        ? []
        : [
            {
              step: node.step,
              path: node.path,
              digest: toDigest(written.digest),
              dtype: node.dtype,
              roundingError: written.roundingError,
              ...ranksOf(written),
            },
          ];
    }),
    provenance: {
      versions: material.versions,
      environment: plan.environment,
      base: baseOf(plan),
      adapters: plan.adapters.map(({ name, uri, digest }) => ({ name, uri, digest })),
      data: dataSources(plan),
      nodes: { total: plan.nodes.length, reused: material.reused },
      ...responseProvenance(plan, material.responses),
    },
    warnings: [...plan.warnings, ...remadeWarnings(plan, material.made)],
    ...(flips.length === 0 ? {} : { flips }),
    ...factsOf(material),
  };
}

/** Absent where version 0.1.0 wrote the adapter. */
function ranksOf({ ranks, maxRank, trueRanks }: WrittenOutput): Pick<RunReport['outputs'][number], 'ranks'> {
  return ranks === undefined || maxRank === undefined || trueRanks === undefined
    ? {}
    : { ranks: { ranks, maxRank, trueRanks } };
}

/**
 * Pairs whose examples are shown, the most telling first: of a study the two orders that are furthest apart, per operator and
 * setting; then pairs that the spec asks for; then every candidate against the baseline.
 */
function flipPairs({ plan, gap, comparisons }: RunMaterial): readonly FlipPair[] {
  const arms = plan.specKind === 'order-study' ? plan.study.arms : [];
  const evaluated = new Map(arms.map((arm) => [arm.name, arm.evaluatedAs]));
  const furthest = (gap?.gaps ?? []).flatMap(({ operator, setting, parts }): readonly FlipPair[] => {
    const [first, second] = (parts[0]?.maxPair ?? []).map((order) => {
      const arm = arms.find(
        (candidate) =>
          candidate.operator === operator &&
          candidate.setting === setting &&
          candidate.match === 'lambda' &&
          candidate.order === order,
      );
      return arm === undefined ? undefined : evaluated.get(arm.name);
    });
    return first === undefined || second === undefined || first === second ? [] : [{ first, second }];
  });
  const touchesBaseline = ({ first, second }: FlipPair): boolean => first === plan.baseline || second === plan.baseline;
  return [
    ...furthest,
    ...comparisons.pairs.filter((pair) => !touchesBaseline(pair)),
    ...comparisons.pairs.filter(touchesBaseline),
  ];
}

function reportStep(step: PlanStep, material: RunMaterial, nodes: ReadonlyMap<NodeId, PlanNode>): ReportedStep {
  const geometry = material.geometry.get(step.name);
  return {
    name: step.name,
    kind: step.kind,
    expression: step.expression,
    digest: candidateDigest(step.candidate, material),
    evaluations: Object.entries(step.evaluations).flatMap(([label, id]): readonly ReportedEvaluation[] => {
      const result = material.evaluations.get(id);
      if (result === undefined && material.partial !== undefined) {
        return [];
      }
      if (result === undefined) {
        throw new OminusError('INTERNAL', { message: `a finished run lacks an evaluation [node=${id}]` });
      }
      return [{ label, benchmark: result.benchmark, metrics: result.metrics, warnings: result.warnings }];
    }),
    distanceFromBaseline: geometry?.distanceFromBaseline ?? null,
    norm: geometry?.norm ?? null,
    ...madeOf(step.candidate, material, nodes),
    applications: applicationsOf(step.candidate, nodes).flatMap(({ id, label }) => {
      const diagnostics = material.diagnostics.get(id);
      return diagnostics === undefined ? [] : [{ label, diagnostics }];
    }),
  };
}

/** Applications along the left spine, first applied first. */
function applicationsOf(
  operand: Evaluable,
  nodes: ReadonlyMap<NodeId, PlanNode>,
): { readonly id: NodeId; readonly label: string }[] {
  const node = operand.kind === 'node' || operand.kind === 'made' ? nodes.get(operand.id) : undefined;
  if (node?.kind === 'make') {
    return node.operands.flatMap((value) => applicationsOf(value, nodes));
  }
  if (node?.kind !== 'combine') {
    return [];
  }
  return [...applicationsOf(node.application.left, nodes), { id: node.id, label: node.id.replace(/^combine:/, '') }];
}

function candidateDigest(operand: Evaluable, { plan, written }: RunMaterial): Digest {
  switch (operand.kind) {
    case 'adapter':
      return operand.digest;
    case 'node':
    case 'made': {
      const node = plan.nodes.find(({ id }) => id === operand.id);
      return node?.key ?? plan.digest;
    }
    case 'zero':
      return plan.base?.digest ?? plan.digest;
    case 'written': {
      const output = plan.nodes.find(
        (node) =>
          node.kind === 'write' && node.dtype === operand.dtype && operandId(node.candidate) === operandId(operand.of),
      );
      const result = output === undefined ? undefined : written.get(output.id);
      return result === undefined ? plan.digest : toDigest(result.digest);
    }
  }
}

/** Evaluate nodes of the plan by the label under which steps refer to them. */
function labelledEvaluations(plan: Plan, nodes: ReadonlyMap<NodeId, PlanNode>): [string, EvaluateNode][] {
  const byLabel = new Map<string, EvaluateNode>();
  for (const step of plan.steps) {
    for (const [label, id] of Object.entries(step.evaluations)) {
      const node = nodes.get(id);
      if (node?.kind === 'evaluate' && !byLabel.has(label)) {
        byLabel.set(label, node);
      }
    }
  }
  return [...byLabel];
}

function metricDefinitions(
  { plan, evaluations }: RunMaterial,
  nodes: ReadonlyMap<NodeId, PlanNode>,
): RunReport['metrics'] {
  return labelledEvaluations(plan, nodes).flatMap(([label, node]) => {
    const results = plan.steps.flatMap((step) => {
      const id = step.evaluations[label];
      const result = id === undefined ? undefined : evaluations.get(id);
      return result === undefined ? [] : [result];
    });
    return metricsOf(requireBenchmark(node.benchmark), results).map((metric) => ({
      ...metric,
      label,
      ...presentationOfMetric(plan, label, metric),
    }));
  });
}

function baseOf({ base, vocabulary }: Plan): RunReport['provenance']['base'] {
  return base === undefined
    ? null
    : { uri: base.uri, digest: base.digest, ...(vocabulary === undefined ? {} : { vocabulary }) };
}

/** What the spec says of a metric, with the default of its margin. */
function presentationOfMetric({ presentation }: Plan, label: string, metric: MetricDefinition): MetricPresentation {
  const role = presentation?.roles[label];
  const margin = marginOf(metric, presentation?.margins[`${label}.${metric.name}`]);
  return { ...(role === undefined ? {} : { role }), margin };
}

function dataSources(plan: Plan): RunReport['provenance']['data'] {
  const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
  return labelledEvaluations(plan, nodes).flatMap(([label, { data, others = {}, classifier }]) => [
    { label, uri: data.uri, digest: data.digest },
    ...Object.entries(others).map(([name, { uri, digest }]) => ({ label: `${label} ${name}`, uri, digest })),
    ...(classifier === undefined
      ? []
      : [{ label: `${label} classifier`, uri: classifier.uri, digest: classifier.digest }]),
  ]);
}
