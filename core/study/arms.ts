/** The arms of an order study: every operator in every order at every setting, as formulas of the expression language. */
import { REMOVALS } from '../algebra/operators/registry.js';
import { assertNever } from '../errors.js';
import { addDecimals, multiplyDecimals } from '../expression/decimal-arithmetic.js';
import { ONE, parseDecimal } from '../expression/decimal.js';
import { printFormula } from '../expression/print.js';
import type { Decimal, Formula } from '../expression/types.js';
import type { LambdaSetting, StudyArm, StudyMatch, StudyOperator } from './types.js';

const HALF = parseDecimal('0.5') ?? ONE;

/** What of a study says which arms there are. */
export interface StudyDesign {
  readonly expert: string;
  readonly remove: readonly string[];
  readonly operators: readonly StudyOperator[];
  /** Permutations of places in `remove`. */
  readonly orders: readonly (readonly number[])[];
  readonly settings: readonly LambdaSetting[];
}

/** Whether the result of an operator depends on the order of removal. */
export function isOrdered(operator: StudyOperator): boolean {
  return REMOVALS[operator].order.matters;
}

/** Operators of a study whose order matters. */
export function orderedOperators(operators: readonly StudyOperator[]): readonly StudyOperator[] {
  return operators.filter(isOrdered);
}

/** One arm: its formula beside what the plan says of it. */
export interface FormulaArm {
  readonly arm: StudyArm;
  readonly formula: Formula;
}

/**
 * The arms of one operator at one setting, none of them grouped: one per order, or one in all where the order cannot matter.
 *
 * @param lambdasOf - λ by anti-expert, for an order (its place in the study's orders); undefined: there is no such arm
 */
export function armsOf(
  design: StudyDesign,
  key: { readonly operator: StudyOperator; readonly setting: number; readonly match: StudyMatch },
  lambdasOf: (order: number) => readonly Decimal[] | undefined,
): readonly FormulaArm[] {
  const { operator, setting, match } = key;
  const orders = isOrdered(operator) ? [...design.orders.entries()] : [...design.orders.entries()].slice(0, 1);
  return orders.flatMap(([place, permutation]): readonly FormulaArm[] => {
    const lambdas = lambdasOf(place);
    if (lambdas === undefined) {
      return [];
    }
    const formula = armFormula(operator, design, permutation, lambdas);
    const order = isOrdered(operator) ? place : null;
    const name = armName(design, { ...key, order });
    const expression = printFormula(formula);
    return [{ arm: { name, operator, match, setting, order, lambdas, expression, evaluatedAs: name }, formula }];
  });
}

/** `ext(truth⁻, tox⁻)@1`, `direct@1`, `direct@1/distance`; without `@1` where all arms have the same λ. */
export function armName(
  { remove, orders, settings }: StudyDesign,
  key: Pick<StudyArm, 'operator' | 'setting' | 'match' | 'order'>,
): string {
  const permutation = key.order === null ? undefined : orders[key.order];
  const names = permutation === undefined ? '' : `(${permutation.map((place) => remove[place] ?? '').join(', ')})`;
  const match = key.match === 'distance' ? '/distance' : '';
  const at = settings.length === 1 ? '' : `@${settings[key.setting]?.label ?? ''}`;
  return `${key.operator}${names}${at}${match}`;
}

/**
 * The formula of an operator that removes the anti-experts in one order: its removal, applied to the expert for one after the
 * other (core/algebra/operators/registry).
 *
 * @param permutation - places in `remove`, the first removed first
 * @param lambdas - by anti-expert, in the order of `remove`
 */
export function armFormula(
  operator: StudyOperator,
  { expert, remove }: Pick<StudyDesign, 'expert' | 'remove'>,
  permutation: readonly number[],
  lambdas: readonly Decimal[],
): Formula {
  const start: Formula = { kind: 'adapter', name: expert };
  return permutation.reduce<Formula>((left, place) => {
    const right: Formula = { kind: 'adapter', name: remove[place] ?? '' };
    return removal(operator, left, right, lambdas[place] ?? ONE, start);
  }, start);
}

function removal(name: StudyOperator, left: Formula, right: Formula, lambda: Decimal, expert: Formula): Formula {
  const { form } = REMOVALS[name];
  switch (form.kind) {
    case 'term': {
      const { operator } = form;
      const reference = form.reference === 'expert' ? { reference: expert } : {};
      return { kind: 'apply', application: { operator, sign: -1, lambda, left, right, ...reference } };
    }
    case 'blend': {
      const { half, scale } = extrapolation(lambda);
      return {
        kind: 'apply',
        application: { operator: 'direct', sign: -1, lambda: half, left: scaled(scale, left), right },
      };
    }
    default:
      return assertNever(form);
  }
}

/** λ/2 and 1 + λ/2, exactly. */
export function extrapolation(lambda: Decimal): { readonly half: Decimal; readonly scale: Decimal } {
  const half = multiplyDecimals(lambda, HALF);
  return { half, scale: addDecimals(ONE, half) };
}

/** `scale·x` as the head of a sum; x itself where there is nothing to scale. */
function scaled(scale: Decimal, x: Formula): Formula {
  return scale === ONE
    ? x
    : { kind: 'apply', application: { operator: 'direct', sign: 1, lambda: scale, left: { kind: 'zero' }, right: x } };
}
