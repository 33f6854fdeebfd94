/**
 * One point of a sweep → the nodes that a recipe with its expression would have, with the same keys: points share answers and
 * scores with each other, with recipes and with earlier sweeps. Pure; what does not depend on the point is done once.
 */
import { madeLeaves } from '../algebra/evaluate.js';
import type { Digest } from '../digest.js';
import type { BenchmarkUse } from '../evaluation/benchmark-use.js';
import { printFormula } from '../expression/print.js';
import type { Formula } from '../expression/types.js';
import { benchmarkTasks, type BenchmarkTask } from '../plan/benchmark-tasks.js';
import { CombineNodes, type Ground } from '../plan/combine-nodes.js';
import { addEvaluation } from '../plan/evaluation-nodes.js';
import { gramNodeOf } from '../plan/gram-node.js';
import { gramBackend, type OperandKey } from '../plan/key-facts.js';
import type { Operand } from '../plan/node.js';
import type { PlanNode } from '../plan/node-kinds.js';
import { NodeTable } from '../plan/node-table.js';
import type { Evaluation } from '../plan/plan-draft.js';
import { need, sourcesOf } from '../plan/plan-sources.js';
import { pointKey } from '../plan/point-key.js';
import type { PlanOf } from '../plan/types.js';
import type { SweepPoint } from '../sweep/types.js';
import { formulaOf, type Chain } from './chain.js';

/** A point and its nodes. */
export interface PlannedPoint {
  readonly point: SweepPoint;
  /** Its result's key in the store. */
  readonly key: Digest;
  readonly formula: Formula;
  /** Normalised, every coefficient written. */
  readonly expression: string;
  readonly candidate: Operand;
  /** In topological order: applications, then responses and scores. */
  readonly nodes: readonly PlanNode[];
  /** Those that are run: all but the applications, whose coefficients are cheaper to compute than to read, and the sweep's own nodes. */
  readonly toRun: readonly PlanNode[];
  /** Keys of the chain's made leaves, which are nodes of the sweep's own plan, by their printed form. */
  readonly madeKeys: ReadonlyMap<string, Digest>;
  /** Evaluate nodes by label. */
  readonly evaluations: Readonly<Record<string, Evaluation>>;
}

/** Plans points of one sweep. */
export type PointPlanner = (point: SweepPoint) => PlannedPoint;

/** Makes the planner of a sweep's points. */
export function createPointPlanner(plan: PlanOf<'sweep'>, chain: Chain): PointPlanner {
  const { sweep } = plan;
  const sources = sourcesOf(plan);
  const tasksOf = tasksBySize(sweep.benchmarks);
  const baseline = baselineKey(plan);
  const backend = gramBackend(plan.environment);
  const { id: gram } = gramNodeOf(plan);
  const digestOf = (name: string): Digest => need(sources.adapters.get(name), `adapter ${name}`).digest;
  const groundOf = (leftmost: string | undefined): Ground => ({
    gram,
    rule: { semantics: sweep.semantics, leftmost: leftmost === undefined ? undefined : digestOf(leftmost), backend },
  });
  return (point) => {
    const table = new NodeTable();
    const combines = new CombineNodes({ table, groundOf, digestOf, missing: sweep.missing });
    const formula = formulaOf(chain, point.values);
    const candidate = { name: `point ${String(point.index)}`, operand: combines.operandOf(formula) };
    const evaluations = Object.fromEntries(
      tasksOf(point.samples).map((task) => [task.label, addEvaluation({ sources, table, combines }, candidate, task)]),
    );
    const key = pointKey({
      candidate: combines.keyOf(candidate.operand),
      evaluations: Object.fromEntries(Object.entries(evaluations).map(([label, node]) => [label, node.key])),
      baseline,
      splitSeed: sweep.splitSeed,
      split: sweep.split?.version,
      backend,
    });
    const nodes = table.inOrder();
    const printed = madeLeaves(formula).map(printFormula);
    return {
      point,
      key,
      formula,
      expression: printFormula(formula),
      candidate: candidate.operand,
      nodes,
      toRun: nodes.filter(({ kind }) => kind !== 'combine' && kind !== 'make'),
      madeKeys: new Map(combines.madeLeavesOf([formula]).map((leaf, place) => [printed[place] ?? '', leaf.key])),
      evaluations,
    };
  };
}

function baselineKey({ baseline, adapters }: PlanOf<'sweep'>): OperandKey {
  return adapters.find(({ name }) => name === baseline)?.digest ?? 'zero';
}

/** The benchmarks with only so many examples; worked out once per size. */
function tasksBySize(benchmarks: readonly BenchmarkUse[]): (samples: number | undefined) => readonly BenchmarkTask[] {
  const bySize = new Map<number | undefined, readonly BenchmarkTask[]>();
  return (samples) => {
    const known = bySize.get(samples) ?? benchmarkTasks(sized(benchmarks, samples));
    bySize.set(samples, known);
    return known;
  };
}

function sized(benchmarks: readonly BenchmarkUse[], samples: number | undefined): readonly BenchmarkUse[] {
  return samples === undefined ? benchmarks : benchmarks.map((benchmark) => withLimit(benchmark, samples));
}

function withLimit(benchmark: BenchmarkUse, samples: number): BenchmarkUse {
  const { limit } = benchmark.parameters;
  const smaller = Math.min(samples, typeof limit === 'number' ? limit : samples);
  return { ...benchmark, parameters: { ...benchmark.parameters, limit: smaller } };
}
