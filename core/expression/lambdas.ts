/** The λs of a formula, for provenance. */
import { printFormula } from './print.js';
import type { Decimal, Formula } from './types.js';

/** λ by what it weighs, in the order of application; those of a made leaf are what was applied to make it. */
export function lambdasOf(formula: Formula): readonly { readonly adapter: string; readonly lambda: Decimal }[] {
  if (formula.kind === 'make') {
    return formula.call.operands.flatMap(lambdasOf);
  }
  if (formula.kind !== 'apply') {
    return [];
  }
  const { left, right, lambda } = formula.application;
  return [...lambdasOf(left), ...lambdasOf(right), { adapter: printFormula(right), lambda }];
}
