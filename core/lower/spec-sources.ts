/** What the benchmarks of a spec name, resolved. */
import type { BenchmarkUse } from '../evaluation/benchmark-use.js';
import { presentationOf, type Presentation } from '../evaluation/presentation.js';
import { requireBenchmark } from '../evaluation/registry.js';
import { otherPaths } from '../evaluation/sources.js';
import { need } from '../plan/plan-sources.js';
import type { SourceRef } from '../source-ref.js';
import type { SpecBenchmark } from '../spec/types.js';

/** Sources of benchmarks, by path as the spec writes it. */
export interface BenchmarkSources {
  readonly data: ReadonlyMap<string, SourceRef>;
  readonly classifiers: ReadonlyMap<string, SourceRef>;
}

/**
 * Benchmarks of a spec with their sources.
 *
 * @throws OminusError `INTERNAL` when one was not resolved
 */
export function benchmarkUses(
  benchmarks: readonly SpecBenchmark[],
  { data, classifiers }: BenchmarkSources,
): readonly BenchmarkUse[] {
  return benchmarks.map(({ benchmark, label, parameters }) => {
    const { data: path, classifier } = parameters;
    const others = otherPaths(requireBenchmark(benchmark), parameters).map(
      ([name, file]) => [name, need(data.get(file), `${name} of ${label}`)] as const,
    );
    return {
      benchmark,
      label,
      parameters,
      data: need(typeof path === 'string' ? data.get(path) : undefined, `data of ${label}`),
      ...(others.length === 0 ? {} : { others: Object.fromEntries(others) }),
      ...(typeof classifier === 'string'
        ? { classifier: need(classifiers.get(classifier), `classifier of ${label}`) }
        : {}),
    };
  });
}

/** How a spec wants its results to be spoken of, where it says so. */
export function presentationFact(
  benchmarks: readonly SpecBenchmark[],
  margins: Presentation['margins'],
): { readonly presentation?: Presentation } {
  const presentation = presentationOf(benchmarks, margins);
  return presentation === undefined ? {} : { presentation };
}
