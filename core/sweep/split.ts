/** The two halves of the examples: λ is chosen on one and reported on the other, so that the choice cannot flatter itself. */
import { metricValues } from '../evaluation/metric-values.js';
import type { ExampleResult, MetricDefinition } from '../evaluation/types.js';
import { hashedUnit } from '../statistics/hashed-unit.js';
import type { PointMetric } from './types.js';

/** Examples by half, each in its order. */
export interface SplitExamples<Example> {
  readonly choose: readonly Example[];
  readonly report: readonly Example[];
}

/**
 * Whether an example belongs to the half that points are chosen by. By hash, so it depends neither on the other examples nor
 * on their number: the halves of a smaller sample are parts of those of all. About half of the examples, not exactly.
 */
export function inChooseHalf(seed: number, exampleId: string): boolean {
  return hashedUnit('sweep-split', seed, exampleId) < 0.5;
}

/** Splits the examples of a result. Blocks of text (`perplexity`) are split whole. */
export function splitExamples<Example extends Pick<ExampleResult, 'id'>>(
  examples: readonly Example[],
  seed: number,
): SplitExamples<Example> {
  const choose: Example[] = [];
  const report: Example[] = [];
  for (const example of examples) {
    (inChooseHalf(seed, example.id) ? choose : report).push(example);
  }
  return { choose, report };
}

/** Every metric over all examples and over each half, by the metric's name (without the benchmark's label). */
export function pointMetrics(
  metrics: readonly MetricDefinition[],
  examples: readonly ExampleResult[],
  seed: number,
): Readonly<Record<string, PointMetric>> {
  const halves = splitExamples(examples, seed);
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
