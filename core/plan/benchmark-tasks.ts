/** Benchmarks with what they need of a model: worked out once for all candidates, since checking parameters takes time. */
import { OminusError } from '../errors.js';
import type { BenchmarkUse } from '../evaluation/benchmark-use.js';
import { requireBenchmark } from '../evaluation/registry.js';
import type { ResponseTask } from '../evaluation/tasks.js';
import type { Benchmark } from '../evaluation/types.js';

/** A benchmark in use, and its task. */
export interface BenchmarkTask extends BenchmarkUse {
  readonly definition: Benchmark;
  readonly task: ResponseTask;
}

/**
 * The tasks of benchmarks.
 *
 * @throws OminusError `INTERNAL` when a benchmark that classifies was given no classifier
 */
export function benchmarkTasks(uses: readonly BenchmarkUse[]): readonly BenchmarkTask[] {
  return uses.map((use) => {
    const definition = requireBenchmark(use.benchmark);
    if (definition.classifier && use.classifier === undefined) {
      throw new OminusError('INTERNAL', { message: `${use.label} was planned without a classifier` });
    }
    return { ...use, definition, task: definition.task(use.parameters) };
  });
}
