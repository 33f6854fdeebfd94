/** `kind: recipe` → plan. */
import { lowerRecipe } from '../../core/lower/recipe.js';
import { buildPlan } from '../../core/plan/build-plan.js';
import { checkAdapters } from '../../core/plan/check-adapters.js';
import type { PlanOf } from '../../core/plan/types.js';
import type { RecipeSpec } from '../../core/spec/types.js';
import { checkOutputs } from './check-outputs.js';
import { outputPath } from './output-path.js';
import { type LoadedSpec, PlanProblems } from './plan-problems.js';
import type { ResolvedSources } from './resolve-sources.js';

/**
 * Plans a recipe.
 *
 * @throws OminusError what is wrong with its adapters as a set, or with an output
 */
export async function prepareRecipe(
  loaded: LoadedSpec<RecipeSpec>,
  { sources, described, modules }: ResolvedSources,
  outputRoot: string | undefined,
): Promise<PlanOf<'recipe'>> {
  const { spec } = loaded;
  const problems = new PlanProblems(loaded);
  const folders = new Map<string, string>();
  for (const { step, path, span } of spec.outputs) {
    const folder = await problems.attempt(span, () => outputPath(loaded, { what: step, path }, outputRoot));
    folders.set(step, folder ?? path);
  }
  const experiment = lowerRecipe(spec, sources, folders);
  const [first] = spec.adapters.values();
  const found =
    first === undefined ? [] : await problems.attempt(first.span, () => checkAdapters(experiment, described, modules));
  problems.refuse();
  const plan = buildPlan(experiment, { ...sources, warnings: [...new Set([...sources.warnings, ...(found ?? [])])] });
  const keys = new Map(plan.nodes.flatMap((node) => (node.kind === 'write' ? [[node.step, node.key] as const] : [])));
  await checkOutputs(
    loaded,
    sources,
    spec.outputs.map(({ step, span }) => ({
      what: `the output of ${step}`,
      path: folders.get(step) ?? '',
      span,
      key: keys.get(step),
    })),
  );
  return plan;
}
