/** What benchmarks ask for and the model or the classifier does not have: small JSON files tell it before anything runs. */
import { join } from 'node:path';
import { blockLength } from '../../core/evaluation/prepare.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { Spec, SpecBenchmark } from '../../core/spec/types.js';
import { findLabel, readLabels } from '../../io/model/classifier-labels.js';
import { readJsonObject } from '../../io/model/json-file.js';
import type { PlanProblems } from './plan-problems.js';

/** What benchmarks use; undefined, or absent, where it could not be found or read, which is reported already. */
export interface BenchmarkNeeds {
  /** Of the base model. */
  readonly contextLength: number | undefined;
  /** Folders on this machine, by path as written. */
  readonly classifiers: ReadonlyMap<string, string>;
}

/** Checks every benchmark of a spec against the configurations of what it uses. */
export async function checkBenchmarks(
  spec: Spec,
  { contextLength, classifiers }: BenchmarkNeeds,
  problems: PlanProblems,
): Promise<void> {
  for (const benchmark of spec.evaluate.benchmarks) {
    const { classifier, label } = benchmark.parameters;
    const folder = typeof classifier === 'string' ? classifiers.get(classifier) : undefined;
    if (contextLength !== undefined) {
      await problems.attempt(placeOf(benchmark, 'block'), () => {
        const task = requireBenchmark(benchmark.benchmark).task(benchmark.parameters);
        return task.kind === 'blocks' ? blockLength(task, contextLength) : contextLength;
      });
    }
    if (folder !== undefined) {
      await problems.attempt(placeOf(benchmark, label === undefined ? 'classifier' : 'label'), async () => {
        const labels = readLabels(folder, await readJsonObject(join(folder, 'config.json'), 'CLASSIFIER_INVALID'));
        return findLabel({ folder, labels }, typeof label === 'string' ? label : undefined);
      });
    }
  }
}

/** Where the value of a parameter stands, or the benchmark's name when it is not written. */
export function placeOf({ places, span }: SpecBenchmark, parameter: string): SpecBenchmark['span'] {
  return places.get(parameter) ?? span;
}
