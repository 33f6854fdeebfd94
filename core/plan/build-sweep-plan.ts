/** Sweep → plan: what its points are made from, and the nodes of the candidates that they are held against. Pure. */
import { adapterNames } from '../algebra/evaluate.js';
import { leftmostAdapter } from '../expression/resolve.js';
import type { RecipeSpec, SweepSpec } from '../spec/types.js';
import type { SweepBenchmark, SweepPlan } from '../sweep/types.js';
import { buildPlan } from './build-plan.js';
import { otherSources } from './evaluation-nodes.js';
import { need, type PlanSources } from './plan-input.js';
import { formulaOf, parseChain, sampleValues } from './sweep-sources.js';
import type { Plan } from './types.js';

/** What the planner of a sweep is given. */
export interface SweepPlanInput {
  readonly spec: SweepSpec;
  readonly sources: PlanSources;
  /** Absolute folder, if the sweep has an output. */
  readonly outputFolder: string | undefined;
}

/**
 * Builds the plan of a sweep: Gram matrices of all adapters of chain, candidates and baseline, and the evaluations of the
 * candidates. Points have no nodes: they are planned when they are evaluated (plan-point.ts).
 *
 * @throws OminusError `INTERNAL` when a source that the spec names was not resolved
 */
export function buildSweepPlan(input: SweepPlanInput): Plan {
  const { spec, sources } = input;
  const { chain, variables, lambda } = spec;
  const adapters = new Set(spec.adapters.keys());
  const formula = formulaOf(parseChain({ source: chain.source, adapters, lambda, variables }), sampleValues(variables));
  const { baseline } = spec.compare;
  const leftmost = leftmostAdapter(formula);
  const own = [
    ...(leftmost === undefined ? [] : [leftmost]),
    ...adapterNames(formula),
    ...(adapters.has(baseline) ? [baseline] : []),
  ];
  return buildPlan({
    ...sources,
    spec: withoutSteps(spec),
    outputs: new Map(),
    extras: { facts: { specKind: 'sweep', sweep: sweepPlan(input) }, adapters: own },
  });
}

function withoutSteps(spec: SweepSpec): RecipeSpec {
  const { name, text, base, adapters, semantics, missing, evaluate, compare } = spec;
  const common = { name, text, base, adapters, semantics, missing, evaluate };
  return { ...common, kind: 'recipe', steps: [], compare: { ...compare, pairs: [] }, outputs: [] };
}

function sweepPlan({ spec, sources, outputFolder }: SweepPlanInput): SweepPlan {
  const { data, classifiers } = sources;
  const { lambda, compare, output } = spec;
  return {
    chain: spec.chain.source,
    lambda: {
      ...(lambda.all === undefined ? {} : { all: lambda.all }),
      ...(lambda.byAdapter === undefined ? {} : { byAdapter: [...lambda.byAdapter] }),
    },
    variables: spec.variables,
    search: spec.search,
    objective: spec.objective ?? null,
    benchmarks: spec.evaluate.benchmarks.map(({ benchmark, label, parameters }): SweepBenchmark => {
      const { data: path, classifier } = parameters;
      const others = otherSources(sources, { benchmark, label, parameters });
      return {
        benchmark,
        label,
        parameters,
        data: need(typeof path === 'string' ? data.get(path) : undefined, `data of ${label}`),
        ...(others === undefined ? {} : { others }),
        ...(typeof classifier === 'string'
          ? { classifier: need(classifiers.get(classifier), `classifier of ${label}`) }
          : {}),
      };
    }),
    missing: spec.missing,
    semantics: spec.semantics,
    compare: { seed: compare.seed, draws: compare.draws },
    splitSeed: compare.seed,
    output:
      output === undefined
        ? null
        : { keep: output.keep, path: need(outputFolder, 'the output folder'), dtype: output.dtype },
  };
}
