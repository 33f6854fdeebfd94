/** Every benchmark. A new one is a file in benchmarks/, a line here, and a sample of its data. */
import { OminusError } from '../errors.js';
import { gsm } from './benchmarks/gsm.js';
import { perplexity } from './benchmarks/perplexity.js';
import { repetition } from './benchmarks/repetition.js';
import { toxicity } from './benchmarks/toxicity.js';
import { truthfulqaMc } from './benchmarks/truthfulqa-mc.js';
import type { Benchmark } from './types.js';

/** The benchmarks, in the order in which they are shown. */
export const BENCHMARKS: readonly Benchmark[] = [truthfulqaMc, toxicity, repetition, gsm, perplexity];

/** The benchmark of a name, if there is one. */
export function benchmarkNamed(name: string): Benchmark | undefined {
  return BENCHMARKS.find((benchmark) => benchmark.name === name);
}

/**
 * The benchmark that a validated plan names.
 *
 * @throws OminusError `INTERNAL` when there is none
 */
export function requireBenchmark(name: string): Benchmark {
  const benchmark = benchmarkNamed(name);
  if (benchmark === undefined) {
    throw new OminusError('INTERNAL', { message: `no benchmark is called ${name}` });
  }
  return benchmark;
}
