/** What benchmarks ask for and the model or the classifier does not have: small JSON files tell it before anything runs. */
import { join } from 'node:path';
import { blockLength } from '../../core/evaluation/prepare.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import { readModelConfig } from '../../core/onnx/decoder/build-decoder.js';
import type { Spec, SpecBenchmark, SpecSource } from '../../core/spec/types.js';
import { findLabel, readLabels } from '../../io/model/classifier-labels.js';
import { readJsonObject } from '../../io/model/json-file.js';
import type { PlanProblems } from './plan-problems.js';

/** Folders on this machine; undefined, or absent, where one could not be found, which is reported already. */
export interface FoundFolders {
  readonly base: string | undefined;
  /** By path as written. */
  readonly classifiers: ReadonlyMap<string, string>;
}

/** Checks every benchmark of a spec against the configurations of what it uses. */
export async function checkBenchmarks(spec: Spec, found: FoundFolders, problems: PlanProblems): Promise<void> {
  const contextLength =
    spec.base === undefined || found.base === undefined || spec.evaluate.benchmarks.length === 0
      ? undefined
      : await readContextLength(spec.base, found.base, problems);
  for (const benchmark of spec.evaluate.benchmarks) {
    const { classifier, label } = benchmark.parameters;
    const folder = typeof classifier === 'string' ? found.classifiers.get(classifier) : undefined;
    if (contextLength !== undefined) {
      await problems.attempt(placeOf(benchmark, 'block'), () =>
        blockLength(requireBenchmark(benchmark.benchmark).task(benchmark.parameters), contextLength),
      );
    }
    if (folder !== undefined) {
      await problems.attempt(placeOf(benchmark, label === undefined ? 'classifier' : 'label'), async () => {
        const labels = readLabels(folder, await readJsonObject(join(folder, 'config.json'), 'CLASSIFIER_INVALID'));
        return findLabel({ folder, labels }, typeof label === 'string' ? label : undefined);
      });
    }
  }
}

function readContextLength(base: SpecSource, folder: string, problems: PlanProblems): Promise<number | undefined> {
  return problems.attempt(base.span, async () => {
    const { config } = readModelConfig(await readJsonObject(join(folder, 'config.json'), 'MODEL_INVALID'));
    return config.contextLength;
  });
}

/** Where the value of a parameter stands, or the benchmark's name when it is not written. */
export function placeOf({ places, span }: SpecBenchmark, parameter: string): SpecBenchmark['span'] {
  return places.get(parameter) ?? span;
}
