/** Every benchmark. A new one is a file in benchmarks/, a line here, and a test. */
import { nearest } from '../diagnostic.js';
import { OminusError } from '../errors.js';
import { OminusError } from '../errors.js';
import { gsm } from './benchmarks/gsm.js';
import { perplexity } from './benchmarks/perplexity.js';
import { repetition } from './benchmarks/repetition.js';
import { toxicity } from './benchmarks/toxicity.js';
import { truthfulqaMc } from './benchmarks/truthfulqa-mc.js';
import type { Benchmark } from './types.js';

/** The benchmarks, in the order in which they are shown. */
export const BENCHMARKS: readonly Benchmark[] = [truthfulqaMc, toxicity, repetition, gsm, perplexity];

/**
 * The benchmark of a name.
 *
 * @throws OminusError `SPEC_INVALID` when there is none
 */
export function benchmarkNamed(name: string): Benchmark {
  const found = BENCHMARKS.find((benchmark) => benchmark.name === name);
  if (found === undefined) {
    const names = BENCHMARKS.map((benchmark) => benchmark.name);
    const guess = nearest(name, names);
    throw new OminusError('SPEC_INVALID', {
      message: `there is no benchmark "${name}"`,
      hint: guess === undefined ? `Choose one of ${names.join(', ')}.` : `Did you mean ${guess}?`,
    });
  }
  return found;
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
