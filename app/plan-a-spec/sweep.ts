/** `kind: sweep` → plan. */
import { checkRecipeAdapters } from '../../core/plan/check-adapters.js';
import { pointFolder } from '../../core/plan/build-chosen-plan.js';
import { buildSweepPlan } from '../../core/plan/build-sweep-plan.js';
import { formulaOf, parseChain, sampleValues } from '../../core/plan/sweep-sources.js';
import type { Plan } from '../../core/plan/types.js';
import type { SweepSpec } from '../../core/spec/types.js';
import { checkOutputs } from './check-outputs.js';
import { located, type LoadedSpec, PlanProblems } from './plan-problems.js';
import { outputPath } from './output-path.js';
import type { ResolvedSources } from './resolve-sources.js';

/** What the chain is called where a step would have a name; no adapter can have one with a blank. */
const CHAIN = 'the chain';

/**
 * Plans a sweep. Its adapters are checked with two values for every variable: which of them are combined depends on none, and how
 * only where a variable stands before the expert and can be 1.
 *
 * @throws OminusError what is wrong with its adapters as a set, or with its output
 */
export async function prepareSweep(
  loaded: LoadedSpec<SweepSpec>,
  { sources, described, modules }: ResolvedSources,
  outputRoot: string | undefined,
): Promise<Plan> {
  const { spec } = loaded;
  const { chain, lambda, variables, evaluate, output } = spec;
  const adapters = new Set(spec.adapters.keys());
  const parsed = parseChain({ source: chain.source, adapters, lambda, variables });
  const steps = (['first', 'last'] as const).map((end) => ({
    name: CHAIN,
    formula: formulaOf(parsed, sampleValues(variables, end)),
  }));
  const candidates = evaluate.benchmarks.length === 0 ? [] : [...evaluate.candidates, CHAIN];
  const checked = { steps, evaluate: { ...evaluate, candidates } };
  const problems = new PlanProblems(loaded);
  const said = await problems.attempt(chain.span, () => checkRecipeAdapters(checked, described, modules));
  const outputFolder =
    output === undefined
      ? undefined
      : await problems.attempt(output.span, () => outputPath(loaded, { what: 'the sweep', ...output }, outputRoot));
  problems.refuse();
  const best =
    output === undefined || outputFolder === undefined || spec.objective === undefined
      ? []
      : [{ what: 'the best point', path: pointFolder(outputFolder, 'best'), span: output.span, key: undefined }];
  const inTheWay = await checkOutputs(loaded, sources, best);
  const warnings = [...new Set([...sources.warnings, ...(said ?? []), ...inTheWay])];
  return located(loaded, output?.span ?? chain.span, () =>
    buildSweepPlan({ spec, sources: { ...sources, warnings }, outputFolder }),
  );
}
