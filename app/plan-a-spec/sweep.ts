/** `kind: sweep` → plan. */
import { pointFolder } from '../../core/lower/chosen-points.js';
import { lowerSweep, withSamples } from '../../core/lower/sweep.js';
import { buildPlan } from '../../core/plan/build-plan.js';
import { checkAdapters } from '../../core/plan/check-adapters.js';
import type { PlanOf } from '../../core/plan/types.js';
import type { SweepSpec } from '../../core/spec/types.js';
import { checkOutputs } from './check-outputs.js';
import { outputPath } from './output-path.js';
import { planHalves } from './halves.js';
import { type LoadedSpec, PlanProblems } from './plan-problems.js';
import type { ResolvedSources } from './resolve-sources.js';

/** What the chain is called where a step would have a name; no adapter can have one with a blank. */
const CHAIN = 'the chain';

/**
 * Plans a sweep. Its adapters are checked with two values for every variable: which of them are combined depends on none, and how
 * only where a variable precedes the expert and can be 1.
 *
 * @throws OminusError what is wrong with its adapters as a set, or with its output
 */
export async function prepareSweep(
  loaded: LoadedSpec<SweepSpec>,
  { sources, dataFiles, described, modules }: ResolvedSources,
  outputRoot: string | undefined,
): Promise<PlanOf<'sweep'>> {
  const { spec } = loaded;
  const { chain, output } = spec;
  const problems = new PlanProblems(loaded);
  const outputFolder =
    output === undefined
      ? undefined
      : await problems.attempt(output.span, () => outputPath(loaded, { what: 'the sweep', ...output }, outputRoot));
  const halves = await planHalves(spec, { sources, dataFiles }, problems);
  const experiment = lowerSweep(spec, sources, outputFolder ?? output?.path, halves.split);
  const sampled = withSamples(experiment, spec, CHAIN);
  const found = await problems.attempt(chain.span, () => checkAdapters(sampled, described, modules));
  problems.refuse();
  const best =
    output === undefined || outputFolder === undefined || spec.objective === undefined
      ? []
      : [{ what: 'the best point', path: pointFolder(outputFolder, 'best'), span: output.span, key: undefined }];
  const inTheWay = await checkOutputs(loaded, sources, best);
  const warnings = [...new Set([...sources.warnings, ...(found ?? []), ...inTheWay, ...halves.warnings])];
  return buildPlan(experiment, { ...sources, warnings });
}
