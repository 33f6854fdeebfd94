/** What of a sweep goes into digests: results, not places. */
import { digestOfJson, type Digest, type Json } from '../digest.js';
import type { BenchmarkUse } from '../evaluation/benchmark-use.js';
import { digestsOf } from '../source-ref.js';
import type { SweepPlan, SweepVariable } from '../sweep/types.js';
import type { PlanBase } from './types.js';

type Digested = Pick<PlanBase, 'adapters' | 'base' | 'environment' | 'prompt' | 'baseline'>;

/** A sweep as part of its plan's digest. */
export function sweepJson(plan: Digested, sweep: SweepPlan): Json {
  const { output, compare } = sweep;
  return {
    search: searchDigest(plan, sweep),
    compare: { ...compare },
    output: output === null ? null : { ...output },
  };
}

/** Digest of everything that the points of a sweep and their results follow from; of neither its name nor its outputs. */
export function searchDigest(plan: Digested, sweep: SweepPlan): Digest {
  return digestOfJson({
    adapters: plan.adapters.map(({ name, digest }) => ({ name, digest })),
    base: plan.base?.digest ?? null,
    environment: { ...plan.environment },
    ...(plan.prompt === undefined ? {} : { prompt: { ...plan.prompt } }),
    baseline: plan.baseline,
    chain: sweep.chain,
    lambda: {
      all: sweep.lambda.all ?? null,
      byAdapter: (sweep.lambda.byAdapter ?? []).map(([name, lambda]) => [name, lambda]),
    },
    variables: sweep.variables.map(variableJson),
    search: sweep.search.method === 'optimize' ? { ...sweep.search, samples: [...sweep.search.samples] } : sweep.search,
    objective: sweep.objective === null ? null : objectiveJson(sweep.objective),
    benchmarks: sweep.benchmarks.map(benchmarkJson),
    missing: sweep.missing,
    semantics: sweep.semantics,
    splitSeed: sweep.splitSeed,
    // which ids that means follows from the data
    ...(sweep.split === undefined ? {} : { split: sweep.split.version }),
  });
}

function variableJson(variable: SweepVariable): Json {
  return variable.kind === 'values' ? { ...variable, values: [...variable.values] } : { ...variable };
}

function objectiveJson({ goals, constraints }: NonNullable<SweepPlan['objective']>): Json {
  return {
    goals: goals.map((goal) => ({ ...goal })),
    constraints: constraints.map(({ metric, relation, factor, of }) => ({
      metric,
      relation,
      factor,
      of: of ?? null,
    })),
  };
}

/** Paths are parameters too, but only their content counts. */
function benchmarkJson({ benchmark, label, parameters, data, others = {}, classifier }: BenchmarkUse): Json {
  const digests = { data: data.digest, ...digestsOf(others), classifier: classifier?.digest ?? null };
  return { benchmark, label, parameters: { ...parameters, ...digests } };
}
