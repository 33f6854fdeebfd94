/** Expressions and formulas as text, in the one normal form that parses back to the same value. */
import type { Application, Coefficient, Expression, Formula, Operand, Term } from './types.js';

/** Syntax as text: normal operators, single blanks, `·`, square brackets; what was not written stays unwritten. */
export function printExpression(expression: Expression): string {
  if (expression.kind === 'name') {
    return expression.name;
  }
  const tail = expression.tail.map((term) => ` ${term.operator} ${printTerm(term)}`);
  return printTerm(expression.head) + tail.join('');
}

function printTerm({ coefficient, operand }: Term): string {
  return (coefficient === undefined ? '' : `${printCoefficient(coefficient)}·`) + printOperand(operand);
}

function printCoefficient(coefficient: Coefficient): string {
  return coefficient.kind === 'number' ? coefficient.value : coefficient.name;
}

function printOperand(operand: Operand): string {
  if (operand.kind === 'value') {
    const text = printExpression(operand.value);
    return operand.value.kind === 'name' ? text : `[${text}]`;
  }
  const reference = operand.reference === undefined ? '' : ` | ${printExpression(operand.reference)}`;
  return `Ext(${printExpression(operand.value)}${reference})`;
}

/**
 * A formula as text, every coefficient written: `expert ⊖ 0.8·Ext(truth⁻) ⊖ 1·Ext(tox⁻)`. Reading the text with the same
 * adapters gives the same formula (as long as its brackets are nested no deeper than an expression's may be).
 */
export function printFormula(formula: Formula): string {
  // Chains are long to the left, so that direction is a loop.
  const tail: string[] = [];
  let head = formula;
  for (; head.kind === 'apply' && scaledHead(head.application) === undefined; head = head.application.left) {
    const { sign, lambda, right, reference, operator } = head.application;
    const inner = operator === 'direct' ? printNested(right) : printExtraction(right, reference);
    tail.push(` ${sign === 1 ? '⊕' : '⊖'} ${lambda}·${inner}`);
  }
  return printHead(head) + tail.reverse().join('');
}

function printHead(head: Formula): string {
  if (head.kind === 'apply') {
    return `${head.application.lambda}·${printNested(head.application.right)}`;
  }
  return head.kind === 'zero' ? 'base' : head.name;
}

/** The operand of `c·x` at the head of a sum, which is `zero ⊕ c·x` with c ≠ 1. */
function scaledHead({ operator, sign, lambda, left, right }: Application<Formula>): Formula | undefined {
  return operator === 'direct' && sign === 1 && left.kind === 'zero' && lambda !== '1' ? right : undefined;
}

function printNested(formula: Formula): string {
  return formula.kind === 'apply' ? `[${printFormula(formula)}]` : printFormula(formula);
}

function printExtraction(right: Formula, reference: Formula | undefined): string {
  return `Ext(${printFormula(right)}${reference === undefined ? '' : ` | ${printFormula(reference)}`})`;
}
