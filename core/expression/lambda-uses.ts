/** Which terms take the λ that is set for one adapter, and why the others do not. */
import { assertNever } from '../errors.js';
import type { Expression, Operand, SignedTerm } from './types.js';

/**
 * How an expression uses an adapter's name: `taken`, a ⊖ term without a coefficient, which is x, Ext(x) or Ext(x | y);
 * `written`, the same with a coefficient; `added`, a ⊕ term; `first`, the first term of all; `inside`, the first term of what
 * another term weighs; `reference`, behind the bar of Ext(x | y); `argument`, the first term of what a call is made of.
 */
export type LambdaUse = 'taken' | 'written' | 'added' | 'first' | 'inside' | 'reference' | 'argument';

/** Every name of some expressions, with all the ways in which they use it. */
export function lambdaUses(expressions: readonly Expression[]): ReadonlyMap<string, ReadonlySet<LambdaUse>> {
  const uses = new Map<string, Set<LambdaUse>>();
  for (const expression of expressions) {
    collect(expression, 'first', uses);
  }
  return uses;
}

/** @param alone - the use of a name that is alone, or first */
function collect(expression: Expression, alone: LambdaUse, uses: Map<string, Set<LambdaUse>>): void {
  if (expression.kind === 'name') {
    const known = uses.get(expression.name) ?? new Set();
    uses.set(expression.name, known.add(alone));
    return;
  }
  collectOperand(expression.head.operand, alone, alone, uses);
  for (const term of expression.tail) {
    collectOperand(term.operand, useOf(term), 'inside', uses);
  }
}

/** @param use - what x of the term is; @param inner - what is first within a bracket */
function collectOperand(operand: Operand, use: LambdaUse, inner: LambdaUse, uses: Map<string, Set<LambdaUse>>): void {
  switch (operand.kind) {
    case 'value':
      collect(operand.value, operand.value.kind === 'name' ? use : inner, uses);
      return;
    case 'edit':
      collect(operand.value, operand.value.kind === 'name' ? use : 'inside', uses);
      if (operand.reference !== undefined) {
        collect(operand.reference, operand.reference.kind === 'name' ? 'reference' : 'inside', uses);
      }
      return;
    case 'call':
      operand.operands.forEach((value) => {
        collect(value, 'argument', uses);
      });
      return;
    default:
      assertNever(operand);
  }
}

function useOf({ operator, coefficient }: SignedTerm): LambdaUse {
  if (operator === '⊕') {
    return 'added';
  }
  return coefficient === undefined ? 'taken' : 'written';
}
