/** Sweep → experiment: what its points are made from, and the candidates that they are held against. */
import { leftmostAdapter } from '../expression/resolve.js';
import type { Experiment } from '../plan/experiment.js';
import { need } from '../plan/plan-sources.js';
import type { KindFacts } from '../plan/types.js';
import type { SweepSpec } from '../spec/types.js';
import { SPLIT_VERSION } from '../sweep/split.js';
import type { SweepPlan, SweepSplit } from '../sweep/types.js';
import { chainOfSpec, formulaOf, sampleValues } from './chain.js';
import { leavesOf } from './leaves.js';
import { benchmarkUses, presentationFact, type BenchmarkSources } from './spec-sources.js';

/** What a sweep has beside the facts of every plan. */
export type SweepKindFacts = Extract<KindFacts, { readonly specKind: 'sweep' }>;

/**
 * Lowers a sweep: Gram matrices of all adapters of chain, candidates and baseline, and the evaluations of the candidates. Points have no
 * nodes: they are planned when they are evaluated (plan-point.ts).
 *
 * @param outputFolder - absolute, if the sweep has an output
 * @param halves - of the examples
 * @throws OminusError `INTERNAL` when a source or a folder that the spec names was not resolved
 */
export function lowerSweep(
  spec: SweepSpec,
  sources: BenchmarkSources,
  outputFolder: string | undefined,
  halves: Omit<SweepSplit, 'version'>,
): Experiment<SweepKindFacts> {
  const { name, semantics, missing, evaluate, compare, adapters } = spec;
  const formula = formulaOf(chainOfSpec(spec), sampleValues(spec.variables));
  const leftmost = leftmostAdapter(formula);
  const isAdapter = (candidate: string): boolean => adapters.has(candidate);
  const benchmarks = benchmarkUses(evaluate.benchmarks, sources);
  return {
    name,
    facts: { specKind: 'sweep', sweep: { ...sweepPlan(spec, outputFolder, halves), benchmarks } },
    semantics,
    missing,
    leaves: leavesOf({
      first: leftmost === undefined ? [] : [leftmost],
      formulas: [formula],
      candidates: [compare.baseline, ...evaluate.candidates],
      isAdapter,
    }),
    steps: [],
    madeFor: [formula],
    candidates: evaluate.candidates,
    benchmarks,
    compare: { ...compare, pairs: [] },
    ...presentationFact(evaluate.benchmarks, compare.margins),
    outputs: [],
  };
}

/** The experiment of a sweep whose chain is a step at two values of every variable: to check how its adapters are combined. */
export function withSamples(experiment: Experiment, spec: SweepSpec, step: string): Experiment {
  const chain = chainOfSpec(spec);
  const formulas = (['first', 'last'] as const).map((end) => formulaOf(chain, sampleValues(spec.variables, end)));
  return {
    ...experiment,
    steps: formulas.map((formula) => ({ name: step, formula, listed: true })),
    candidates: experiment.benchmarks.length === 0 ? [] : [...experiment.candidates, step],
  };
}

/** The default ranks are left out: digests of sweeps stay those of version 0.1.0, which knew no others. */
function elementsOf({
  dtype,
  ranks,
}: NonNullable<SweepSpec['output']>): Pick<NonNullable<SweepPlan['output']>, 'dtype' | 'ranks'> {
  return ranks === 'uniform' ? { dtype } : { dtype, ranks };
}

function sweepPlan(
  spec: SweepSpec,
  outputFolder: string | undefined,
  halves: Omit<SweepSplit, 'version'>,
): Omit<SweepPlan, 'benchmarks'> {
  const { chain, lambda, variables, search, objective, missing, semantics, compare, output } = spec;
  return {
    chain: chain.source,
    lambda: {
      ...(lambda.all === undefined ? {} : { all: lambda.all }),
      ...(lambda.byAdapter === undefined ? {} : { byAdapter: [...lambda.byAdapter] }),
    },
    variables,
    search,
    objective: objective ?? null,
    missing,
    semantics,
    compare: { seed: compare.seed, draws: compare.draws, correction: compare.correction },
    splitSeed: compare.seed,
    split: { version: SPLIT_VERSION, ...halves },
    output:
      output === undefined
        ? null
        : { keep: output.keep, path: need(outputFolder, 'the output folder'), ...elementsOf(output) },
  };
}
