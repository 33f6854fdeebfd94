/**
 * One expression over adapter folders, directly: every module is read, computed and written before the next, so that the
 * factors are decoded once and one module is in memory at a time.
 */
import { baseModelWarnings } from '../../core/adapter/combinable.js';
import type { ApplyOptions } from '../../core/algebra/apply-operator.js';
import { adapterNames, evaluateFormula } from '../../core/algebra/evaluate.js';
import type { LoraFactors } from '../../core/algebra/factors.js';
import { moduleGram, stackedProducts } from '../../core/algebra/gram.js';
import type { ModuleDiagnostics } from '../../core/algebra/types.js';
import { type Digest, digestOf } from '../../core/digest.js';
import { OminusError } from '../../core/errors.js';
import { printFormula } from '../../core/expression/print.js';
import type { Application, Formula } from '../../core/expression/types.js';
import type { Semantics } from '../../core/plan/types.js';
import type { AdapterFolder } from './adapter-folder.js';
import { describeLeaves } from './compute-gram.js';
import {
  type ModuleCoefficients,
  writeAdapter,
  type WriteAdapterOptions,
  type WrittenAdapter,
} from './write-adapter.js';

/** What to merge. */
export interface MergeOptions
  extends
    Pick<WriteAdapterOptions, 'dtype' | 'folder' | 'replace' | 'signal' | 'onProgress'>,
    Pick<ApplyOptions, 'missing'> {
  readonly formula: Formula;
  /** By the names in the formula. */
  readonly adapters: ReadonlyMap<string, AdapterFolder>;
  /** As in {@link computeGram}. */
  readonly semantics?: Semantics;
}

/** One application that was made on the way. */
export interface MergeStep {
  readonly application: Application<Formula>;
  readonly modules: readonly ModuleDiagnostics[];
}

/** What a merge gives. */
export interface MergedAdapter {
  readonly written: WrittenAdapter;
  /** In the order of evaluation; the last one is the expression's own. */
  readonly steps: readonly MergeStep[];
  readonly warnings: readonly string[];
}

/**
 * Merges.
 *
 * @throws OminusError as {@link writeAdapter} and applyOperator do
 */
export async function mergeAdapters(options: MergeOptions): Promise<MergedAdapter> {
  const { formula, semantics = 'scaled', missing = 'pass' } = options;
  const named = adapterNames(formula).map((name) => ({ name, adapter: adapterOf(options, name) }));
  // Two names for one content are one leaf: its rank counts once.
  const identities = await identify(named);
  const leaves = [...new Set(identities.values())];
  const leafNames = leaves.map((leaf) => named.find(({ name }) => identities.get(name) === leaf)?.name ?? '');
  const adapters = leafNames.map((name) => adapterOf(options, name));
  const descriptions = adapters.map(({ description }) => description);
  const steps: { readonly application: Application<Formula>; readonly modules: ModuleDiagnostics[] }[] = [];

  const coefficients = (path: string, factors: readonly (LoraFactors | undefined)[]): ModuleCoefficients => {
    const products = stackedProducts(factors);
    const gram = {
      leaves,
      modules: new Map([[path, moduleGram(factors, products).values]]),
      leafModules: new Map([[path, describeLeaves(descriptions, path, semantics)]]),
    };
    const value = evaluateFormula(formula, gram, (name) => identities.get(name) ?? unknownAdapter(name), { missing });
    for (const [place, { application, diagnostics }] of value.steps.entries()) {
      steps[place] ??= { application, modules: [] };
      steps[place].modules.push(...diagnostics.modules);
    }
    const values = value.coefficients.modules.get(path);
    return { products, coefficients: values ?? new Float64Array() };
  };

  const provenance = {
    expression: printFormula(formula),
    lambdas: lambdasOf(formula),
    semantics,
    inputs: leafNames.map((name) => ({ name })),
  };
  const written = await writeAdapter({ ...options, adapters, coefficients, provenance });
  const warnings = [
    ...descriptions.flatMap((description) => description.warnings),
    ...baseModelWarnings(named.map(({ name, adapter }) => ({ name, description: adapter.description }))),
  ];
  return { written, steps, warnings };
}

/**
 * What tells adapters apart: the content of one tensor where that is enough, so that nothing is read twice; else the digest,
 * which covers all.
 */
async function identify(
  named: readonly { readonly name: string; readonly adapter: AdapterFolder }[],
): Promise<ReadonlyMap<string, Digest>> {
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

/** λ by what it weighs, in the order of application. */
function lambdasOf(formula: Formula): readonly { readonly adapter: string; readonly lambda: string }[] {
  if (formula.kind !== 'apply') {
    return [];
  }
  const { left, right, lambda } = formula.application;
  return [...lambdasOf(left), ...lambdasOf(right), { adapter: printFormula(right), lambda }];
}

function adapterOf({ adapters }: MergeOptions, name: string): AdapterFolder {
  return adapters.get(name) ?? unknownAdapter(name);
}

function unknownAdapter(name: string): never {
  throw new OminusError('INTERNAL', { message: `the formula names an adapter that was not opened [adapter=${name}]` });
}
