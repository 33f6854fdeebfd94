/** `kind: order-study` → plan. The weight-space gaps come first: they say which orders are the same, and what distance to match. */
import { gramOf } from '../../activities/candidates.js';
import { inputJson } from '../../activities/node-result.js';
import { checkRecipeAdapters } from '../../core/plan/check-adapters.js';
import { OminusError } from '../../core/errors.js';
import { asRecipe, buildStudyPlan } from '../../core/plan/build-study-plan.js';
import type { OrderGapNode } from '../../core/plan/nodes/order-gap.js';
import type { Plan } from '../../core/plan/types.js';
import type { OrderStudySpec } from '../../core/spec/types.js';
import { armsOf, type FormulaArm } from '../../core/study/arms.js';
import { DistanceMatcher } from '../../core/study/match-distance.js';
import { studyArms } from '../../core/study/study-arms.js';
import type { OrderGapResult } from '../../core/study/types.js';
import type { Device } from '../../io/model/types.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { withNodes } from './local-run.js';
import { located, type LoadedSpec } from './plan-problems.js';
import type { ResolvedSources } from './resolve-sources.js';

/** What planning a study needs beside its sources. */
export interface StudyOptions {
  readonly device: Device;
  readonly log: (line: string) => void;
  readonly store: () => Promise<ArtifactStore>;
}

/**
 * Plans an order study. Gram matrices and gaps are computed here, or found in the store, under the keys of the plan's own nodes.
 *
 * @throws OminusError what is wrong with its adapters as a set
 */
export async function prepareOrderStudy(
  loaded: LoadedSpec<OrderStudySpec>,
  { sources, described, modules }: ResolvedSources,
  options: StudyOptions,
): Promise<Plan> {
  const { spec } = loaded;
  return located(loaded, spec.spans.remove, async () => {
    refuseTwins(spec, (name) => sources.adapters.get(name)?.digest);
    const said = checkRecipeAdapters(asRecipe(spec, someArms(spec)), described, modules);
    const warnings = [...new Set([...sources.warnings, ...said])];
    const gapsOnly = buildStudyPlan({ spec, sources: { ...sources, warnings }, arms: [] });
    const arms = await measuredArms(spec, gapsOnly, options);
    return buildStudyPlan({ spec, sources: { ...sources, warnings }, arms });
  });
}

/** One order per operator: which adapters are combined depends on none. */
function someArms(spec: OrderStudySpec): readonly FormulaArm[] {
  const design = { ...spec, orders: spec.orders.slice(0, 1) };
  return spec.operators.flatMap((operator) =>
    armsOf(design, { operator, setting: 0, match: 'lambda' }, () => spec.settings[0]?.lambdas),
  );
}

/** The same adapter under two names has no order with itself. */
function refuseTwins({ expert, remove }: OrderStudySpec, digestOf: (name: string) => string | undefined): void {
  const seen = new Map<string | undefined, string>();
  for (const name of [expert, ...remove]) {
    const twin = seen.get(digestOf(name));
    if (twin !== undefined) {
      throw new OminusError('SPEC_INVALID', {
        message: `${twin} and ${name} are the same adapter, so their order means nothing [digest=${digestOf(name) ?? ''}]`,
        hint: 'Name each adapter once in expert and remove.',
      });
    }
    seen.set(digestOf(name), name);
  }
}

async function measuredArms(spec: OrderStudySpec, plan: Plan, options: StudyOptions): Promise<readonly FormulaArm[]> {
  const node = plan.nodes.find((candidate): candidate is OrderGapNode => candidate.kind === 'order-gap');
  if (node === undefined) {
    throw new OminusError('INTERNAL', { message: 'the plan of a study has no order-gap node' });
  }
  const store = await options.store();
  if ((await store.getNode(node.key)) === undefined) {
    options.log(`measuring how far apart ${String(spec.orders.length)} orders are in weight space`);
  }
  return withNodes({ plan, store, device: options.device }, [node.gram, node.id], async (run) => {
    const gap = await inputJson<OrderGapResult>(run, node.id, 'summary');
    const matcher = spec.match.includes('distance')
      ? new DistanceMatcher({ gram: await gramOf(run, node.gram), expert: node.expert, remove: node.remove })
      : undefined;
    return studyArms(spec, {
      match: spec.match,
      gap,
      lambdasAt: (target, { operator, setting, order }) =>
        matcher?.lambdasAt(target, {
          operator,
          order: spec.orders[order] ?? [],
          lambdas: spec.settings[setting]?.lambdas ?? [],
        }),
    });
  });
}
