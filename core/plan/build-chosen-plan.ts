/**
 * The last plan of a sweep: a recipe whose steps are the points that were chosen. Their answers lie in the store; what is left
 * is to compare them with the baseline, on the half of the examples that they were not chosen by, and to write adapters.
 */
import type { RecipeSpec, SpecStep } from '../spec/types.js';
import type { FinishedPoint, SweepChoice, SweepPlan, SweepReport } from '../sweep/types.js';
import { buildPlan } from './build-plan.js';
import { chainOf, formulaOf, planSources, recipeOfSweep, sweepOf } from './sweep-sources.js';
import type { OutputDtype } from '../numeric/output-dtype.js';
import type { Plan } from './types.js';
import type { PlanArtifact } from '../source-ref.js';

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
  plan: Plan,
  finished: readonly FinishedPoint[],
  { recommended, pareto }: Pick<SweepChoice, 'recommended' | 'pareto'>,
): ChosenPoints {
  const { objective, output } = sweepOf(plan);
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

/**
 * Builds the last plan. Its digest is that of the sweep's own plan, since all of it follows from that one.
 *
 * @param report - the stored SweepReport
 */
export function buildChosenPlan(
  plan: Plan,
  chosen: ChosenPoints,
  finished: readonly FinishedPoint[],
  report: PlanArtifact,
): Plan {
  const { steps, others } = chosen;
  const sweep = sweepOf(plan);
  const chain = chainOf(plan);
  const values = new Map(finished.map((point) => [point.index, point.values]));
  const recipe = recipeOfSweep(plan);
  const toStep = ({ step, index }: SweepReport['steps'][number]): SpecStep => ({
    name: step,
    source: sweep.chain,
    formula: formulaOf(chain, values.get(index) ?? []),
    span: { start: 0, end: 0 },
  });
  const names = steps.map(({ step }) => step);
  const outputs = outputsOf(sweep, chosen);
  const spec: RecipeSpec = {
    ...recipe,
    steps: [...steps, ...others].map(toStep),
    evaluate: { ...recipe.evaluate, candidates: [...recipe.evaluate.candidates, ...names] },
    compare: { ...recipe.compare, pairs: names.map((name) => [plan.baseline, name]) },
    outputs: outputs.map(({ dtype, step, path }) => ({ step, path, dtype, span: { start: 0, end: 0 } })),
  };
  const last = buildPlan({
    ...planSources(plan),
    spec,
    outputs: new Map(outputs.map(({ step, path }) => [step, path])),
    extras: {
      facts: { specKind: 'sweep', sweep, sweepReport: report },
      adapters: plan.adapters.map(({ name }) => name),
      unlisted: new Set(others.map(({ step }) => step)),
      half: { seed: sweep.splitSeed },
    },
  });
  return { ...last, digest: plan.digest };
}

/** Where the adapter of a point lies: `best` for the recommended one, `point-17`. */
export function pointFolder(path: string, point: number | 'best'): string {
  return `${path}/${point === 'best' ? point : `point-${String(point)}`}`;
}

/** One folder per point that is kept. */
function outputsOf(
  { output }: SweepPlan,
  { recommended, steps, others }: ChosenPoints,
): readonly { readonly step: string; readonly path: string; readonly dtype: OutputDtype }[] {
  if (output === null) {
    return [];
  }
  const { keep, path, dtype } = output;
  return [...steps, ...others]
    .filter(({ index }) => keep !== 'best' || index === recommended)
    .map(({ step, index }) => ({
      step,
      path: pointFolder(path, index === recommended ? 'best' : index),
      dtype,
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
