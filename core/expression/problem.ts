/** Problems of an expression, as data: offsets into the expression's own text. */
import { type Diagnostic, type Span, locate } from '../diagnostic.js';

/** What can be wrong with an expression; docs/spec.md lists the same lines. */
export const EXPRESSION_PROBLEMS = {
  EXPRESSION_SYNTAX: 'an operand, an operator or a bracket is missing or too many',
  EXPRESSION_CHARACTER: 'a character that has no meaning in an expression',
  EXPRESSION_BLANKS: 'ASCII `-` or `+` (or `−`) is used as an operator without blanks on both sides',
  EXPRESSION_COEFFICIENT: 'a coefficient is negative, not finite, misplaced, or the second one of its term',
  EXPRESSION_EXT: '`Ext` without something to extract from, inside another `Ext`, or without its brackets',
  EXPRESSION_CALL: 'a call of an unknown function, or with operands or options that it does not take',
  EXPRESSION_NAME: 'a name that is not declared, or a variable where an adapter is expected',
  EXPRESSION_NESTING: 'brackets are nested more than 64 deep',
  EXPRESSION_SIZE: 'the expression is too long, or has too many operators once its steps are written out',
} as const;

/** One code of the table. */
export type ExpressionProblemCode = keyof typeof EXPRESSION_PROBLEMS;

/** One problem, located by offsets. */
export interface ExpressionProblem {
  readonly code: ExpressionProblemCode;
  readonly message: string;
  /** What to write instead. */
  readonly hint: string;
  readonly span: Span;
}

/** Problems as diagnostics, for an expression that is a text of its own (a command line argument). */
export function expressionDiagnostics(
  file: string,
  text: string,
  problems: readonly ExpressionProblem[],
): readonly Diagnostic[] {
  return problems.map(({ code, message, hint, span }) => ({
    code,
    severity: 'error',
    message,
    hint,
    location: locate(file, text, span),
  }));
}
