/** Brings the sources that a spec names here, and digests them. */
import { dirname, resolve } from 'node:path';
import type { NamedAdapter } from '../../core/adapter/combinable.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { LinearShape } from '../../core/onnx/decoder/config.js';
import type { PlanSources } from '../../core/plan/plan-input.js';
import type { AdapterRef, SourceRef } from '../../core/plan/types.js';
import type { Spec, SpecSource } from '../../core/spec/types.js';
import { openAdapter } from '../../io/adapter/adapter-folder.js';
import { readModelModules } from '../../io/model/model-modules.js';
import { runtimeVersion } from '../../io/model/runtime-version.js';
import type { Device } from '../../io/model/types.js';
import { digestSource, locateSource, type SourceKind } from '../../io/sources/digest-source.js';
import { resolveSource } from '../../io/sources/resolve-source.js';
import { located, type LoadedSpec } from './located.js';

/** What a spec names, resolved, and its adapters described. */
export interface ResolvedSources {
  readonly sources: PlanSources;
  /** By name. */
  readonly described: ReadonlyMap<string, NamedAdapter>;
  /** Linear modules of the base model, by path, where the spec evaluates anything on it. */
  readonly modules: ReadonlyMap<string, LinearShape> | undefined;
}

/**
 * Resolves base, adapters and data of a spec.
 *
 * @throws OminusError whatever is wrong with one of them; each names its place in the spec
 */
export async function resolveSources(
  loaded: LoadedSpec,
  options: { readonly device: Device; readonly log: (line: string) => void },
): Promise<ResolvedSources> {
  const { spec, file } = loaded;
  const warnings = new Set<string>();
  const digest = (kind: SourceKind, source: Pick<SpecSource, 'path' | 'span' | 'digest'>): Promise<SourceRef> =>
    located(loaded, source.span, async () => {
      const { warnings: said, ...ref } = await digestSource(kind, source.path, {
        baseFolder: dirname(resolve(file)),
        pinned: source.digest,
        onProgress: options.log,
      });
      said.forEach((warning) => warnings.add(warning));
      return ref;
    });
  const base = spec.base === undefined ? undefined : { name: 'base', ...(await digest('model', spec.base)) };
  const adapters = new Map<string, AdapterRef>();
  for (const [name, source] of spec.adapters) {
    adapters.set(name, { name, ...(await digest('adapter', source)) });
  }
  const described = await describeAdapters(adapters);
  const modules = await modelModules(loaded, base);
  const data = await benchmarkSources(spec, 'data', digest);
  const classifiers = await benchmarkSources(spec, 'classifier', digest);
  return {
    sources: {
      base,
      adapters,
      data,
      classifiers,
      environment: { device: options.device, runtime: `onnxruntime-node ${runtimeVersion()}` },
      benchmark: requireBenchmark,
      warnings: [...warnings],
    },
    described,
    modules,
  };
}

/** Read with the plan, so that an adapter that does not fit is found before anything runs. */
async function modelModules(
  loaded: LoadedSpec,
  base: SourceRef | undefined,
): Promise<ReadonlyMap<string, LinearShape> | undefined> {
  const { spec } = loaded;
  if (base === undefined || spec.base === undefined || spec.evaluate.benchmarks.length === 0) {
    return undefined;
  }
  return located(loaded, spec.base.span, async () => readModelModules((await resolveSource(base.uri, 'model')).path));
}

async function describeAdapters(adapters: ReadonlyMap<string, AdapterRef>): Promise<Map<string, NamedAdapter>> {
  const described = new Map<string, NamedAdapter>();
  for (const [name, { uri }] of adapters) {
    const adapter = await openAdapter((await locateSource('adapter', uri)).path);
    described.set(name, { name, description: adapter.description });
    await adapter.close();
  }
  return described;
}

/** Data files or classifiers of all benchmarks, by path as written. */
async function benchmarkSources(
  spec: Spec,
  kind: 'data' | 'classifier',
  digest: (kind: SourceKind, source: Pick<SpecSource, 'path' | 'span' | 'digest'>) => Promise<SourceRef>,
): Promise<Map<string, SourceRef>> {
  const sources = new Map<string, SourceRef>();
  for (const { parameters, span } of spec.evaluate.benchmarks) {
    const path = parameters[kind];
    if (typeof path === 'string' && !sources.has(path)) {
      sources.set(path, await digest(kind, { path, span, digest: undefined }));
    }
  }
  return sources;
}
