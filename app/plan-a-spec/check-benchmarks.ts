/** What benchmarks ask for and the model or the classifier does not have: small JSON files tell it before anything runs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest } from '../../core/diagnostic.js';
import { OminusError } from '../../core/errors.js';
import { blockLength } from '../../core/evaluation/prepare.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import { objectiveMetrics } from '../../core/sweep/objective-metrics.js';
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
  /** Data files on this machine, by path as written. */
  readonly data: ReadonlyMap<string, string>;
}

/** Checks every benchmark of a spec against the configurations of what it uses. */
export async function checkBenchmarks(
  spec: Spec,
  { contextLength, classifiers, data }: BenchmarkNeeds,
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
    await checkParts(spec, benchmark, data, problems);
    if (folder !== undefined) {
      await problems.attempt(placeOf(benchmark, label === undefined ? 'classifier' : 'label'), async () => {
        const labels = readLabels(folder, await readJsonObject(join(folder, 'config.json'), 'CLASSIFIER_INVALID'));
        return findLabel({ folder, labels }, typeof label === 'string' ? label : undefined);
      });
    }
  }
}

/** Metrics that only the data tells: that there are any, and that they are the ones that the objective of a sweep names. */
async function checkParts(
  spec: Spec,
  specBenchmark: SpecBenchmark,
  files: ReadonlyMap<string, string>,
  problems: PlanProblems,
): Promise<void> {
  const { label, parameters } = specBenchmark;
  const benchmark = requireBenchmark(specBenchmark.benchmark);
  const by = benchmark.partedBy(parameters);
  const written = parameters['data'];
  const path = typeof written === 'string' ? files.get(written) : undefined;
  if (by === undefined || path === undefined) {
    return;
  }
  const metrics = await problems.attempt(placeOf(specBenchmark, 'data'), async () => {
    const data = { text: await readFile(path, 'utf8'), name: path };
    return benchmark.derivedMetrics(parameters, { data });
  });
  const known = new Set([...benchmark.metrics, ...(metrics ?? [])].map(({ name }) => `${label}.${name}`));
  const asked = objectiveMetrics(spec.kind === 'sweep' ? (spec.objective ?? null) : null);
  for (const metric of metrics === undefined ? [] : asked) {
    if (metric.startsWith(`${label}.`) && !known.has(metric)) {
      await problems.attempt(placeOf(specBenchmark, 'by'), () => {
        const near = nearest(metric, [...known]);
        throw new OminusError('SPEC_INVALID', {
          message: `the objective names ${metric}, but the data has no such ${by}`,
          hint: near === undefined ? `Name a ${by} of the data.` : `Did you mean ${near}?`,
        });
      });
    }
  }
}

/** The place of a parameter's value, or of the benchmark's name when it is not written. */
export function placeOf({ places, span }: SpecBenchmark, parameter: string): SpecBenchmark['span'] {
  return places.get(parameter) ?? span;
}
