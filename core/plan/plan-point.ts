/**
 * One point of a sweep → the nodes that a recipe with its expression would have, with the same keys: points share answers and
 * scores with each other, with recipes and with earlier sweeps. Pure; what does not depend on the point is done once.
 */
import type { Digest } from '../digest.js';
import type { Benchmark } from '../evaluation/types.js';
import { printFormula } from '../expression/print.js';
import type { Formula } from '../expression/types.js';
import type { SpecBenchmark } from '../spec/types.js';
import type { SweepPoint } from '../sweep/types.js';
import { CombineNodes, type Ground } from './combine-nodes.js';
import { addEvaluation } from './evaluation-nodes.js';
import { gramBackend, type GramRule, type OperandKey } from './key-facts.js';
import { NodeTable } from './node-table.js';
import { need, type PlanSources } from './plan-input.js';
import { pointKey } from './point-key.js';
import { chainOf, formulaOf, planSources, recipeOfSweep, sweepOf } from './sweep-sources.js';
import type { PlanNode } from './node-kinds.js';
import type { NodeId, Operand } from './node.js';
import type { Plan } from './types.js';

/** A point and its nodes. */
export interface PlannedPoint {
  readonly point: SweepPoint;
  /** Under which its result lies in the store. */
  readonly key: Digest;
  readonly formula: Formula;
  /** Normalised, every coefficient written. */
  readonly expression: string;
  readonly candidate: Operand;
  /**
   * In topological order: applications, which are never run as nodes since their coefficients are cheaper to compute than to
   * read, then responses and scores.
   */
  readonly nodes: readonly PlanNode[];
  /** Evaluate nodes by label. */
  readonly evaluations: Readonly<Record<string, { readonly id: NodeId; readonly key: Digest }>>;
}

/** Plans points of one sweep. */
export type PointPlanner = (point: SweepPoint) => PlannedPoint;

/**
 * Makes the planner of a sweep's points.
 *
 * @throws OminusError `INTERNAL` for the plan of another kind of spec
 */
export function createPointPlanner(plan: Plan): PointPlanner {
  const sweep = sweepOf(plan);
  const chain = chainOf(plan);
  const sources = withKnownTasks(planSources(plan));
  const benchmarksOf = sizedBenchmarks(recipeOfSweep(plan).evaluate.benchmarks);
  const baseline = baselineKey(plan);
  const digestOf = (name: string): Digest => need(sources.adapters.get(name), `adapter ${name}`).digest;
  const backend = gramBackend(plan.environment);
  const ruleOf = (leftmost: string | undefined): GramRule => ({
    semantics: sweep.semantics,
    leftmost: leftmost === undefined ? undefined : digestOf(leftmost),
    backend,
  });
  const groundOf = (leftmost: string | undefined): Ground => ({ gram: gramOf(plan), rule: ruleOf(leftmost) });
  return (point) => {
    const table = new NodeTable();
    const combines = new CombineNodes({ table, groundOf, digestOf, missing: sweep.missing });
    const formula = formulaOf(chain, point.values);
    const candidate = { name: `point ${String(point.index)}`, operand: combines.operandOf(formula) };
    const evaluations = Object.fromEntries(
      benchmarksOf(point.samples).map((benchmark) => [
        benchmark.label,
        addEvaluation(sources, table, combines, candidate, benchmark),
      ]),
    );
    const key = pointKey({
      candidate: combines.keyOf(candidate.operand),
      evaluations: Object.fromEntries(Object.entries(evaluations).map(([label, node]) => [label, node.key])),
      baseline,
      splitSeed: sweep.splitSeed,
      backend,
    });
    const expression = printFormula(formula);
    return { point, key, formula, expression, candidate: candidate.operand, nodes: table.inOrder(), evaluations };
  };
}

function gramOf(plan: Plan): NodeId {
  return need(
    plan.nodes.find(({ kind }) => kind === 'gram'),
    'Gram matrices',
  ).id;
}

function baselineKey({ baseline, adapters }: Plan): OperandKey {
  return adapters.find(({ name }) => name === baseline)?.digest ?? 'zero';
}

/** Tasks follow from the parameters alone, and checking those costs more than planning the rest of a point. */
function withKnownTasks(sources: PlanSources): PlanSources {
  const tasks = new WeakMap<object, ReturnType<Benchmark['task']>>();
  return {
    ...sources,
    benchmark: (name) => {
      const benchmark = sources.benchmark(name);
      const task: Benchmark['task'] = (parameters) => {
        const known = tasks.get(parameters) ?? benchmark.task(parameters);
        tasks.set(parameters, known);
        return known;
      };
      return { ...benchmark, task };
    },
  };
}

/** The benchmarks with only so many examples; the same objects for the same size. */
function sizedBenchmarks(
  benchmarks: readonly SpecBenchmark[],
): (samples: number | undefined) => readonly SpecBenchmark[] {
  const bySize = new Map<number | undefined, readonly SpecBenchmark[]>([[undefined, benchmarks]]);
  return (samples) => {
    const sized = bySize.get(samples) ?? benchmarks.map((benchmark) => withLimit(benchmark, samples));
    bySize.set(samples, sized);
    return sized;
  };
}

function withLimit(benchmark: SpecBenchmark, samples = Number.POSITIVE_INFINITY): SpecBenchmark {
  const { limit } = benchmark.parameters;
  const smaller = Math.min(samples, typeof limit === 'number' ? limit : samples);
  return { ...benchmark, parameters: { ...benchmark.parameters, limit: smaller } };
}
