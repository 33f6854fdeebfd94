/**
 * One expression over adapter folders, directly: every module is read, computed and written before the next, so that the
 * factors are decoded once and one module per thread is in memory at a time. Modules do not depend on each other, so the result is the
 * same, to the last bit, however many threads share them.
 */
import {
  baseModelWarnings,
  checkModulesToSave,
  type NamedAdapter as NamedDescription,
} from '../../core/adapter/combinable.js';
import type { ApplyOptions } from '../../core/algebra/apply-operator.js';
import { touchedModules } from '../../core/algebra/application-modules.js';
import { adapterNames, madeLeaves } from '../../core/algebra/evaluate.js';
import { missingModuleWarnings, refuseStrangers } from '../../core/algebra/missing-modules.js';
import { type Digest, digestOf } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { NO_CALLS_WITH_REFERENCE } from '../../core/expression/no-calls.js';
import { lambdasOf } from '../../core/expression/lambdas.js';
import { printFormula } from '../../core/expression/print.js';
import type { Formula } from '../../core/expression/types.js';
import type { Semantics } from '../../core/algebra/types.js';
import { allOrNone } from '../all-or-none.js';
import type { AdapterFolder } from './adapter-folder.js';
import { type MergeHelper, startHelpers, threadsFor } from './merge-helpers.js';
import { type MergedMadeLeaf, withCalls } from './merge-calls.js';
import { type MergedPart, mergePart, type MergeStep, unknownAdapter } from './merge-part.js';
import { ModuleQueue } from './module-queue.js';
import { writeAdapter, type WriteAdapterOptions, type WrittenAdapter } from './write-adapter.js';
import type { FinishedModule } from './write-modules.js';
import type { ModulesTarget } from './write-tensors.js';

/** What to merge. */
export interface MergeOptions
  extends
    Pick<WriteAdapterOptions, 'dtype' | 'ranks' | 'folder' | 'replace' | 'signal' | 'onProgress'>,
    Pick<ApplyOptions, 'missing'> {
  readonly formula: Formula;
  /** By the names in the formula. */
  readonly adapters: ReadonlyMap<string, AdapterFolder>;
  /** As in {@link computeGram}. */
  readonly semantics?: Semantics;
  /** How many threads share the modules, where the system has room for so many; default: as many as make it quicker. */
  readonly threads?: number;
}

/** What a merge gives. */
export interface MergedAdapter {
  readonly written: WrittenAdapter;
  /** In the order of evaluation; the last one is the expression's own. */
  readonly steps: readonly MergeStep[];
  /** Leaves that calls made, the innermost first; empty without calls. */
  readonly made: readonly MergedMadeLeaf[];
  readonly warnings: readonly string[];
}

/**
 * Merges.
 *
 * @throws OminusError as {@link checkModulesToSave}, {@link refuseStrangers}, {@link writeAdapter} and applyOperator do; of several modules that fail, the first one's error
 */
export async function mergeAdapters(options: MergeOptions): Promise<MergedAdapter> {
  const { formula } = options;
  const named = adapterNames(formula).map((name) => ({ name, adapter: adapterOf(options, name) }));
  checkModulesToSave(formula, named.map(described));
  refuseStrangers(formula, modulesOf(options));
  if (madeLeaves(formula).length > 0) {
    return mergeCalls(options, named);
  }
  const { threads = threadsFor(named.reduce((sum, { adapter }) => sum + adapter.sizeBytes, 0)) } = options;
  const helpers = startHelpers(threads - 1);
  try {
    return await mergeWith(helpers, options, named);
  } finally {
    await Promise.all(helpers.map((helper) => helper.end()));
  }
}

interface NamedAdapter {
  readonly name: string;
  readonly adapter: AdapterFolder;
}

async function mergeWith(
  helpers: readonly MergeHelper[],
  options: MergeOptions,
  named: readonly NamedAdapter[],
): Promise<MergedAdapter> {
  const { formula, semantics = 'scaled', missing = 'pass', signal, onProgress } = options;
  // Two names for one content are one leaf: its rank counts once.
  const identities = await identify(named);
  const leaves = [...new Set(identities.values())];
  const leafNames = leaves.map((leaf) => named.find(({ name }) => identities.get(name) === leaf)?.name ?? '');
  const adapters = leafNames.map((name) => adapterOf(options, name));
  const provenance = {
    expression: printFormula(formula),
    lambdas: lambdasOf(formula),
    semantics,
    inputs: leafNames.map((name) => ({ name })),
  };
  const parts: MergedPart[] = [];
  const combination = async ({ paths, ranks, dtype, writer }: ModulesTarget): Promise<readonly FinishedModule[]> => {
    const task = { formula, identities, leaves, paths, ranks, semantics, missing, dtype };
    const queue = new ModuleQueue({ count: paths.length, threads: helpers.length + 1 });
    const means = { adapters, writer, queue, signal, onProgress };
    const all = [mergePart(task, means), ...helpers.map((helper) => helper.mergePart(task, means))];
    // Nobody may use a file any more when this function ends, also if a thread was lost.
    parts.splice(0, parts.length, ...(await allOrNone(...all)));
    refuseFailure(parts);
    return inOrder(parts.flatMap(({ modules }) => modules));
  };
  const touched = touchedModules(formula, modulesOf(options));
  const all = adapters.flatMap(({ description }) => [...description.modules.keys()]);
  const zeroModules = new Set(all.filter((path) => !touched.has(path)));
  const written = await writeAdapter({ ...options, adapters, combination, zeroModules, provenance });
  const steps = stepsOf(parts);
  return { written, steps, made: [], warnings: warningsOf(options, named, adapters) };
}

/** Whole combinations instead of module by module: a made leaf must be finished before anything is computed from it. */
async function mergeCalls(options: MergeOptions, named: readonly NamedAdapter[]): Promise<MergedAdapter> {
  const { formula, missing = 'pass', semantics = 'scaled', signal } = options;
  if (semantics === 'reference') {
    const { message, hint } = NO_CALLS_WITH_REFERENCE;
    throw new OminusError('EXPRESSION_INVALID', { message: `a call ${message}`, hint });
  }
  const used = named.map(({ adapter }) => adapter);
  const adapters = new Map(named.map(({ name, adapter }) => [name, adapter]));
  return withCalls({ formula, adapters, missing, signal }, async ({ coefficients, inputs, steps, made, ...leaves }) => {
    const provenance = { expression: printFormula(formula), lambdas: lambdasOf(formula), semantics, inputs };
    const written = await writeAdapter({
      ...options,
      adapters: leaves.adapters,
      alsoRead: used.map(({ folder }) => folder),
      combination: coefficients,
      provenance,
    });
    return { written, steps, made, warnings: warningsOf(options, named, used) };
  });
}

function warningsOf(
  options: MergeOptions,
  named: readonly NamedAdapter[],
  adapters: readonly AdapterFolder[],
): readonly string[] {
  return [
    ...adapters.flatMap(({ description }) => description.warnings),
    ...baseModelWarnings(named.map(described)),
    ...missingModuleWarnings(options.formula, modulesOf(options)),
  ];
}

function described({ name, adapter }: NamedAdapter): NamedDescription {
  return { name, description: adapter.description };
}

/**
 * What tells adapters apart: the content of one tensor where that is enough, so that nothing is read twice; else the digest,
 * which covers all.
 */
async function identify(named: readonly NamedAdapter[]): Promise<ReadonlyMap<string, Digest>> {
  const firsts = new Map<string, Digest>();
  for (const { name, adapter } of named) {
    const [first] = adapter.description.modules.values();
    firsts.set(name, first === undefined ? await adapter.digest() : digestOf(await adapter.readTensor(first.b)));
  }
  const identities = new Map<string, Digest>();
  for (const { name, adapter } of named) {
    const first = firsts.get(name) ?? unknownAdapter(name);
    const isAlone = [...firsts.values()].filter((other) => other === first).length === 1;
    identities.set(name, isAlone ? first : await adapter.digest());
  }
  return identities;
}

/** @throws the error of the first module that failed, whichever thread had it */
function refuseFailure(parts: readonly MergedPart[]): void {
  const failures = parts.flatMap(({ failure }) => failure ?? []);
  const [first] = failures.toSorted((one, other) => one.place - other.place);
  if (first !== undefined) {
    throw first.error;
  }
}

function inOrder(modules: readonly FinishedModule[]): readonly FinishedModule[] {
  return modules.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** The steps of all parts, with the diagnostics of all modules. */
function stepsOf(parts: readonly MergedPart[]): readonly MergeStep[] {
  const [first] = parts.filter(({ steps }) => steps.length > 0);
  return (first?.steps ?? []).map(({ application }, place) => ({
    application,
    modules: parts
      .flatMap(({ steps }) => steps[place]?.modules ?? [])
      .toSorted((one, other) => (one.module < other.module ? -1 : 1)),
  }));
}

function modulesOf(options: MergeOptions): (name: string) => Iterable<string> {
  return (name) => adapterOf(options, name).description.modules.keys();
}

function adapterOf({ adapters }: MergeOptions, name: string): AdapterFolder {
  return adapters.get(name) ?? unknownAdapter(name);
}
