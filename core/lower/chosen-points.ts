/**
 * The last plan of a sweep: its steps are the points that were chosen. Their answers are in the store; what is left is to compare them
 * with the baseline, on the half of the examples that they were not chosen by, and to write adapters.
 */
import { buildPlan } from '../plan/build-plan.js';
import type { Experiment, ExperimentOutput } from '../plan/experiment.js';
import { sourcesOf } from '../plan/plan-sources.js';
import type { PlanOf } from '../plan/types.js';
import type { FinishedPoint, SweepChoice, SweepPlan, SweepReport } from '../sweep/types.js';
import { formulaOf, type Chain } from './chain.js';
import type { SweepKindFacts } from './sweep.js';
import type { ArtifactRef } from '../artifact-ref.js';

/** Most points of the Pareto front that become steps of the report, beside the recommended one. */
export const MOST_STEPS = 12;

/** Points that the last plan is about. */
export interface ChosenPoints {
  /** Index of the recommended point, if there is one. */
  readonly recommended: number | null;
  /** Steps of the report: the recommended point first, then points of the front. */
  readonly steps: SweepReport['steps'];
  /** Further points that are written, but not reported one by one. */
  readonly others: SweepReport['steps'];
}

/**
 * Which points become steps, and what they are called.
 *
 * @param finished - points of full size
 */
export function choosePlanSteps(
  plan: PlanOf<'sweep'>,
  finished: readonly FinishedPoint[],
  { recommended, pareto }: Pick<SweepChoice, 'recommended' | 'pareto'>,
): ChosenPoints {
  const { objective, output } = plan.sweep;
  // A name of its own: an adapter may be called best, but no name has a blank in it.
  const best = plan.adapters.some(({ name }) => name === 'best') ? 'best point' : 'best';
  const nameOf = (index: number): string => (index === recommended ? best : `point ${String(index)}`);
  const front = pareto.filter((index) => index !== recommended);
  const shown = [...(recommended === null ? [] : [recommended]), ...spread(front, finished, objective)];
  const written =
    output?.keep === 'all' ? finished.map(({ index }) => index) : output?.keep === 'pareto' ? [...pareto] : [];
  const named = (indexes: readonly number[]): SweepReport['steps'] =>
    indexes.map((index) => ({ step: nameOf(index), index }));
  return { recommended, steps: named(shown), others: named(written.filter((index) => !shown.includes(index))) };
}

/** A sweep whose search is over. */
export interface FinishedSearch {
  readonly plan: PlanOf<'sweep'>;
  readonly chain: Chain;
  /** Points of full size. */
  readonly finished: readonly FinishedPoint[];
  /** The stored SweepReport. */
  readonly report: ArtifactRef;
}

/** Builds the last plan. Its digest is that of the sweep's own plan, since all of it follows from that one. */
export function buildChosenPlan(search: FinishedSearch, chosen: ChosenPoints): PlanOf<'sweep'> {
  const { plan } = search;
  return { ...buildPlan(chosenExperiment(search, chosen), sourcesOf(plan)), digest: plan.digest };
}

function chosenExperiment(
  { plan, chain, finished, report }: FinishedSearch,
  chosen: ChosenPoints,
): Experiment<SweepKindFacts> {
  const { sweep, baseline } = plan;
  const values = new Map(finished.map((point) => [point.index, point.values]));
  const stepsOf = (points: SweepReport['steps'], listed: boolean): Experiment['steps'] =>
    points.map(({ step, index }) => ({ name: step, formula: formulaOf(chain, values.get(index) ?? []), listed }));
  const names = chosen.steps.map(({ step }) => step);
  return {
    name: plan.name,
    facts: { specKind: 'sweep', sweep, sweepReport: report },
    semantics: sweep.semantics,
    missing: sweep.missing,
    leaves: plan.adapters.map(({ name }) => name),
    steps: [...stepsOf(chosen.steps, true), ...stepsOf(chosen.others, false)],
    candidates: [...plan.steps.map(({ name }) => name), ...names],
    benchmarks: sweep.benchmarks,
    compare: {
      baseline,
      pairs: names.map((name) => [baseline, name]),
      ...sweep.compare,
      correction: sweep.compare.correction ?? 'holm',
      half: { seed: sweep.splitSeed, ...(sweep.split === undefined ? {} : { split: sweep.split.version }) },
    },
    ...(plan.presentation === undefined ? {} : { presentation: plan.presentation }),
    outputs: outputsOf(sweep, chosen),
  };
}

/** Where the adapter of a point is: `best` for the recommended one, `point-17`. */
export function pointFolder(path: string, point: number | 'best'): string {
  return `${path}/${point === 'best' ? point : `point-${String(point)}`}`;
}

/** One folder per point that is kept. */
function outputsOf({ output }: SweepPlan, { recommended, steps, others }: ChosenPoints): readonly ExperimentOutput[] {
  if (output === null) {
    return [];
  }
  const { keep, path, dtype, ranks = 'uniform' } = output;
  return [...steps, ...others]
    .filter(({ index }) => keep !== 'best' || index === recommended)
    .map(({ step, index }) => ({
      step,
      path: pointFolder(path, index === recommended ? 'best' : index),
      dtype,
      ranks,
    }));
}

/** At most {@link MOST_STEPS} points of a front, evenly along the first goal, both ends among them. */
function spread(
  front: readonly number[],
  finished: readonly FinishedPoint[],
  objective: SweepPlan['objective'],
): readonly number[] {
  const metric = objective?.goals[0]?.metric ?? '';
  const values = new Map(finished.map(({ index, result }) => [index, result.metrics[metric]?.choose.value ?? 0]));
  const valueOf = (index: number): number => values.get(index) ?? 0;
  const sorted = front.toSorted((a, b) => valueOf(a) - valueOf(b) || a - b);
  const count = Math.min(MOST_STEPS, sorted.length);
  const taken = Array.from(
    { length: count },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (count - 1 || 1))],
  );
  return taken.flatMap((index) => index ?? []).sort((a, b) => a - b);
}
