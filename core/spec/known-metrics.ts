/** Metrics that a spec may name: those of its benchmarks. */
import { nearest, type Span } from '../diagnostic.js';
import { mayHaveMetric } from '../evaluation/parts.js';
import { benchmarkNamed } from '../evaluation/registry.js';
import type { SpecProblems } from './problem.js';
import type { SpecBenchmark } from './types.js';
import { entryOf, itemsOf, type YamlNode } from './yaml-tree.js';

/** The metrics of all benchmarks, as `label.metric`; those that only the data tells are looked up while planning. */
export class KnownMetrics {
  readonly #benchmarks: readonly SpecBenchmark[];
  /** Undefined when a benchmark could not be read: then a metric that is not known may be one of its. */
  readonly #known: readonly string[] | undefined;
  readonly #problems: SpecProblems;

  constructor(root: YamlNode, benchmarks: readonly SpecBenchmark[], problems: SpecProblems) {
    const items = itemsOf(entryOf(entryOf(root, 'evaluate')?.value, 'with')?.value);
    const isWhole = items.length > 0 && items.length === benchmarks.length;
    this.#benchmarks = benchmarks;
    this.#known = isWhole
      ? benchmarks.flatMap(({ benchmark, label }) =>
          (benchmarkNamed(benchmark)?.metrics ?? []).map(({ name }) => `${label}.${name}`),
        )
      : undefined;
    this.#problems = problems;
  }

  /** Reports a metric that no benchmark has. */
  check(metric: string, span: Span): void {
    const known = this.#known;
    if (known === undefined || known.includes(metric) || this.#mayBe(metric)) {
      return;
    }
    const near =
      known.find((one) => one.startsWith(`${metric}.`) || one.endsWith(`.${metric}`)) ?? nearest(metric, known);
    const didYouMean = near === undefined ? '' : `Did you mean ${near}? `;
    this.#problems.add({
      code: 'SPEC_METRIC',
      message: `no benchmark has the metric "${metric.slice(0, 60)}"`,
      hint: `${didYouMean}Known: ${known.join(', ')}.`,
      span,
    });
  }

  /** Whether the data may turn out to have it. */
  #mayBe(metric: string): boolean {
    return this.#benchmarks.some(({ benchmark: name, label, parameters }) => {
      const benchmark = benchmarkNamed(name);
      const own = metric.startsWith(`${label}.`) ? metric.slice(label.length + 1) : undefined;
      return benchmark !== undefined && own !== undefined && mayHaveMetric(benchmark, parameters, own);
    });
  }
}
