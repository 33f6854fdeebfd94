/** The two halves of the examples: λ is chosen on one and reported on the other, so that the choice cannot flatter itself. */
import type { Digest } from '../digest.js';
import { OminusError } from '../errors.js';
import { metricValues } from '../evaluation/metric-values.js';
import type { ExampleResult, MetricDefinition } from '../evaluation/types.js';
import { hashedUnit } from '../statistics/hashed-unit.js';
import type { PointMetric, SweepPlan, SweepSplit } from './types.js';

/** How examples are split from now on; plans of version 0.1.0 have version 1. */
export const SPLIT_VERSION = 2;

/** Whether an example belongs to the half that points are chosen by. */
export type IsChosenBy = (exampleId: string) => boolean;

/** Examples by half, each in its order. */
export interface SplitExamples<Example> {
  readonly choose: readonly Example[];
  readonly report: readonly Example[];
}

/** Version 1: a coin per example, thrown by its hash. About half of the examples, not exactly. */
export function inChooseHalf(seed: number, exampleId: string): boolean {
  return hashedUnit('sweep-split', seed, exampleId) < 0.5;
}

/**
 * Version 2: exactly half of the ids. They are ranked by (hash, id), neighbours are paired, and of each pair one goes to each half, by the hash of
 * its first id; an id without a neighbour goes by its own. So the half follows from seed, data and id alone, whatever is evaluated of the data.
 *
 * @param ids - of all examples of a data file
 * @returns those of the half that points are chosen by
 */
export function chooseHalf(seed: number, data: Digest, ids: readonly string[]): ReadonlySet<string> {
  const ranked = [...new Set(ids)]
    .map((id) => ({ id, hash: hashedUnit('sweep-split-2', seed, data, id) }))
    .sort((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
  const chosen = ranked.flatMap((first, place) => {
    if (place % 2 === 1) {
      return [];
    }
    const second = ranked[place + 1];
    const pair = isFirst(seed, data, first) ? first : second;
    return pair ?? [];
  });
  return new Set(chosen);
}

/**
 * Version 2 of blocks of text, whose number is known only once the text is tokenised: those that follow one another are paired, 0 and 1, 2 and
 * 3, …, and of each pair one goes to each half.
 *
 * @param id - `block-17`
 * @throws OminusError `INTERNAL` for any other id
 */
export function blockInChooseHalf(seed: number, data: Digest, id: string): boolean {
  const number = Number(/^block-(\d+)$/.exec(id)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) {
    throw new OminusError('INTERNAL', { message: `the plan does not say in which half an example is [id=${id}]` });
  }
  return isFirst(seed, data, `block-${number - (number % 2)}`) === (number % 2 === 0);
}

/** Whether of a pair the first goes to the half that points are chosen by. */
function isFirst(seed: number, data: Digest, first: string): boolean {
  return hashedUnit('sweep-split-2, side', seed, data, first) < 0.5;
}

/** What of a sweep's plan the halves follow from. */
export interface SplitPlan extends Pick<SweepPlan, 'splitSeed' | 'benchmarks'> {
  readonly split?: Pick<SweepSplit, 'choose'>;
}

/**
 * The split of a sweep's plan, by label of benchmarks.
 *
 * @throws OminusError `INTERNAL` for a label that the sweep does not have
 */
export function splitOf({ splitSeed, split, benchmarks }: SplitPlan): (label: string) => IsChosenBy {
  if (split === undefined) {
    return () => (id) => inChooseHalf(splitSeed, id);
  }
  const halves = new Map(
    benchmarks.map(({ label, data }): [string, IsChosenBy] => {
      const chosen = split.choose[label];
      const ids = new Set(chosen);
      return [
        label,
        chosen === undefined ? (id) => blockInChooseHalf(splitSeed, data.digest, id) : (id) => ids.has(id),
      ];
    }),
  );
  return (label) => {
    const isChosenBy = halves.get(label);
    if (isChosenBy === undefined) {
      throw new OminusError('INTERNAL', { message: `the sweep has no benchmark of that label [label=${label}]` });
    }
    return isChosenBy;
  };
}

/** Splits the examples of a result. Blocks of text (`perplexity`) are split whole. */
export function splitExamples<Example extends Pick<ExampleResult, 'id'>>(
  examples: readonly Example[],
  isChosenBy: IsChosenBy,
): SplitExamples<Example> {
  const choose: Example[] = [];
  const report: Example[] = [];
  for (const example of examples) {
    (isChosenBy(example.id) ? choose : report).push(example);
  }
  return { choose, report };
}

/** Every metric over all examples and over each half, by the metric's name (without the benchmark's label). */
export function pointMetrics(
  metrics: readonly MetricDefinition[],
  examples: readonly ExampleResult[],
  isChosenBy: IsChosenBy,
): Readonly<Record<string, PointMetric>> {
  const halves = splitExamples(examples, isChosenBy);
  const all = metricValues(metrics, examples);
  const choose = metricValues(metrics, halves.choose);
  const report = metricValues(metrics, halves.report);
  const nothing = { value: null, stderr: null, n: 0 };
  return Object.fromEntries(
    metrics.map(({ name }) => [
      name,
      { all: all[name] ?? nothing, choose: choose[name] ?? nothing, report: report[name] ?? nothing },
    ]),
  );
}
