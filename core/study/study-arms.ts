/** All arms of a study: orders that are the same are grouped, controls are scaled to the distance of the ext arms. */
import type { Decimal } from '../expression/types.js';
import { armName, armsOf, isOrdered, type FormulaArm, type StudyDesign } from './arms.js';
import { STUDIED, type OrderGapResult, type StudyArm, type StudyMatch, type StudyOperator } from './types.js';

/** What {@link studyArms} is given beside the design. */
export interface StudyArmsInput {
  readonly match: readonly StudyMatch[];
  readonly gap: OrderGapResult;
  /** λ of a control in an order (its place) at a distance from the expert; undefined where there is none. */
  readonly lambdasAt: (
    target: number,
    control: { readonly operator: StudyOperator; readonly setting: number; readonly order: number },
  ) => readonly Decimal[] | undefined;
}

/**
 * The arms of every setting, operator and match, in this order; within them, of every order. The ext arms have the setting's own λ
 * whatever `match` says, since the controls are scaled to them: to the mean distance of all orders. Which order stands for which was
 * found at the setting's own λ and holds for the scaled arms too.
 */
export function studyArms(design: StudyDesign, input: StudyArmsInput): readonly FormulaArm[] {
  return design.settings.flatMap(({ lambdas }, setting) =>
    design.operators.flatMap((operator) => {
      const matches: readonly StudyMatch[] = operator === STUDIED ? ['lambda'] : input.match;
      return matches.flatMap((match) => {
        const target = meanDistance(input.gap, setting);
        const lambdasOf = (order: number): readonly Decimal[] | undefined =>
          match === 'lambda'
            ? lambdas
            : target === undefined
              ? undefined
              : input.lambdasAt(target, { operator, setting, order });
        return armsOf(design, { operator, setting, match }, lambdasOf).map((made) => ({
          ...made,
          arm: { ...made.arm, evaluatedAs: representative(design, input.gap, made.arm) },
        }));
      });
    }),
  );
}

/** Mean distance of the ext arms from the expert, over all orders. */
function meanDistance({ gaps }: OrderGapResult, setting: number): number | undefined {
  const distances = gaps.find((gap) => gap.operator === STUDIED && gap.setting === setting)?.distances;
  return distances === undefined ? undefined : distances.reduce((sum, value) => sum + value, 0) / distances.length;
}

/** Name of the arm that is evaluated for this one. */
function representative(design: StudyDesign, { gaps }: OrderGapResult, arm: StudyArm): string {
  const gap = gaps.find(({ operator, setting }) => operator === arm.operator && setting === arm.setting);
  if (arm.order === null || !isOrdered(arm.operator) || gap === undefined) {
    return arm.name;
  }
  return armName(design, { ...arm, order: gap.representative[arm.order] ?? arm.order });
}

/** Arms that are evaluated: their own representatives. */
export function evaluatedArms(arms: readonly FormulaArm[]): readonly FormulaArm[] {
  return arms.filter(({ arm }) => arm.evaluatedAs === arm.name);
}
