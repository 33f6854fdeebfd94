/** One thread's part of a merge: the modules that it gets from the queue are read, computed and written, one before the next. */
import { evaluateFormula } from '../../core/algebra/evaluate.js';
import type { LoraFactors } from '../../core/algebra/factors.js';
import { moduleGram, stackedProducts } from '../../core/algebra/gram.js';
import type { ModuleDiagnostics, Semantics } from '../../core/algebra/types.js';
import type { Digest } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import type { Application, Formula } from '../../core/expression/types.js';
import type { FloatDtype } from '../../core/numeric/dtype.js';
import type { TensorWriter } from '../safetensors/writer.js';
import type { AdapterFolder } from './adapter-folder.js';
import { describeLeaves } from './compute-gram.js';
import type { ModuleQueue } from './module-queue.js';
import { type ModuleCoefficients, writeModules, type FinishedModule } from './write-modules.js';

/** What is merged: plain data, the same for all threads. */
export interface MergeTask {
  readonly formula: Formula;
  /** What tells the adapters of the formula apart, by name. */
  readonly identities: ReadonlyMap<string, Digest>;
  readonly leaves: readonly Digest[];
  readonly paths: readonly string[];
  /** Rank in the file by path, of those that are written. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly semantics: Semantics;
  readonly missing: 'pass' | 'error';
  readonly dtype: FloatDtype;
}

/** What a thread does it with. */
export interface MergeMeans {
  /** By leaf. */
  readonly adapters: readonly AdapterFolder[];
  readonly writer: TensorWriter;
  readonly queue: ModuleQueue;
  readonly signal?: AbortSignal | undefined;
  /** Called after every module with the number of modules that are finished, of all threads. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** One application that was made on the way. */
export interface MergeStep {
  readonly application: Application<Formula>;
  readonly modules: readonly ModuleDiagnostics[];
}

/** What came of a part. */
export interface MergedPart {
  readonly modules: readonly FinishedModule[];
  /** In the order of evaluation; their modules in the order of `modules`. */
  readonly steps: readonly MergeStep[];
  /** Why the part ended early, and the place of the module at which it did. */
  readonly failure?: { readonly place: number; readonly error: unknown };
}

/** Merges modules until the queue is empty; after a failure no thread gets more. */
export async function mergePart(task: MergeTask, means: MergeMeans): Promise<MergedPart> {
  const { adapters, writer, queue, signal, onProgress } = means;
  const steps: { readonly application: Application<Formula>; readonly modules: ModuleDiagnostics[] }[] = [];
  const modules: FinishedModule[] = [];
  const taken: number[] = [];
  function* paths(): Generator<string, void, undefined> {
    for (const place of queue.places()) {
      taken.push(place);
      yield task.paths[place] ?? '';
    }
  }
  const coefficients = (path: string, factors: readonly (LoraFactors | undefined)[]): ModuleCoefficients => {
    const products = stackedProducts(factors);
    const { formula, identities, leaves, missing, semantics } = task;
    const descriptions = adapters.map(({ description }) => description);
    const gram = {
      leaves,
      modules: new Map([[path, moduleGram(factors, products).values]]),
      leafModules: new Map([[path, describeLeaves(descriptions, path, semantics)]]),
    };
    const leafOf = (name: string): Digest => identities.get(name) ?? unknownAdapter(name);
    const value = evaluateFormula(formula, gram, leafOf, { missing });
    for (const [place, { application, diagnostics }] of value.steps.entries()) {
      steps[place] ??= { application, modules: [] };
      steps[place].modules.push(...diagnostics.modules);
    }
    return { products, coefficients: value.coefficients.modules.get(path) ?? new Float64Array() };
  };
  try {
    await writeModules({
      adapters,
      paths: paths(),
      coefficients,
      ranks: task.ranks,
      dtype: task.dtype,
      writer,
      signal,
      onModule(module) {
        modules.push(module);
        onProgress?.(queue.finish(), task.paths.length);
      },
    });
  } catch (error) {
    queue.stop();
    return { modules, steps, failure: { place: taken[modules.length] ?? 0, error } };
  }
  return { modules, steps };
}

/** @throws OminusError `INTERNAL` always */
export function unknownAdapter(name: string): never {
  throw new OminusError('INTERNAL', { message: `the formula names an adapter that was not opened [adapter=${name}]` });
}
