/** Plans from spec texts, with made-up sources: for tests of what happens after planning. */
import { digestOf } from '../../core/digest.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import { buildPlan } from '../../core/plan/build-plan.js';
import type { Plan, SourceRef } from '../../core/plan/types.js';
import { readRecipe } from './read-recipe.js';

/** A source whose digest follows from its path, or from what `digests` says. */
function sourceRef(path: string, digests: Readonly<Record<string, string>>): SourceRef {
  return { uri: `/data/${path}`, digest: digestOf(digests[path] ?? path), sizeBytes: 1000 };
}

/** Plans a spec that must be valid. */
export function planOf(
  text: string,
  options: { readonly digests?: Readonly<Record<string, string>>; readonly device?: string } = {},
): Plan {
  const spec = readRecipe(text);
  const digests = options.digests ?? {};
  const paths = spec.evaluate.benchmarks.flatMap(({ parameters: { data, classifier } }) => [data, classifier]);
  const sources = new Map(
    paths.flatMap((path) => (typeof path === 'string' ? [[path, sourceRef(path, digests)] as const] : [])),
  );
  return buildPlan({
    spec,
    base: spec.base === undefined ? undefined : { name: 'base', ...sourceRef(spec.base.path, digests) },
    adapters: new Map([...spec.adapters].map(([name, { path }]) => [name, { name, ...sourceRef(path, digests) }])),
    data: sources,
    classifiers: sources,
    outputs: new Map(spec.outputs.map(({ step, path }) => [step, `/out/${path}`])),
    environment: { device: options.device ?? 'cpu', runtime: 'test' },
    benchmark: requireBenchmark,
    warnings: [],
  });
}
