/** How much the recommended point owes to the choice of examples. */
import { OminusError } from '../errors.js';
import type { ExampleResult, MetricDefinition } from '../evaluation/types.js';
import { seededRandom } from '../statistics/random.js';
import { compareJudged, type JudgedPoint, judgePoints } from './choose.js';
import { judge, type References } from './constraints.js';
import { compareCandidates } from './pareto.js';
import type { FinishedPoint, SweepObjective } from './types.js';

/** Examples of the `choose` half by label of their benchmark, with what the metrics are made of. */
export type ChooseScores = Readonly<Record<string, readonly Pick<ExampleResult, 'id' | 'scores' | 'weight'>[]>>;

/** What {@link stabilityOf} works on. */
export interface StabilityInput {
  readonly objective: SweepObjective;
  /** At least those that the objective names. */
  readonly metrics: readonly (MetricDefinition & { readonly label: string })[];
  /** Points that may be recommended, the recommended one among them ({@link contendersOf}). */
  readonly contenders: readonly { readonly index: number; readonly scores: ChooseScores }[];
  /** By name: at least those that constraints name. They are resampled along with the points. */
  readonly references: Readonly<Record<string, ChooseScores>>;
  /** Index of the recommended point. */
  readonly recommended: number;
  readonly seed: number;
  readonly draws: number;
}

/** A metric of one candidate by example: value = Σ count·numerator / Σ count·weight. */
interface Scores {
  readonly numerators: Float64Array;
  readonly weights: Float64Array;
}

/** A metric of all candidates over the same examples. */
interface ScoreTable {
  readonly label: string;
  readonly isPerplexity: boolean;
  readonly contenders: readonly Scores[];
  readonly references: ReadonlyMap<string, Scores>;
}

/**
 * The points that another choice of examples might recommend: the best feasible ones, and up to half of `limit` of those that
 * beat the recommended point in the first goal and miss feasibility by the least. In order of index.
 */
export function contendersOf(
  finished: readonly FinishedPoint[],
  objective: SweepObjective,
  references: References,
  limit: number,
): readonly FinishedPoint[] {
  const ranked = judgePoints(finished, objective, references)
    .filter(({ violation }) => violation < Number.POSITIVE_INFINITY)
    .sort(compareJudged);
  const firstGoal = (judged: JudgedPoint | undefined): number => judged?.goals[0] ?? Number.POSITIVE_INFINITY;
  const feasible = ranked.filter(({ violation }) => violation === 0);
  const tempting = ranked.filter((judged) => judged.violation > 0 && firstGoal(judged) < firstGoal(feasible[0]));
  const room = Math.max(Math.floor(limit / 2), limit - feasible.length);
  const near = tempting.slice(0, room);
  return [...feasible.slice(0, limit - near.length), ...near]
    .map(({ point }) => point)
    .sort((a, b) => a.index - b.index);
}

/**
 * Share of bootstrap resamples of the `choose` half in which the same point is recommended again.
 *
 * Examples of each benchmark are resampled once per draw, for all its metrics, points and references alike; every point is
 * then judged and chosen as `choosePoint` does. Only contenders take part, so the share is an upper bound when there are more.
 *
 * @returns in [0, 1]; about draws · candidates · examples · metrics multiplications
 * @throws OminusError `INTERNAL` when the recommended point or a metric of the objective is missing
 */
export function stabilityOf(input: StabilityInput): number {
  const { objective, contenders, recommended, seed, draws } = input;
  const sorted = contenders.toSorted((a, b) => a.index - b.index);
  if (!sorted.some(({ index }) => index === recommended)) {
    throw new OminusError('INTERNAL', { message: `the recommended point ${recommended} is not a contender` });
  }
  const names = new Set([...objective.goals, ...objective.constraints].map(({ metric }) => metric));
  const tables = new Map([...names].map((metric) => [metric, tableOf(metric, sorted, input)]));
  const counts = new Map([...tables.values()].map(({ label, contenders: [first] }) => [label, countsFor(first)]));
  const random = seededRandom(seed);
  let again = 0;
  for (let draw = 0; draw < draws; draw++) {
    for (const count of counts.values()) {
      count.fill(0);
      for (let i = 0; i < count.length; i++) {
        const example = random.below(count.length);
        count[example] = (count[example] ?? 0) + 1;
      }
    }
    const valueIn = (metric: string, scoresOf: (table: ScoreTable) => Scores | undefined): number | null => {
      const table = tables.get(metric);
      return table === undefined ? null : resampledValue(table, scoresOf(table), counts.get(table.label));
    };
    const judged = sorted.map(({ index }, place) => ({
      index,
      ...judge(objective, {
        ofPoint: (metric) => valueIn(metric, (table) => table.contenders[place]),
        ofReference: (candidate, metric) => valueIn(metric, (table) => table.references.get(candidate)),
      }),
    }));
    // stable: of equal points the one with the smallest index stays first
    const best = judged.sort(compareCandidates)[0];
    again += best?.violation === 0 && best.index === recommended ? 1 : 0;
  }
  return again / draws;
}

function tableOf(metric: string, contenders: StabilityInput['contenders'], input: StabilityInput): ScoreTable {
  const definition = input.metrics.find(({ label, name }) => `${label}.${name}` === metric);
  if (definition === undefined) {
    throw new OminusError('INTERNAL', { message: `no definition of the metric ${metric}` });
  }
  const { label, name, kind } = definition;
  const ids = contenders[0]?.scores[label]?.map(({ id }) => id) ?? [];
  const isWeighted = kind === 'ratio' || kind === 'perplexity';
  const align = (scores: ChooseScores): Scores => {
    const byId = new Map(scores[label]?.map((example) => [example.id, example]));
    const scoreOf = (id: string): number | null => byId.get(id)?.scores[name] ?? null;
    return {
      numerators: Float64Array.from(ids, (id) => scoreOf(id) ?? 0),
      weights: Float64Array.from(ids, (id) =>
        scoreOf(id) === null ? 0 : isWeighted ? (byId.get(id)?.weight ?? 0) : 1,
      ),
    };
  };
  return {
    label,
    isPerplexity: kind === 'perplexity',
    contenders: contenders.map(({ scores }) => align(scores)),
    references: new Map(Object.entries(input.references).map(([candidate, scores]) => [candidate, align(scores)])),
  };
}

function countsFor(scores: Scores | undefined): Float64Array {
  return new Float64Array(scores?.numerators.length ?? 0);
}

function resampledValue(
  { isPerplexity }: ScoreTable,
  scores: Scores | undefined,
  counts: Float64Array | undefined,
): number | null {
  if (scores === undefined || counts === undefined) {
    return null;
  }
  const { numerators, weights } = scores;
  let [numerator, weight] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] ?? 0;
    numerator += count * (numerators[i] ?? 0);
    weight += count * (weights[i] ?? 0);
  }
  if (weight === 0) {
    return null;
  }
  return isPerplexity ? Math.exp(numerator / weight) : numerator / weight;
}
