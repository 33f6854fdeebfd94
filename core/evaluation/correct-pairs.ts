/** Corrects the comparisons of many pairs for their number, metric by metric. */
import { adjustHolm } from '../statistics/holm.js';
import { ALPHA, stepDownMaxT, type MaxTResult, type PairTest } from '../statistics/max-t.js';
import type { ComparisonFamily, MetricComparison } from './comparison.js';
import type { Correction } from './correction.js';
import { metricsOf } from './parts.js';
import { scoreColumns } from './score-columns.js';
import type { Benchmark, BenchmarkResult, MetricDefinition } from './types.js';

/** Results of one benchmark on both sides of a pair. A candidate's result is one object in all of its pairs. */
export interface ComparedResults {
  readonly label: string;
  readonly benchmark: Pick<Benchmark, 'metrics'>;
  readonly first: BenchmarkResult;
  readonly second: BenchmarkResult;
}

/** A pair and what was compared. */
export interface ComparedPair<M extends MetricComparison> {
  readonly first: string;
  readonly second: string;
  /** As `compareEvaluations` gives them. */
  readonly metrics: readonly M[];
  readonly results: readonly ComparedResults[];
}

/** How to correct. */
export interface CorrectionOptions {
  readonly correction: Correction;
  readonly seed: number;
  /** Called in long loops: the place to let other work through. */
  readonly onBlock?: () => Promise<void> | void;
}

/** One metric of one pair. */
interface Member<M> {
  /** Place of the pair, and of the metric in it. */
  readonly pair: number;
  readonly place: number;
  readonly names: readonly [first: string, second: string];
  readonly comparison: M;
  readonly results: ComparedResults;
  readonly definition: MetricDefinition;
}

/**
 * All pairs of a metric are one family. Comparisons that have no test stay as they are.
 *
 * - `max-t`: p-values of sign flips, adjusted by {@link stepDownMaxT}, and intervals that hold for all pairs at once. Ratios and perplexities are
 *   tested on their linearised blocks (`scoreColumns`); the intervals of perplexities are those of their logarithms, carried over with the
 *   first side's perplexity as it is.
 * - `holm`: Holm's method over the p-values that the comparisons have.
 *
 * @returns the metrics of every pair in the order given, and the families
 */
export async function correctPairs<M extends MetricComparison>(
  pairs: readonly ComparedPair<M>[],
  options: CorrectionOptions,
): Promise<{ readonly metrics: readonly (readonly M[])[]; readonly families: readonly ComparisonFamily[] }> {
  const corrected = pairs.map(({ metrics }) => [...metrics]);
  const families: ComparisonFamily[] = [];
  for (const [metric, members] of membersByMetric(pairs)) {
    const tested = members.filter(({ comparison }) => comparison.test !== 'none');
    if (tested.length === 0) {
      continue;
    }
    const { comparisons, ...family } = await (options.correction.method === 'holm'
      ? byHolm(tested, options.correction)
      : byMaxT(tested, options));
    tested.forEach(({ pair, place, comparison }, i) => {
      corrected[pair]?.splice(place, 1, { ...comparison, ...comparisons[i] });
    });
    families.push({
      metric,
      pairs: tested.length,
      n: Math.max(...tested.map(({ comparison: { n } }) => n)),
      ...family,
    });
  }
  return { metrics: corrected, families };
}

function membersByMetric<M extends MetricComparison>(
  pairs: readonly ComparedPair<M>[],
): ReadonlyMap<string, readonly Member<M>[]> {
  const families = new Map<string, Member<M>[]>();
  for (const [pair, { first, second, metrics, results }] of pairs.entries()) {
    const definitions = results.flatMap((compared) =>
      metricsOf(compared.benchmark, [compared.first, compared.second]).map((definition) => ({
        key: `${compared.label}.${definition.name}`,
        results: compared,
        definition,
      })),
    );
    const byKey = new Map(definitions.map((definition) => [definition.key, definition]));
    for (const [place, comparison] of metrics.entries()) {
      const known = byKey.get(comparison.metric);
      if (known !== undefined) {
        const { results: own, definition } = known;
        const family = families.get(comparison.metric) ?? [];
        family.push({ pair, place, names: [first, second], comparison, results: own, definition });
        families.set(comparison.metric, family);
      }
    }
  }
  return families;
}

type Corrected = Pick<MetricComparison, 'pAdjusted'> &
  Partial<Pick<MetricComparison, 'test' | 'pValue' | 'floors'>> & { readonly simultaneous?: SimultaneousInterval };

type SimultaneousInterval = NonNullable<MetricComparison['simultaneous']> | null;

type CorrectedFamily = Omit<ComparisonFamily, 'metric' | 'pairs' | 'n'> & {
  readonly comparisons: readonly Corrected[];
};

/** Of accuracies, p-values are exact; of other metrics those of the bootstrap have a floor. */
function byHolm(members: readonly Member<MetricComparison>[], { draws }: Correction): CorrectedFamily {
  const adjusted = adjustHolm(members.map(({ comparison }) => comparison.pValue));
  const floor = 2 / (draws + 1);
  const floors = { pValue: floor, pAdjusted: Math.min(1, members.length * floor) };
  const isExact = members.every(({ comparison: { test } }) => test === 'mcnemar-exact');
  return {
    draws,
    isExact,
    floor: isExact ? 0 : floors.pAdjusted,
    same: members.filter(({ comparison }) => isSame(comparison)).map(({ names }) => names),
    comparisons: members.map(({ comparison: { test } }, i) => ({
      pAdjusted: adjusted[i] ?? null,
      ...(test === 'bootstrap' ? { floors } : {}),
    })),
  };
}

function isSame({ difference, low, high }: MetricComparison): boolean {
  return difference === 0 && low === 0 && high === 0;
}

async function byMaxT(
  members: readonly Member<MetricComparison>[],
  { correction: { draws }, seed, onBlock }: CorrectionOptions,
): Promise<CorrectedFamily> {
  const candidates = [...new Set(members.flatMap(({ results }) => [results.first, results.second]))];
  const places = new Map(candidates.map((candidate, place) => [candidate, place]));
  const placeOf = (candidate: BenchmarkResult): number => places.get(candidate) ?? 0;
  const [first] = members;
  const result = await stepDownMaxT(
    {
      scores: first === undefined ? [] : scoreColumns(candidates, first.definition),
      pairs: members.map(({ results }) => [placeOf(results.first), placeOf(results.second)]),
    },
    { seed, draws, ...(onBlock === undefined ? {} : { onBlock }) },
  );
  const { tests, isExact, floor } = result;
  return {
    draws: result.draws,
    isExact,
    floor,
    same: members.flatMap(({ names }, i) => (tests[i]?.t === null ? [names] : [])),
    comparisons: members.map(({ comparison, definition }, i) => {
      const test = tests[i];
      return test === undefined
        ? { pAdjusted: null }
        : {
            test: 'sign-flip',
            pValue: test.pValue,
            pAdjusted: test.pAdjusted,
            simultaneous: simultaneousInterval(comparison, definition, test, result),
            ...(isExact ? {} : { floors: { pValue: floor, pAdjusted: floor } }),
          };
    }),
  };
}

/**
 * The difference ± critical · standard error. Where no example differs, a share is bounded by how many examples could still differ: with
 * probability α/m none of n does if a share 1 − (α/m)^(1/n) of all do.
 */
function simultaneousInterval(
  { difference, first, second }: MetricComparison,
  { kind, unit }: MetricDefinition,
  { t, stderr, n }: PairTest,
  { critical, tests }: MaxTResult,
): SimultaneousInterval {
  if (difference === null || first === null || second === null || stderr === null) {
    return null;
  }
  if (t === null) {
    const bound = 1 - (ALPHA / tests.length) ** (1 / n);
    return unit === 'share' && kind !== 'ratio' ? { low: -bound, high: bound } : null;
  }
  if (critical === Number.POSITIVE_INFINITY) {
    return null;
  }
  const half = critical * stderr;
  if (kind !== 'perplexity') {
    return { low: difference - half, high: difference + half };
  }
  const centre = Math.log(second / first);
  return { low: first * Math.expm1(centre - half), high: first * Math.expm1(centre + half) };
}
