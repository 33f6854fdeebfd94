/** What of a study is part of its plan's digest. */
import type { Json } from '../digest.js';
import type { StudyPlan } from '../study/types.js';

/** Everything: names of arms, and which arm stands for which, are in the report. */
export function studyJson({ expert, remove, orders, settings, operators, distinct, arms }: StudyPlan): Json {
  return {
    expert,
    remove: [...remove],
    orders: orders.map((order) => [...order]),
    settings: settings.map(({ label, lambdas }) => ({ label, lambdas: [...lambdas] })),
    operators: [...operators],
    distinct,
    arms: arms.map((arm) => ({ ...arm, lambdas: [...arm.lambdas] })),
  };
}
