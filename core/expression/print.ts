/** Expressions and formulas as text, in the one normal form that parses back to the same value. */
import { assertNever } from '../errors.js';
import { rowWord } from './grammar.js';
import type { Application, Call, Coefficient, Expression, Formula, Operand, Term } from './types.js';

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
  switch (operand.kind) {
    case 'value': {
      const text = printExpression(operand.value);
      return operand.value.kind === 'name' ? text : `[${text}]`;
    }
    case 'edit': {
      const reference = operand.reference === undefined ? undefined : printExpression(operand.reference);
      return printEdit(operand.operator, printExpression(operand.value), reference) ?? '';
    }
    case 'call':
      return printCall(
        operand.operator,
        operand.operands.map(printExpression),
        operand.options.map(({ name, value }) => [name, value] as const),
      );
    default:
      return assertNever(operand);
  }
}

/**
 * A term under an operator of rows: `Ext(x)`, `Ext(x | y)`; undefined where the operand stands for itself.
 *
 * @param right - the operand as text, without brackets around it
 */
export function printEdit(
  operator: Application<unknown>['operator'],
  right: string,
  reference: string | undefined,
): string | undefined {
  const word = rowWord(operator);
  return word === undefined ? undefined : `${word}(${right}${reference === undefined ? '' : ` | ${reference}`})`;
}

/** A call of an operator of factors: `compress(x, rank: 16)`. */
export function printCall(
  operator: string,
  operands: readonly string[],
  options: readonly (readonly [name: string, value: string])[],
): string {
  return `${operator}(${[...operands, ...options.map(([name, value]) => `${name}: ${value}`)].join(', ')})`;
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
    const inner = printEdit(operator, printFormula(right), reference && printFormula(reference)) ?? printNested(right);
    tail.push(` ${sign === 1 ? '⊕' : '⊖'} ${lambda}·${inner}`);
  }
  return printHead(head) + tail.reverse().join('');
}

function printHead(head: Formula): string {
  switch (head.kind) {
    case 'apply':
      return `${head.application.lambda}·${printNested(head.application.right)}`;
    case 'zero':
      return 'base';
    case 'adapter':
      return head.name;
    case 'make':
      return printMade(head.call);
    default:
      return assertNever(head);
  }
}

function printMade({ operator, operands, options }: Call<Formula>): string {
  return printCall(operator, operands.map(printFormula), Object.entries(options));
}

/** The operand of `c·x` at the head of a sum, which is `zero ⊕ c·x` with c ≠ 1. */
function scaledHead({ operator, sign, lambda, left, right }: Application<Formula>): Formula | undefined {
  return operator === 'direct' && sign === 1 && left.kind === 'zero' && lambda !== '1' ? right : undefined;
}

function printNested(formula: Formula): string {
  return formula.kind === 'apply' ? `[${printFormula(formula)}]` : printFormula(formula);
}
