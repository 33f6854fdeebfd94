/** What all points of a sweep share: their planner, and what they are held against. Made once per worker. */
import { OminusError } from '../../core/errors.js';
import { metricsOf } from '../../core/evaluation/parts.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { BenchmarkResult } from '../../core/evaluation/types.js';
import { chainOfPlan } from '../../core/lower/chain.js';
import { RecentMap } from '../../core/recent-map.js';
import { createPointPlanner } from '../../core/lower/plan-point.js';
import type { PlanOf, PlanStep } from '../../core/plan/types.js';
import type { References } from '../../core/sweep/constraints.js';
import { pointMetrics, splitOf } from '../../core/sweep/split.js';
import { requireHalves } from '../../core/sweep/half-sizes.js';
import { objectiveMetrics } from '../../core/sweep/objective-metrics.js';
import type { PointMetric, SweepPlan } from '../../core/sweep/types.js';
import { resultsByLabel, type NodeRun } from '../node-result.js';
import { readPlan } from '../read-plan.js';
import { remember } from '../remember.js';
import type { SweepFacts } from './kept.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** Values of expressions kept in memory: the parts of one chain, and some of the chain before. */
const KEPT_VALUES = 6;
/** Most points of stored batches that are kept in memory, per sweep: some 20 MB. */
const MOST_BATCH_POINTS = 10_000;

/** What the activities of a sweep are given: a node's run without its plan. */
export interface SweepRun extends Omit<NodeRun, 'plan' | 'inPlace'> {
  /** How often the inference process ended over a point, by the point's index; counted over all attempts of the activity. */
  readonly crashes: Map<number, number>;
}

/**
 * The facts of a sweep.
 *
 * @throws OminusError `INPUT_LOST` when an evaluation of a reference candidate is gone, `SPEC_INVALID` when there are too few blocks of text
 *   to choose by
 */
export async function sweepFacts(run: SweepRun, planRef: ArtifactRef): Promise<SweepFacts> {
  const make = async (): Promise<SweepFacts> => {
    const plan = await readPlan(run.context, planRef);
    if (plan.specKind !== 'sweep') {
      throw new OminusError('INTERNAL', { message: `not the plan of a sweep [kind=${plan.specKind}]` });
    }
    const chain = chainOfPlan(plan);
    const halves = splitOf(plan.sweep);
    const references = await referencesOf({ ...run, plan }, plan, halves);
    requireLargeHalves(plan.sweep, references);
    return {
      plan,
      planRef,
      sweep: plan.sweep,
      chain,
      halves,
      planner: createPointPlanner(plan, chain),
      references,
      known: new RecentMap(KEPT_VALUES),
      batches: new RecentMap(MOST_BATCH_POINTS, ({ points }) => points.length),
    };
  };
  return remember(run.context.caches.sweeps, planRef.digest, make);
}

/** Metrics by `label.metric`, over all examples and over each half. */
export function labelledMetrics(
  { benchmarks }: SweepPlan,
  halves: SweepFacts['halves'],
  results: ReadonlyMap<string, BenchmarkResult>,
): Readonly<Record<string, PointMetric>> {
  const entries = benchmarks.flatMap(({ benchmark, label }) => {
    const { examples = [], derived = [] } = results.get(label) ?? {};
    const metrics = pointMetrics(metricsOf(requireBenchmark(benchmark), [{ derived }]), examples, halves(label));
    return Object.entries(metrics).map(([name, metric]) => [`${label}.${name}`, metric] as const);
  });
  return Object.fromEntries(entries);
}

/**
 * Checks that all the data gave the metrics that are searched for: planning could not, where it could not read the data.
 *
 * @throws OminusError `SPEC_INVALID` when it did not
 */
export function checkObjective({ objective }: SweepPlan, metrics: Readonly<Record<string, PointMetric>>): void {
  const missing = objectiveMetrics(objective).find((metric) => metrics[metric] === undefined);
  if (missing !== undefined) {
    throw new OminusError('SPEC_INVALID', {
      message: `the objective names ${missing}, which the data does not give`,
      hint: `Use one of the metrics that it gives: ${Object.keys(metrics).join(', ')}.`,
    });
  }
}

/** Results of a reference candidate by label. */
export function referenceResults(run: NodeRun, step: PlanStep): Promise<ReadonlyMap<string, BenchmarkResult>> {
  return resultsByLabel(run, Object.entries(step.evaluations));
}

/**
 * Checks the halves of blocks, which planning could not count. Older plans are not checked: they go on as they began.
 *
 * @throws OminusError `SPEC_INVALID` when the objective needs a benchmark with too few blocks
 */
function requireLargeHalves({ objective, split, benchmarks }: SweepPlan, references: References): void {
  const [metrics = {}] = Object.values(references);
  for (const { label } of split === undefined ? [] : benchmarks) {
    const metric = objectiveMetrics(objective).find((name) => name.startsWith(`${label}.`));
    const { choose, report } = metrics[metric ?? ''] ?? {};
    if (split?.choose[label] === undefined && choose !== undefined && report !== undefined) {
      requireHalves({ label, choose: choose.n, report: report.n });
    }
  }
}

async function referencesOf(
  run: NodeRun,
  { sweep, steps }: PlanOf<'sweep'>,
  halves: SweepFacts['halves'],
): Promise<References> {
  const entries = await Promise.all(
    steps.map(async (step) => [step.name, labelledMetrics(sweep, halves, await referenceResults(run, step))] as const),
  );
  return Object.fromEntries(entries);
}
