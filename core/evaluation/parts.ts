/** Metrics over parts of the examples: which parts there are, only the data tells (subjects, categories). */
import { invalidData } from './readers/records.js';
import type { Benchmark, BenchmarkResult, ExampleResult, MetricDefinition } from './types.js';

/** How examples are divided. */
export interface Parts<Item> {
  /** What they are divided by, as metrics say it: `category` in `accuracy.category=history`. */
  readonly by: string;
  /** The part of an example; undefined where the data does not say. */
  readonly of: (item: Item) => string | undefined;
  /** Where an example is in the data file, for messages. */
  readonly where: (item: Item) => string;
}

/** Parts by their names in metrics, with their titles and the ids of their examples; in the order of the names. */
export type PartTable = readonly { readonly name: string; readonly title: string; readonly ids: ReadonlySet<string> }[];

/**
 * The part of every example.
 *
 * @param source - how the data file is called in messages
 * @throws OminusError `DATA_INVALID` when an example is in no part, or when two parts would have one name
 */
export function divide<Item extends { readonly id: string }>(
  items: readonly Item[],
  { by, of, where }: Parts<Item>,
  source: string,
): PartTable {
  const parts = new Map<string, { readonly title: string; readonly ids: Set<string> }>();
  for (const item of items) {
    const title = of(item)?.trim() ?? '';
    const name = partName(title);
    if (name === '') {
      throw invalidData(source, where(item), `no ${by}`, `a ${by} in every example, because the spec sets by: ${by}`);
    }
    const part = parts.get(name) ?? { title, ids: new Set<string>() };
    if (part.title !== title) {
      const expected = `one spelling, because both would be named ${name}`;
      throw invalidData(source, where(item), `the ${by} "${title}" beside "${part.title}"`, expected);
    }
    part.ids.add(item.id);
    parts.set(name, part);
  }
  return [...parts].map(([name, part]) => ({ name, ...part })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Letters and digits in lower case, everything between them as one hyphen: what fits into `label.metric`. */
function partName(title: string): string {
  return title
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('-');
}

/** Every main metric over every part: `accuracy.category=history`. */
export function partMetrics(
  metrics: readonly MetricDefinition[],
  by: string,
  parts: PartTable,
): readonly MetricDefinition[] {
  return metrics
    .filter(({ auxiliary }) => auxiliary !== true)
    .flatMap((metric) =>
      parts.map(({ name, title }) => ({
        ...metric,
        name: partMetricName(metric.name, by, name),
        title: `${metric.title}, ${title}`,
        auxiliary: true,
        partOf: metric.name,
      })),
    );
}

/** Examples whose scores hold those of their part, too. */
export function withPartScores(
  examples: readonly ExampleResult[],
  metrics: readonly MetricDefinition[],
  by: string,
  parts: PartTable,
): readonly ExampleResult[] {
  return examples.map((example) => {
    const part = parts.find(({ ids }) => ids.has(example.id))?.name ?? '';
    const own = metrics
      .filter(({ auxiliary }) => auxiliary !== true)
      .map(({ name }) => [partMetricName(name, by, part), example.scores[name] ?? null] as const);
    return { ...example, scores: { ...example.scores, ...Object.fromEntries(own) } };
  });
}

function partMetricName(metric: string, by: string, part: string): string {
  return `${metric}.${by}=${part}`;
}

/** Whether the parameters of a benchmark allow a metric of this name: one that it has, or one that only the data tells. */
export function mayHaveMetric(
  benchmark: Benchmark,
  parameters: Parameters<Benchmark['partedBy']>[0],
  name: string,
): boolean {
  const by = benchmark.partedBy(parameters);
  return benchmark.metrics.some(
    (metric) =>
      metric.name === name ||
      (by !== undefined && metric.auxiliary !== true && name.startsWith(partMetricName(metric.name, by, ''))),
  );
}

/** All metrics of results of one benchmark: those that it always has, then those that follow from their data. */
export function metricsOf(
  benchmark: Pick<Benchmark, 'metrics'>,
  results: readonly Pick<BenchmarkResult, 'derived'>[],
): readonly MetricDefinition[] {
  const derived = new Map(results.flatMap((result) => (result.derived ?? []).map((metric) => [metric.name, metric])));
  return [...benchmark.metrics, ...derived.values()];
}
