/** The two halves of a sweep's examples: which ids points are chosen by, and whether there are enough of them. */
import { readFile } from 'node:fs/promises';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { SpecBenchmark, SweepSpec } from '../../core/spec/types.js';
import { areEnough, ENOUGH_OF_HALF, requireHalves, sizesInWords, type HalfSizes } from '../../core/sweep/half-sizes.js';
import { objectiveMetrics } from '../../core/sweep/objective-metrics.js';
import { chooseHalf } from '../../core/sweep/split.js';
import type { SweepSplit } from '../../core/sweep/types.js';
import { placeOf } from './check-benchmarks.js';
import type { PlanProblems } from './plan-problems.js';
import type { ResolvedSources } from './resolve-sources.js';

/** What planning finds out about the halves. */
export interface PlannedHalves {
  readonly split: Omit<SweepSplit, 'version'>;
  readonly warnings: readonly string[];
}

/** Splits the examples of every benchmark; too small halves of one that the objective needs are a problem of the spec. */
export async function planHalves(
  spec: SweepSpec,
  { sources, dataFiles }: Pick<ResolvedSources, 'sources' | 'dataFiles'>,
  problems: PlanProblems,
): Promise<PlannedHalves> {
  const choose: Record<string, readonly string[]> = {};
  const sizes: HalfSizes[] = [];
  for (const benchmark of spec.evaluate.benchmarks) {
    const { label, parameters } = benchmark;
    const { data: path, limit } = parameters;
    const data = typeof path === 'string' ? sources.data.get(path) : undefined;
    const file = typeof path === 'string' ? dataFiles.get(path) : undefined;
    const ids =
      data === undefined || file === undefined
        ? undefined
        : await problems.attempt(placeOf(benchmark, 'data'), () => exampleIds(benchmark, file));
    if (data !== undefined && ids !== undefined) {
      const chosen = chooseHalf(spec.compare.seed, data.digest, ids);
      const evaluated = ids.slice(0, typeof limit === 'number' ? limit : undefined);
      const own = evaluated.filter((id) => chosen.has(id));
      choose[label] = own;
      sizes.push({ label, choose: own.length, report: evaluated.length - own.length });
    }
  }
  const { objective } = spec;
  const needed = objectiveMetrics(objective ?? null);
  for (const benchmark of spec.evaluate.benchmarks) {
    const own = sizes.find(({ label }) => label === benchmark.label);
    if (own !== undefined && needed.some((metric) => metric.startsWith(`${own.label}.`))) {
      await problems.attempt(placeOf(benchmark, 'limit'), () => {
        requireHalves(own);
      });
    }
  }
  const isSmall = objective !== undefined && !sizes.every(areEnough);
  const report = Object.fromEntries(sizes.map((own) => [own.label, own.report]));
  return { split: { choose, report }, warnings: isSmall ? [smallWarning(sizes)] : [] };
}

/** Ids of all examples of a data file, whatever `limit` says; undefined of a text that becomes blocks. */
async function exampleIds({ benchmark }: SpecBenchmark, file: string): Promise<readonly string[] | undefined> {
  const { reader } = requireBenchmark(benchmark);
  return reader.kind === 'blocks'
    ? undefined
    : reader.read(await readFile(file, 'utf8'), { source: file }).map(({ id }) => id);
}

function smallWarning(sizes: readonly HalfSizes[]): string {
  return (
    `λ is chosen on one half of the examples and reported on the other: ${sizes.map(sizesInWords).join(', ')}; ` +
    `with fewer than ${String(ENOUGH_OF_HALF)} on a side both are rough`
  );
}
