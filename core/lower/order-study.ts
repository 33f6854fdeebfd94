/** Order study → experiment: its steps are the evaluated arms. */
import type { Experiment } from '../plan/experiment.js';
import type { OrderStudySpec } from '../spec/types.js';
import type { FormulaArm } from '../study/arms.js';
import { evaluatedArms } from '../study/study-arms.js';
import { STUDIED, type StudyPlan } from '../study/types.js';
import { leavesOf } from './leaves.js';
import { benchmarkUses, presentationFact, type BenchmarkSources } from './spec-sources.js';

/**
 * Lowers an order study.
 *
 * @param arms - all of them; empty while only the Gram matrices and the gaps are wanted
 * @throws OminusError `INTERNAL` when a source that the spec names was not resolved
 */
export function lowerOrderStudy(
  spec: OrderStudySpec,
  sources: BenchmarkSources,
  arms: readonly FormulaArm[],
): Experiment<{ readonly specKind: 'order-study'; readonly study: StudyPlan }> {
  const { name, semantics, missing, expert, remove, evaluate, compare, adapters } = spec;
  const evaluated = evaluatedArms(arms);
  const steps = evaluated.map(({ arm, formula }) => ({ name: arm.name, formula, listed: true }));
  const candidates =
    evaluate.benchmarks.length === 0
      ? evaluate.candidates
      : [...evaluate.candidates, ...evaluated.map(({ arm }) => arm.name)];
  return {
    name,
    facts: { specKind: 'order-study', study: studyPlan(spec, arms) },
    semantics,
    missing,
    leaves: leavesOf({
      first: [expert, ...remove],
      formulas: steps.map(({ formula }) => formula),
      candidates,
      isAdapter: (candidate) => adapters.has(candidate),
    }),
    steps,
    candidates,
    benchmarks: benchmarkUses(evaluate.benchmarks, sources),
    compare: { baseline: expert, pairs: comparedPairs(expert, arms), ...compare },
    ...presentationFact(evaluate.benchmarks, compare.margins),
    outputs: [],
  };
}

function studyPlan(
  { expert, remove, orders, settings, operators, distinct }: OrderStudySpec,
  arms: readonly FormulaArm[],
): StudyPlan {
  return { expert, remove, orders, settings, operators, distinct: distinct ?? null, arms: arms.map(({ arm }) => arm) };
}

/**
 * The expert against every evaluated arm; then every ext arm that is evaluated against its controls at the same setting, in the same
 * order where they have one (or what stands for it).
 */
function comparedPairs(expert: string, arms: readonly FormulaArm[]): readonly (readonly [string, string])[] {
  const all = arms.map(({ arm }) => arm);
  const evaluated = all.filter(({ name, evaluatedAs }) => name === evaluatedAs);
  const controls = evaluated.flatMap((first) =>
    first.operator !== STUDIED
      ? []
      : all
          .filter((arm) => arm.operator !== STUDIED && arm.setting === first.setting)
          .filter((arm) => arm.order === null || arm.order === first.order)
          .map((second) => [first.name, second.evaluatedAs] as const),
  );
  return [...evaluated.map(({ name }) => [expert, name] as const), ...controls];
}
