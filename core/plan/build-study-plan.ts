/** Order study → plan: a recipe whose steps are the evaluated arms, and two nodes of its own. Pure. */
import { orderedOperators, type FormulaArm } from '../study/arms.js';
import { evaluatedArms } from '../study/study-arms.js';
import type { StudyPlan } from '../study/types.js';
import type { OrderStudySpec, RecipeSpec } from '../spec/types.js';
import { buildPlan } from './build-plan.js';
import { keyOf } from './key.js';
import { asNodeId } from './node-table.js';
import { orderEffectFacts } from './nodes/order-effect.js';
import { orderGapFacts } from './nodes/order-gap.js';
import { need, type PlanSources, type UnfinishedPlan } from './plan-input.js';
import type { Plan } from './types.js';

/** What the planner of a study is given. */
export interface StudyPlanInput {
  readonly spec: OrderStudySpec;
  readonly sources: PlanSources;
  /** All of them; empty while only the Gram matrices and the gaps are wanted. */
  readonly arms: readonly FormulaArm[];
}

/**
 * Builds the plan of an order study.
 *
 * @throws OminusError `INTERNAL` when a source that the spec names was not resolved
 */
export function buildStudyPlan({ spec, sources, arms }: StudyPlanInput): Plan {
  const study: StudyPlan = {
    expert: spec.expert,
    remove: spec.remove,
    orders: spec.orders,
    settings: spec.settings,
    operators: spec.operators,
    distinct: spec.distinct ?? null,
    arms: arms.map(({ arm }) => arm),
  };
  return buildPlan({
    ...sources,
    spec: asRecipe(spec, arms),
    outputs: new Map(),
    extras: {
      facts: { specKind: 'order-study', study },
      adapters: [spec.expert, ...spec.remove],
      addNodes: (plan) => {
        addStudyNodes(plan, spec, study);
      },
    },
  });
}

/** The recipe that a study's arms are. */
export function asRecipe(spec: OrderStudySpec, arms: readonly FormulaArm[]): RecipeSpec {
  const { name, text, base, adapters, semantics, missing, expert, evaluate, compare, spans } = spec;
  const evaluated = evaluatedArms(arms);
  const names = evaluated.map(({ arm }) => arm.name);
  return {
    kind: 'recipe',
    ...{ name, text, base, adapters, semantics, missing },
    steps: evaluated.map(({ arm, formula }) => ({
      name: arm.name,
      source: arm.expression,
      formula,
      span: spans.remove,
    })),
    evaluate: {
      candidates: evaluate.benchmarks.length === 0 ? evaluate.candidates : [...evaluate.candidates, ...names],
      benchmarks: evaluate.benchmarks,
    },
    compare: { baseline: expert, pairs: comparedPairs(expert, arms), ...compare },
    outputs: [],
  };
}

/**
 * The expert against every evaluated arm; then every ext arm that is evaluated against its controls at the same setting, in the same
 * order where they have one (or what stands for it).
 */
function comparedPairs(expert: string, arms: readonly FormulaArm[]): readonly (readonly [string, string])[] {
  const all = arms.map(({ arm }) => arm);
  const evaluated = all.filter(({ name, evaluatedAs }) => name === evaluatedAs);
  const controls = evaluated.flatMap((first) =>
    first.operator !== 'ext'
      ? []
      : all
          .filter((arm) => arm.operator !== 'ext' && arm.setting === first.setting)
          .filter((arm) => arm.order === null || arm.order === first.order)
          .map((second) => [first.name, second.evaluatedAs] as const),
  );
  return [...evaluated.map(({ name }) => [expert, name] as const), ...controls];
}

function addStudyNodes(plan: UnfinishedPlan, spec: OrderStudySpec, study: StudyPlan): void {
  const { table, ground, digestOf, evaluations } = plan;
  const [expert, remove] = [digestOf(spec.expert), spec.remove.map(digestOf)];
  const { orders, settings, operators, distinct } = study;
  const { missing, compare } = spec;
  const gap = table.add(asNodeId('order-gap'), {
    kind: 'order-gap',
    key: keyOf(
      orderGapFacts({
        expert,
        remove,
        orders,
        settings: settings.map(({ lambdas }) => lambdas),
        operators: orderedOperators(operators),
        missing,
        distinct,
        rule: ground.rule,
      }),
    ),
    dependsOn: [ground.gram],
    gram: ground.gram,
    ...{ expert, remove, orders, settings, operators, missing, distinct },
  });
  const arms = study.arms.flatMap(({ name, operator, setting, order, match, evaluatedAs }) => {
    if (order === null || match !== 'lambda' || evaluatedAs !== name) {
      return [];
    }
    const own = evaluations.get(name);
    const results = spec.evaluate.benchmarks.map(({ benchmark, label }) => ({
      benchmark,
      label,
      ...need(own?.get(label), `evaluation of ${name}`),
    }));
    return [{ name, operator, setting, order, results }];
  });
  const evaluated = arms.flatMap(({ results }) => results.map(({ id }) => id));
  table.add(asNodeId('order-effect'), {
    kind: 'order-effect',
    key: keyOf(
      orderEffectFacts({
        gap: gap.key,
        arms: arms.map(({ results, ...arm }) => ({
          ...arm,
          evaluations: results.map(({ label, key }) => ({ label, key })),
        })),
        ...compare,
      }),
    ),
    dependsOn: [...new Set([gap.id, ...evaluated])],
    gap: gap.id,
    arms: arms.map(({ results, ...arm }) => ({
      ...arm,
      evaluations: results.map(({ benchmark, label, id }) => ({ benchmark, label, node: id })),
    })),
    ...compare,
  });
}
