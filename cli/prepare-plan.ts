/** Spec file → plan: reads the spec, brings its sources here, digests them, and plans. */
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import stringWidth from 'string-width';
import { checkRecipeAdapters } from '../core/adapter/check-recipe.js';
import type { NamedAdapter } from '../core/adapter/combinable.js';
import { formatDiagnostic, locate, type Span } from '../core/diagnostic.js';
import { errorCode, OminusError } from '../core/errors.js';
import { requireBenchmark } from '../core/evaluation/registry.js';
import { buildPlan } from '../core/plan/build-plan.js';
import type { PlanInput } from '../core/plan/plan-input.js';
import type { AdapterRef, ModelRef, Plan, SourceRef } from '../core/plan/types.js';
import { readSpec } from '../core/spec/read-spec.js';
import type { RecipeSpec, SpecSource } from '../core/spec/types.js';
import { openAdapter } from '../io/adapter/adapter-folder.js';
import { runtimeVersion } from '../io/model/runtime-version.js';
import type { Device } from '../io/model/types.js';
import { digestSource, locateSource, type SourceKind } from '../io/sources/digest-source.js';

/** What {@link preparePlan} may be told. */
export interface PrepareOptions {
  readonly device: Device;
  readonly log: (line: string) => void;
  /** Adapters are written below this folder only; the current one by default. */
  readonly outputRoot: string | undefined;
}

/**
 * Reads a spec file.
 *
 * @throws OminusError `FILE_NOT_FOUND`, or `SPEC_INVALID` with all diagnostics in its message
 */
export async function loadSpec(file: string, log: (line: string) => void): Promise<RecipeSpec> {
  const text = await readText(file);
  const { spec, diagnostics } = readSpec(file, text);
  const formatted = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, stringWidth)).join('\n');
  if (spec === undefined) {
    const count = diagnostics.filter(({ severity }) => severity === 'error').length;
    throw new OminusError('SPEC_INVALID', {
      message: `${file} has ${String(count)} problem${count === 1 ? '' : 's'}\n${formatted}`,
      hint: 'docs/spec.md describes every key; ominus validate checks a spec without running it.',
    });
  }
  if (formatted !== '') {
    log(formatted);
  }
  return spec;
}

/**
 * Plans a spec file.
 *
 * @throws OminusError whatever is wrong with the spec, an adapter, the model or the data; each names its place in the spec
 */
export async function preparePlan(file: string, options: PrepareOptions): Promise<Plan> {
  const spec = await loadSpec(file, options.log);
  const folder = dirname(resolve(file));
  const at = <T>(span: Span, work: () => T | Promise<T>): Promise<T> => located(file, spec.text, span, work);
  const warnings: string[] = [];
  const digest = (kind: SourceKind, source: Pick<SpecSource, 'path' | 'span' | 'digest'>): Promise<SourceRef> =>
    at(source.span, async () => {
      const { warnings: said, ...ref } = await digestSource(kind, source.path, {
        baseFolder: folder,
        pinned: source.digest,
        onProgress: options.log,
      });
      warnings.push(...said);
      return ref;
    });
  const base: ModelRef | undefined =
    spec.base === undefined ? undefined : { name: 'base', ...(await digest('model', spec.base)) };
  const adapters = new Map<string, AdapterRef>();
  for (const [name, source] of spec.adapters) {
    adapters.set(name, { name, ...(await digest('adapter', source)) });
  }
  warnings.push(...(await checkAdapters(spec, adapters, at)));
  const data = new Map<string, SourceRef>();
  const classifiers = new Map<string, SourceRef>();
  for (const { parameters, span } of spec.evaluate.benchmarks) {
    const source = (key: string): Pick<SpecSource, 'path' | 'span' | 'digest'> | undefined => {
      const path = parameters[key];
      return typeof path === 'string' ? { path, span, digest: undefined } : undefined;
    };
    await addSource(data, 'data', source('data'), digest);
    await addSource(classifiers, 'classifier', source('classifier'), digest);
  }
  const input: PlanInput = {
    spec,
    base,
    adapters,
    data,
    classifiers,
    outputs: outputPaths(file, spec, folder, options.outputRoot),
    environment: { device: options.device, runtime: `onnxruntime-node ${runtimeVersion()}` },
    benchmark: requireBenchmark,
    warnings: [...new Set(warnings)],
  };
  const plan = buildPlan(input);
  plan.warnings.forEach((warning) => {
    options.log(`warning: ${warning}`);
  });
  return plan;
}

/** Opens the adapters and refuses at once what a run would refuse later. */
async function checkAdapters(
  spec: RecipeSpec,
  adapters: ReadonlyMap<string, AdapterRef>,
  at: <T>(span: Span, work: () => T | Promise<T>) => Promise<T>,
): Promise<readonly string[]> {
  const described = new Map<string, NamedAdapter>();
  for (const [name, { uri }] of adapters) {
    const adapter = await openAdapter((await locateSource('adapter', uri)).path);
    described.set(name, { name, description: adapter.description });
    await adapter.close();
  }
  const [first] = spec.adapters.values();
  return first === undefined ? [] : at(first.span, () => checkRecipeAdapters(spec, described));
}

async function addSource(
  into: Map<string, SourceRef>,
  kind: SourceKind,
  source: Pick<SpecSource, 'path' | 'span' | 'digest'> | undefined,
  digest: (kind: SourceKind, source: Pick<SpecSource, 'path' | 'span' | 'digest'>) => Promise<SourceRef>,
): Promise<void> {
  if (source !== undefined && !into.has(source.path)) {
    into.set(source.path, await digest(kind, source));
  }
}

/** A spec is untrusted: it may name folders to write below the output root only. */
function outputPaths(
  file: string,
  spec: RecipeSpec,
  folder: string,
  outputRoot: string | undefined,
): Map<string, string> {
  const root = resolve(outputRoot ?? '.');
  return new Map(
    spec.outputs.map(({ step, path, span }) => {
      const target = resolve(folder, path);
      const inside = relative(root, target);
      if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) {
        throw new OminusError('OUTPUT_FORBIDDEN', {
          message: place(
            file,
            spec.text,
            span,
            `the output of ${step} lies outside the output root [path=${target}, root=${root}]`,
          ),
          hint: 'Write below the current folder, or allow another one with --output-root DIR.',
        });
      }
      return [step, target];
    }),
  );
}

/** Runs work on something that a spec names; its errors then say where in the spec. */
async function located<T>(file: string, text: string, span: Span, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OminusError && errorCode(error) !== 'INTERNAL') {
      throw new OminusError(error.code, {
        message: place(file, text, span, error.message),
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        details: error.details,
        cause: error,
      });
    }
    throw error;
  }
}

function place(file: string, text: string, span: Span, message: string): string {
  const { line, column } = locate(file, text, span);
  return `${file}:${String(line)}:${String(column)} ${message}`;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new OminusError(missing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', {
      message: `cannot read the spec [file=${file}]: ${missing ? 'there is no such file' : error instanceof Error ? error.message : String(error)}`,
      hint: 'Name a YAML file; specs/ has some to begin with.',
      cause: error,
    });
  }
}
