/** Recipe → experiment. */
import { need } from '../plan/plan-sources.js';
import type { Experiment } from '../plan/experiment.js';
import type { RecipeSpec } from '../spec/types.js';
import { leavesOf } from './leaves.js';
import { benchmarkUses, presentationFact, type BenchmarkSources } from './spec-sources.js';

/**
 * Lowers a recipe.
 *
 * @param folders - absolute output folders, by step
 * @throws OminusError `INTERNAL` when a source or a folder that the spec names was not resolved
 */
export function lowerRecipe(
  spec: RecipeSpec,
  sources: BenchmarkSources,
  folders: ReadonlyMap<string, string>,
): Experiment<{ readonly specKind: 'recipe' }> {
  const { name, semantics, missing, steps, evaluate, compare, outputs, adapters } = spec;
  return {
    name,
    facts: { specKind: 'recipe' },
    semantics,
    missing,
    leaves: leavesOf({
      formulas: steps.map(({ formula }) => formula),
      candidates: evaluate.candidates,
      isAdapter: (candidate) => adapters.has(candidate),
    }),
    steps: steps.map((step) => ({ name: step.name, formula: step.formula, listed: true })),
    candidates: evaluate.candidates,
    benchmarks: benchmarkUses(evaluate.benchmarks, sources),
    compare,
    ...presentationFact(evaluate.benchmarks, compare.margins),
    outputs: outputs.map(({ step, dtype, ranks }) => ({
      step,
      dtype,
      ranks,
      path: need(folders.get(step), `output ${step}`),
    })),
  };
}
