/** Brings the sources that a spec names here, and digests them. */
import { dirname, resolve } from 'node:path';
import type { NamedAdapter } from '../../core/adapter/combinable.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import { sourceNames } from '../../core/evaluation/sources.js';
import type { LinearShape } from '../../core/onnx/decoder/scope.js';
import type { BenchmarkSources } from '../../core/lower/spec-sources.js';
import { aboutRun } from '../../core/plan/about.js';
import type { PlanSources } from '../../core/plan/plan-sources.js';
import type { AdapterRef, SourceRef } from '../../core/source-ref.js';
import type { Spec, SpecSource } from '../../core/spec/types.js';
import { openAdapter } from '../../io/adapter/adapter-folder.js';
import { type ModelOutline, readModelOutline } from '../../io/model/model-outline.js';
import { runtimeVersion } from '../../io/model/runtime-version.js';
import type { Device } from '../../io/model/types.js';
import { type DigestedSource, digestSource, type SourceKind } from '../../io/sources/digest-source.js';
import { checkBenchmarks, placeOf } from './check-benchmarks.js';
import { checkContents } from './check-contents.js';
import { type LoadedSpec, PlanProblems } from './plan-problems.js';
import { specPrompts, type KeptDay } from './prompts.js';

/** What a spec names, resolved, and its adapters described. */
export interface ResolvedSources {
  readonly sources: PlanSources & BenchmarkSources;
  /** Data files on this machine, by path as written. */
  readonly dataFiles: ReadonlyMap<string, string>;
  /** By name. */
  readonly described: ReadonlyMap<string, NamedAdapter>;
  /** Linear modules of the base model, by path, where the spec evaluates anything on it. */
  readonly modules: ReadonlyMap<string, LinearShape> | undefined;
}

/**
 * Resolves base, adapters and data of a spec, and checks its benchmarks against them.
 *
 * @throws OminusError whatever is wrong with them, all at once; each names its place in the spec
 */
export async function resolveSources(
  loaded: LoadedSpec,
  options: { readonly device: Device; readonly log: (line: string) => void; readonly keptDay: KeptDay },
): Promise<ResolvedSources> {
  const { spec, file } = loaded;
  const problems = new PlanProblems(loaded);
  const warnings = new Set<string>();
  const find: FindSource = (kind, source) =>
    problems.attempt(source.span, async () => {
      const found = await digestSource(kind, source.path, {
        baseFolder: dirname(resolve(file)),
        pinned: source.digest,
        onProgress: options.log,
      });
      found.warnings.forEach((warning) => warnings.add(warning));
      return found;
    });
  const base = spec.base === undefined ? undefined : await find('model', spec.base);
  const adapters = new Map<string, AdapterRef>();
  const described = new Map<string, NamedAdapter>();
  for (const [name, source] of spec.adapters) {
    const found = await find('adapter', source);
    const description = found && (await problems.attempt(source.span, () => describeAdapter(found.path)));
    if (found !== undefined && description !== undefined) {
      adapters.set(name, { name, ...found.ref });
      described.set(name, { name, description });
    }
  }
  const data = await benchmarkSources(spec, 'data', (benchmark) => sourceNames(requireBenchmark(benchmark)), find);
  const classifiers = await benchmarkSources(spec, 'classifier', () => ['classifier'], find);
  const model = await evaluatedModel(spec, base?.path, problems);
  const needs = { contextLength: model?.contextLength, classifiers: pathsOf(classifiers), data: pathsOf(data) };
  await checkBenchmarks(spec, needs, problems);
  const prompts = await specPrompts(spec, model && base?.path, options.keptDay, problems);
  problems.refuse(); // contents are read only where everything else is sound
  const evaluated = model && base && { folder: base.path, contextLength: model.contextLength };
  await checkContents(spec, { ...needs, base: evaluated }, problems);
  problems.refuse();
  return {
    sources: {
      base: base && { name: 'base', ...base.ref },
      ...(model === undefined ? {} : { vocabulary: model.vocabulary }),
      adapters,
      data: refsOf(data),
      classifiers: refsOf(classifiers),
      environment: { device: options.device, runtime: `onnxruntime-node ${runtimeVersion()}` },
      ...(prompts.rules === undefined ? {} : { prompt: prompts.rules }),
      warnings: [...warnings, ...prompts.warnings],
      specText: spec.text,
      ...aboutRun(spec),
    },
    dataFiles: pathsOf(data),
    described,
    modules: model?.modules,
  };
}

/** Finds and digests a source; undefined when it failed, which is reported. */
type FindSource = (
  kind: SourceKind,
  source: Pick<SpecSource, 'path' | 'span' | 'digest'>,
) => Promise<DigestedSource | undefined>;

/** What the base model is like, read with the plan, so that what does not fit it is found before anything runs. */
async function evaluatedModel(
  spec: Spec,
  folder: string | undefined,
  problems: PlanProblems,
): Promise<ModelOutline | undefined> {
  return spec.base === undefined || folder === undefined || spec.evaluate.benchmarks.length === 0
    ? undefined
    : problems.attempt(spec.base.span, () => readModelOutline(folder));
}

async function describeAdapter(path: string): Promise<NamedAdapter['description']> {
  const adapter = await openAdapter(path);
  await adapter.close();
  return adapter.description;
}

/** Files or classifiers that these parameters of all benchmarks name, by path as written; one that fails is looked for, and told, at each place. */
async function benchmarkSources(
  spec: Spec,
  kind: 'data' | 'classifier',
  parameters: (benchmark: string) => readonly string[],
  find: FindSource,
): Promise<ReadonlyMap<string, DigestedSource>> {
  const sources = new Map<string, DigestedSource>();
  for (const benchmark of spec.evaluate.benchmarks) {
    for (const parameter of parameters(benchmark.benchmark)) {
      const path = benchmark.parameters[parameter];
      if (typeof path === 'string' && !sources.has(path)) {
        const found = await find(kind, { path, span: placeOf(benchmark, parameter), digest: undefined });
        if (found !== undefined) {
          sources.set(path, found);
        }
      }
    }
  }
  return sources;
}

/** Where sources are on this machine. */
function pathsOf(sources: ReadonlyMap<string, DigestedSource>): ReadonlyMap<string, string> {
  return new Map([...sources].map(([written, { path }]) => [written, path]));
}

function refsOf(sources: ReadonlyMap<string, DigestedSource>): ReadonlyMap<string, SourceRef> {
  return new Map([...sources].map(([written, { ref }]) => [written, ref]));
}
