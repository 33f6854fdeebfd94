/** `kind: recipe` → plan. */
import { checkRecipeAdapters } from '../../core/plan/check-adapters.js';
import { buildPlan } from '../../core/plan/build-plan.js';
import type { Plan } from '../../core/plan/types.js';
import type { RecipeSpec } from '../../core/spec/types.js';
import { checkOutputs } from './check-outputs.js';
import { type LoadedSpec, PlanProblems } from './plan-problems.js';
import { outputPath } from './output-path.js';
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
): Promise<Plan> {
  const { spec } = loaded;
  const [first] = spec.adapters.values();
  const problems = new PlanProblems(loaded);
  const said =
    first === undefined ? [] : await problems.attempt(first.span, () => checkRecipeAdapters(spec, described, modules));
  const outputs = new Map<string, string>();
  for (const { step, path, span } of spec.outputs) {
    const folder = await problems.attempt(span, () => outputPath(loaded, { what: step, path }, outputRoot));
    outputs.set(step, folder ?? path);
  }
  problems.refuse();
  const warnings = [...new Set([...sources.warnings, ...(said ?? [])])];
  const plan = buildPlan({ ...sources, spec, outputs, warnings });
  const keys = new Map(plan.nodes.flatMap((node) => (node.kind === 'write' ? [[node.step, node.key] as const] : [])));
  await checkOutputs(
    loaded,
    sources,
    spec.outputs.map(({ step, span }) => ({
      what: `the output of ${step}`,
      path: outputs.get(step) ?? '',
      span,
      key: keys.get(step),
    })),
  );
  return plan;
}
