/** What the order of removal does to the metrics: an omnibus test, all pairs, and what the weight-space gap predicts. */
import { compareEvaluations, type CompareInput } from '../evaluation/compare.js';
import { metricsOf } from '../evaluation/parts.js';
import type { Benchmark, BenchmarkResult, MetricDefinition } from '../evaluation/types.js';
import type { MetricComparison } from '../evaluation/comparison.js';
import { correctionOf, type Correction } from '../evaluation/correction.js';
import { correctPairs, type ComparedPair, type ComparedResults } from '../evaluation/correct-pairs.js';
import { cohensG, pairedEffectSize } from '../statistics/effect-size.js';
import { adjustHolmWithin } from '../statistics/holm.js';
import { permutationTest } from '../statistics/permutation.js';
import { Resamples } from '../statistics/resamples.js';
import { alignScores } from './aligned-scores.js';
import { predictDifferences } from './gap-prediction.js';
import type { GapPrediction, OmnibusTest, OrderEffectResult, OrderPair, StudyOperator } from './types.js';

/** A benchmark's result on one arm. */
export interface ArmResult {
  readonly benchmark: Pick<Benchmark, 'metrics'>;
  readonly label: string;
  readonly result: BenchmarkResult;
}

/** An evaluated order of an operator at a setting. */
export interface EvaluatedOrder {
  readonly name: string;
  readonly operator: StudyOperator;
  readonly setting: number;
  /** Place in the study's orders. */
  readonly order: number;
  readonly results: readonly ArmResult[];
}

/** What {@link orderEffects} works on. */
export interface OrderEffectInput {
  readonly arms: readonly EvaluatedOrder[];
  /** ‖Δ_first − Δ_second‖_F / ‖Δ_first‖_F of two orders (places in the study's orders). */
  readonly relativeGap: (operator: StudyOperator, setting: number, first: number, second: number) => number;
  readonly seed: number;
  readonly draws: number;
  /** Of the pairs; absent: Holm's method. */
  readonly correction?: Correction;
  /** Called between tests, which are long loops: the place to report progress and to let other work through. */
  readonly onTest?: (done: number, total: number) => Promise<void> | void;
}

/** A pair of orders with what it was compared by. */
type ComparedOrders = OrderPair & ComparedPair<OrderPair['metrics'][number]>;

/** The orders of one operator at one setting. */
interface Group {
  readonly operator: StudyOperator;
  readonly setting: number;
  readonly arms: readonly EvaluatedOrder[];
  readonly metrics: readonly { readonly label: string; readonly definition: MetricDefinition }[];
}

/**
 * Effects of the order, per metric, within each operator and setting of which at least two orders were evaluated.
 *
 * - omnibus: {@link permutationTest} over all its orders, on the examples that have a score in every one. For a perplexity the
 *   statistic is the variance of mean token losses, whole blocks being permuted (`alignScores`). Holm over operators and settings.
 * - pairs: {@link compareEvaluations} of every two orders, corrected over all pairs of the study ({@link correctPairs}). Effect sizes: d_z of the examples'
 *   differences (of blocks' linearised scores for ratios and perplexities), Cohen's g for accuracies; positive where `second`
 *   is larger.
 * - predictions: {@link predictDifferences}
 *
 * @throws OminusError `VERIFY_FAILED` when two arms were evaluated with different benchmarks or prompts
 */
export async function orderEffects(input: OrderEffectInput): Promise<OrderEffectResult> {
  const groups = groupsOf(input.arms);
  const total = groups.reduce((sum, { arms, metrics }) => sum + pairsOf(arms).length + metrics.length, 0);
  let done = 0;
  const step = async <Result>(result: Result): Promise<Result> => {
    await input.onTest?.(++done, total);
    return result;
  };
  const size = groups.reduce((sum, { arms }) => sum + pairsOf(arms).length, 0);
  const options = {
    resamples: new Resamples(input),
    ...(input.correction?.method === 'holm' ? { pairs: size } : {}),
  };
  const omnibus: OmnibusTest[] = [];
  const pairs: ComparedOrders[] = [];
  const predictions: GapPrediction[] = [];
  for (const group of groups) {
    for (const metric of group.metrics) {
      omnibus.push(...(await step(omnibusOf(group, metric, input))));
    }
    const own: ComparedOrders[] = [];
    for (const [first, second] of pairsOf(group.arms)) {
      own.push(await step(comparePair(group, [first, second], input.relativeGap, options)));
    }
    pairs.push(...own);
    predictions.push(...predictDifferences(own, namesOf(group), input));
  }
  const correction = input.correction ?? correctionOf('holm', input.draws, 0);
  const onBlock = (): Promise<void> | void => input.onTest?.(total, total);
  const { metrics, families } = await correctPairs(pairs, { correction, seed: input.seed, onBlock });
  return {
    seed: input.seed,
    draws: input.draws,
    correction,
    families,
    omnibus: adjustOmnibus(omnibus),
    pairs: pairs.map(({ operator, setting, first, second, gap }, place) => ({
      ...{ operator, setting, first, second, gap },
      metrics: metrics[place] ?? [],
    })),
    predictions,
  };
}

function groupsOf(arms: readonly EvaluatedOrder[]): readonly Group[] {
  const groups = new Map<string, EvaluatedOrder[]>();
  for (const arm of arms) {
    const key = `${arm.operator} ${arm.setting}`;
    groups.set(key, [...(groups.get(key) ?? []), arm]);
  }
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined || members.length < 2) {
      return [];
    }
    const metrics = first.results.flatMap(({ label, benchmark, result }) =>
      metricsOf(benchmark, [result]).map((definition) => ({ label, definition })),
    );
    return [{ operator: first.operator, setting: first.setting, arms: members, metrics }];
  });
}

function pairsOf<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((first, i) => items.slice(i + 1).map((second) => [first, second] as const));
}

function resultsOf(arms: readonly EvaluatedOrder[], label: string): readonly BenchmarkResult[] {
  return arms.flatMap((arm) => arm.results.filter((result) => result.label === label).map(({ result }) => result));
}

function namesOf(group: Group): readonly string[] {
  return group.metrics.map(({ label, definition }) => `${label}.${definition.name}`);
}

/** Nothing where an arm lacks the benchmark or no example counts in all. */
function omnibusOf(
  { operator, setting, arms }: Group,
  { label, definition }: Group['metrics'][number],
  options: OrderEffectInput,
): readonly OmnibusTest[] {
  const results = resultsOf(arms, label);
  const aligned = alignScores(results, definition);
  if (results.length < arms.length || aligned.examples === 0) {
    return [];
  }
  return [
    {
      metric: `${label}.${definition.name}`,
      operator,
      setting,
      n: aligned.examples,
      arms: arms.map((arm) => arm.name),
      ...permutationTest(aligned.scores, aligned.arms, options),
      pAdjusted: null,
    },
  ];
}

function comparePair(
  group: Group,
  [first, second]: readonly [EvaluatedOrder, EvaluatedOrder],
  relativeGap: OrderEffectInput['relativeGap'],
  options: Pick<CompareInput, 'resamples' | 'pairs'>,
): ComparedOrders {
  const results = first.results.flatMap(({ label, benchmark, result }): readonly ComparedResults[] =>
    resultsOf([second], label).map((other) => ({ label, benchmark, first: result, second: other })),
  );
  const metrics = results.flatMap(({ label, benchmark, first: result, second: other }) => {
    const compared = compareEvaluations({ first: result, second: other, benchmark, label, ...options });
    const definitions = metricsOf(benchmark, [result, other]);
    return compared.metrics.flatMap((comparison, place) => {
      const definition = definitions[place];
      return definition === undefined
        ? []
        : [{ ...comparison, effectSize: effectSizeOf(comparison, definition, [result, other]) }];
    });
  });
  return {
    operator: group.operator,
    setting: group.setting,
    first: first.name,
    second: second.name,
    gap: relativeGap(group.operator, group.setting, first.order, second.order),
    metrics,
    results,
  };
}

function effectSizeOf(
  comparison: MetricComparison,
  definition: MetricDefinition,
  results: readonly BenchmarkResult[],
): number | null {
  if (definition.kind === 'accuracy') {
    return cohensG(comparison.onlyFirst ?? 0, comparison.onlySecond ?? 0);
  }
  const { scores, examples } = alignScores(results, definition);
  return pairedEffectSize(
    Float64Array.from({ length: examples }, (_, i) => (scores[2 * i + 1] ?? 0) - (scores[2 * i] ?? 0)),
  );
}

function adjustOmnibus(tests: readonly OmnibusTest[]): readonly OmnibusTest[] {
  const adjusted = adjustHolmWithin(tests.map(({ metric, pValue }) => ({ family: metric, pValue })));
  return tests.map((test, place) => ({ ...test, pAdjusted: adjusted[place] ?? null }));
}
