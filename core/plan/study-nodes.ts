/** The two nodes that only an order study has: gaps between the orders, and what the order does to the metrics. */
import { correctionOf } from '../evaluation/correction.js';
import { orderedOperators } from '../study/arms.js';
import type { StudyPlan } from '../study/types.js';
import { keyOf } from './key.js';
import type { PlanNode } from './node-kinds.js';
import { asNodeId } from './node-table.js';
import { orderEffectFacts } from './nodes/order-effect.js';
import { orderGapFacts } from './nodes/order-gap.js';
import type { EvaluationTable, PlanDraft } from './plan-draft.js';
import { need } from './plan-sources.js';

/** Adds them, when all evaluations are there. */
export function addStudyNodes(draft: PlanDraft, study: StudyPlan, evaluations: EvaluationTable): void {
  const gap = addGap(draft, study);
  const { seed, draws } = draft.experiment.compare;
  const arms = evaluatedArms(draft, study, evaluations);
  const correction = correctionOf(draft.experiment.compare.correction, draws, countPairs(arms));
  draft.table.add(asNodeId('order-effect'), {
    kind: 'order-effect',
    key: keyOf(
      orderEffectFacts({
        gap: gap.key,
        arms: arms.map(({ results, ...arm }) => ({
          ...arm,
          evaluations: results.map(({ label, key }) => ({ label, key })),
        })),
        seed,
        draws: correction.draws,
        correction,
      }),
    ),
    dependsOn: [...new Set([gap.id, ...arms.flatMap(({ results }) => results.map(({ id }) => id))])],
    gap: gap.id,
    arms: arms.map(({ results, ...arm }) => ({
      ...arm,
      evaluations: results.map(({ benchmark, label, id }) => ({ benchmark, label, node: id })),
    })),
    seed,
    draws: correction.draws,
    correction,
  });
}

/** Every two arms of one operator at one setting. */
function countPairs(arms: readonly Pick<StudyPlan['arms'][number], 'operator' | 'setting'>[]): number {
  const sizes = new Map<string, number>();
  for (const { operator, setting } of arms) {
    const group = `${operator} ${String(setting)}`;
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  return [...sizes.values()].reduce((pairs, size) => pairs + (size * (size - 1)) / 2, 0);
}

function addGap({ experiment, table, ground, digestOf }: PlanDraft, study: StudyPlan): PlanNode {
  const { orders, settings, operators, distinct } = study;
  const { missing } = experiment;
  const [expert, remove] = [digestOf(study.expert), study.remove.map(digestOf)];
  return table.add(asNodeId('order-gap'), {
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
}

/** Arms whose order matters, at equal λ, that stand for themselves; with their evaluate nodes. */
function evaluatedArms({ experiment }: PlanDraft, study: StudyPlan, evaluations: EvaluationTable) {
  return study.arms.flatMap(({ name, operator, setting, order, match, evaluatedAs }) => {
    if (order === null || match !== 'lambda' || evaluatedAs !== name) {
      return [];
    }
    const own = evaluations.get(name);
    const results = experiment.benchmarks.map(({ benchmark, label }) => ({
      benchmark,
      label,
      ...need(own?.get(label), `evaluation of ${name}`),
    }));
    return [{ name, operator, setting, order, results }];
  });
}
