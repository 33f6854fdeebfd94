/** The arms of an order study: every operator in every order at every setting, as formulas of the expression language. */
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

/** Operators whose result depends on the order of removal, and those where it cannot. */
export const IS_ORDERED: Readonly<Record<StudyOperator, boolean>> = {
  ext: true,
  direct: false,
  'order-free': false,
  extrapolate: true,
};

/** Operators of a study whose order matters. */
export function orderedOperators(operators: readonly StudyOperator[]): readonly StudyOperator[] {
  return operators.filter((operator) => IS_ORDERED[operator]);
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
  const orders = IS_ORDERED[operator] ? [...design.orders.entries()] : [...design.orders.entries()].slice(0, 1);
  return orders.flatMap(([place, permutation]): readonly FormulaArm[] => {
    const lambdas = lambdasOf(place);
    if (lambdas === undefined) {
      return [];
    }
    const formula = armFormula(operator, design, permutation, lambdas);
    const order = IS_ORDERED[operator] ? place : null;
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
 * The formula of an operator that removes the anti-experts in one order:
 *
 * - `ext`: `[expert ⊖ λ·Ext(a)] ⊖ λ·Ext(b)`
 * - `direct`: `expert ⊖ λ·a ⊖ λ·b`
 * - `order-free`: `expert ⊖ λ·Ext(a | expert) ⊖ λ·Ext(b | expert)`
 * - `extrapolate`: `(1 + λ/2)·[(1 + λ/2)·expert ⊖ (λ/2)·a] ⊖ (λ/2)·b`, the scalars as exact decimals
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

function removal(operator: StudyOperator, left: Formula, right: Formula, lambda: Decimal, expert: Formula): Formula {
  switch (operator) {
    case 'ext':
      return { kind: 'apply', application: { operator: 'extract', sign: -1, lambda, left, right } };
    case 'order-free':
      return { kind: 'apply', application: { operator: 'extract', sign: -1, lambda, left, right, reference: expert } };
    case 'direct':
      return { kind: 'apply', application: { operator: 'direct', sign: -1, lambda, left, right } };
    case 'extrapolate': {
      const { half, scale } = extrapolation(lambda);
      return {
        kind: 'apply',
        application: { operator: 'direct', sign: -1, lambda: half, left: scaled(scale, left), right },
      };
    }
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
