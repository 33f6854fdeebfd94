/** Plans from spec texts, with made-up sources: for tests of what happens after planning. */
import { digestOf } from '../../core/digest.js';
import { lowerOrderStudy } from '../../core/lower/order-study.js';
import { lowerRecipe } from '../../core/lower/recipe.js';
import type { BenchmarkSources } from '../../core/lower/spec-sources.js';
import { lowerSweep } from '../../core/lower/sweep.js';
import { buildPlan } from '../../core/plan/build-plan.js';
import type { PlanSources } from '../../core/plan/plan-sources.js';
import type { PlanOf } from '../../core/plan/types.js';
import type { SourceRef } from '../../core/source-ref.js';
import type { OrderStudySpec, Spec } from '../../core/spec/types.js';
import type { FormulaArm } from '../../core/study/arms.js';
import { studyArms } from '../../core/study/study-arms.js';
import { readRecipe } from './read-recipe.js';
import { readSpecOf } from './read-spec-of.js';

/** A source whose digest follows from its path, or from what `digests` says. */
function sourceRef(path: string, digests: Readonly<Record<string, string>>): SourceRef {
  return { uri: `/data/${path}`, digest: digestOf(digests[path] ?? path), sizeBytes: 1000 };
}

interface PlanOptions {
  readonly digests?: Readonly<Record<string, string>>;
  readonly device?: string;
}

/** Plans a spec that must be a valid recipe. */
export function planOf(text: string, options: PlanOptions = {}): PlanOf<'recipe'> {
  const spec = readRecipe(text);
  const sources = sourcesOf(spec, options);
  const outputs = new Map(spec.outputs.map(({ step, path }) => [step, `/out/${path}`]));
  return buildPlan(lowerRecipe(spec, sources, outputs), sources);
}

/** Plans a spec that must be a valid sweep. */
export function sweepPlanOf(text: string, options: PlanOptions = {}): PlanOf<'sweep'> {
  const spec = readSpecOf('sweep', text);
  const sources = sourcesOf(spec, options);
  const outputFolder = spec.output === undefined ? undefined : `/out/${spec.output.path}`;
  return buildPlan(lowerSweep(spec, sources, outputFolder, { choose: {}, report: {} }), sources);
}

/** A recipe of one step with one output, for tests that need any. */
export function oneStepRecipe(name: string, comment = ''): string {
  return `version: 1 ${comment}
kind: recipe
name: ${name}
base: base
adapters: { expert: e, bad⁻: b }
chain: "expert ⊖ bad⁻"
output: { chain: out }
`;
}

/** Plans a spec that must be a valid order study, with these arms: by default one per operator, setting and order, none grouped. */
export function studyPlanOf(
  text: string,
  options: PlanOptions & { readonly arms?: (spec: OrderStudySpec) => readonly FormulaArm[] } = {},
): PlanOf<'order-study'> {
  const spec = readSpecOf('order-study', text);
  const sources = sourcesOf(spec, options);
  const all = (): readonly FormulaArm[] =>
    studyArms(spec, {
      match: ['lambda'],
      gap: { gaps: [], directFold: { orders: spec.orders.length, maxDifference: 0 } },
      lambdasAt: () => undefined,
    });
  return buildPlan(lowerOrderStudy(spec, sources, (options.arms ?? all)(spec)), sources);
}

function sourcesOf(spec: Spec, { digests = {}, device = 'cpu' }: PlanOptions): PlanSources & BenchmarkSources {
  const paths = spec.evaluate.benchmarks.flatMap(({ parameters: { data, classifier } }) => [data, classifier]);
  const sources = new Map(
    paths.flatMap((path) => (typeof path === 'string' ? [[path, sourceRef(path, digests)] as const] : [])),
  );
  return {
    base: spec.base === undefined ? undefined : { name: 'base', ...sourceRef(spec.base.path, digests) },
    adapters: new Map([...spec.adapters].map(([name, { path }]) => [name, { name, ...sourceRef(path, digests) }])),
    data: sources,
    classifiers: sources,
    environment: { device, runtime: 'test' },
    warnings: [],
    specText: spec.text,
  };
}
