/** Which of a benchmark's parameters name data files. */
import type { Json } from '../digest.js';
import type { Benchmark } from './types.js';

/** Parameters that may name a data file: `data`, then those of further sources. */
export function sourceNames(benchmark: Pick<Benchmark, 'others'>): readonly string[] {
  return ['data', ...Object.keys(benchmark.others)];
}

/** Data files beside `data` that parameters name, as written, by parameter. */
export function otherPaths(
  benchmark: Pick<Benchmark, 'others'>,
  parameters: Readonly<Record<string, Json>>,
): readonly (readonly [parameter: string, path: string])[] {
  return Object.keys(benchmark.others).flatMap((name) => {
    const path = parameters[name];
    return typeof path === 'string' ? [[name, path] as const] : [];
  });
}
