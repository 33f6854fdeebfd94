/** How large formulas are with their steps written out, without writing them out. */
import { rowWord } from './grammar.js';
import type { Formula } from './types.js';

interface FormulaSize {
  readonly applications: number;
  /** Whether an operator of rows other than the plain one is in it, made leaves left out: those are leaves. */
  readonly hasEdit: boolean;
}

/** Steps share sub-formulas, so sizes are remembered: written out they may be exponential. */
const sizes = new WeakMap<Formula, FormulaSize>();

function measure(formula: Formula): FormulaSize {
  const chain: Formula[] = [];
  let at = formula;
  for (; at.kind === 'apply' && !sizes.has(at); at = at.application.left) {
    chain.push(at);
  }
  let size = sizes.get(at) ?? measureLeaf(at);
  for (const link of chain.reverse()) {
    if (link.kind === 'apply') {
      const { operator, right, reference } = link.application;
      const parts = [measure(right), ...(reference === undefined ? [] : [measure(reference)])];
      size = {
        applications: parts.reduce((sum, part) => sum + part.applications, size.applications + 1),
        hasEdit: rowWord(operator) !== undefined || size.hasEdit || parts.some((part) => part.hasEdit),
      };
      sizes.set(link, size);
    }
  }
  return size;
}

function measureLeaf(formula: Formula): FormulaSize {
  if (formula.kind !== 'make') {
    return { applications: 0, hasEdit: false };
  }
  const applications = formula.call.operands.reduce((sum, operand) => sum + measure(operand).applications, 1);
  const size = { applications, hasEdit: false };
  sizes.set(formula, size);
  return size;
}

/** Applications and calls of a formula with its steps written out. */
export function countApplications(formula: Formula): number {
  return measure(formula).applications;
}

/** Whether an operator of rows that has a word is in a formula, made leaves left out. */
export function hasEdit(formula: Formula): boolean {
  return measure(formula).hasEdit;
}
