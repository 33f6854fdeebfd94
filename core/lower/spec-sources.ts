/** What the benchmarks of a spec name, resolved. */
import type { BenchmarkUse } from '../evaluation/benchmark-use.js';
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
    return {
      benchmark,
      label,
      parameters,
      data: need(typeof path === 'string' ? data.get(path) : undefined, `data of ${label}`),
      ...(typeof classifier === 'string'
        ? { classifier: need(classifiers.get(classifier), `classifier of ${label}`) }
        : {}),
    };
  });
}
