/** `kind: order-study` → plan. The weight-space gaps come first: they say which orders are the same, and what distance to match. */
import { OminusError } from '../../core/errors.js';
import { lowerOrderStudy } from '../../core/lower/order-study.js';
import { buildPlan } from '../../core/plan/build-plan.js';
import { checkAdapters } from '../../core/plan/check-adapters.js';
import type { OrderGapNode } from '../../core/plan/nodes/order-gap.js';
import type { PlanOf } from '../../core/plan/types.js';
import type { OrderStudySpec } from '../../core/spec/types.js';
import { armsOf, type FormulaArm } from '../../core/study/arms.js';
import { DistanceMatcher } from '../../core/study/match-distance.js';
import { studyArms } from '../../core/study/study-arms.js';
import type { MeasureOrders } from './measure-orders.js';
import { located, type LoadedSpec } from './plan-problems.js';
import type { ResolvedSources } from './resolve-sources.js';

/**
 * Plans an order study. Gram matrices and gaps are computed here, or found in the store, under the keys of the plan's own nodes.
 *
 * @throws OminusError what is wrong with its adapters as a set
 */
export async function prepareOrderStudy(
  loaded: LoadedSpec<OrderStudySpec>,
  { sources, described, modules }: ResolvedSources,
  measureOrders: MeasureOrders,
): Promise<PlanOf<'order-study'>> {
  const { spec } = loaded;
  return located(loaded, spec.spans.remove, async () => {
    refuseTwins(spec, (name) => sources.adapters.get(name)?.digest);
    const found = checkAdapters(lowerOrderStudy(spec, sources, someArms(spec)), described, modules);
    const known = { ...sources, warnings: [...new Set([...sources.warnings, ...found])] };
    const gapsOnly = buildPlan(lowerOrderStudy(spec, sources, []), known);
    const arms = await measuredArms(spec, gapsOnly, measureOrders);
    return buildPlan(lowerOrderStudy(spec, sources, arms), known);
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
        message: `${twin} and ${name} are the same adapter, so their order has no meaning [digest=${digestOf(name) ?? ''}]`,
        hint: 'Name each adapter once in expert and remove.',
      });
    }
    seen.set(digestOf(name), name);
  }
}

async function measuredArms(
  spec: OrderStudySpec,
  plan: PlanOf<'order-study'>,
  measureOrders: MeasureOrders,
): Promise<readonly FormulaArm[]> {
  const node = plan.nodes.find((candidate): candidate is OrderGapNode => candidate.kind === 'order-gap');
  if (node === undefined) {
    throw new OminusError('INTERNAL', { message: 'the plan of a study has no order-gap node' });
  }
  const { gap, gram } = await measureOrders(plan, node);
  const matcher = spec.match.includes('distance')
    ? new DistanceMatcher({ gram: await gram(), expert: node.expert, remove: node.remove })
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
}
