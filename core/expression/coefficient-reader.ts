/** Coefficients of terms: numbers, and declared variables. */
import type { Span } from '../diagnostic.js';
import type { ProblemList } from './problem-list.js';
import type { TokenCursor } from './token-cursor.js';
import type { Coefficient } from './types.js';

/** Reads the coefficient before an operand. */
export class CoefficientReader {
  readonly #cursor: TokenCursor;
  readonly #variables: ReadonlySet<string>;
  readonly #problems: ProblemList;
  readonly #used = new Set<string>();

  /** @param variables - names that may stand as coefficients */
  constructor(cursor: TokenCursor, variables: ReadonlySet<string>, problems: ProblemList) {
    this.#cursor = cursor;
    this.#variables = variables;
    this.#problems = problems;
  }

  /** Variables that have been read. */
  get used(): ReadonlySet<string> {
    return this.#used;
  }

  /** At most one coefficient; more are reported and skipped. */
  read(): Coefficient | undefined {
    let first: Coefficient | undefined;
    for (let taken = 0; this.#atCoefficient(); taken++) {
      const token = this.#cursor.next();
      if (taken === 1) {
        const hint = 'Multiply them, or put the inner term in brackets: 0.5·[0.8·x].';
        this.#problems.add('EXPRESSION_COEFFICIENT', token.span, 'a term has at most one coefficient', hint);
      }
      if (token.kind === 'number' && token.value !== undefined) {
        first ??= { kind: 'number', value: token.value, span: token.span };
      } else if (token.kind === 'name') {
        first ??= { kind: 'variable', name: token.name, span: token.span };
        this.#checkVariable(token.name, token.span);
      }
      this.#cursor.skip('times');
    }
    return first;
  }

  /** Whether a name used as an operand is a variable, which is reported. */
  refuseAsOperand(name: string, span: Span): boolean {
    if (!this.#variables.has(name)) {
      return false;
    }
    this.#used.add(name);
    const message = `"${name}" is a variable, so it must come before an operand`;
    this.#problems.add('EXPRESSION_NAME', span, message, `Write ${name}·x.`);
    return true;
  }

  /** A number; a variable before an operand; or a name that is used like a variable (`x·y`, but not `x·0.8`). */
  #atCoefficient(): boolean {
    const token = this.#cursor.peek();
    if (token.kind !== 'name') {
      return token.kind === 'number';
    }
    const isMultiplied = this.#cursor.peek(1).kind === 'times';
    return this.#variables.has(token.name)
      ? isMultiplied || this.#cursor.startsTerm(1)
      : isMultiplied && this.#cursor.peek(2).kind !== 'number';
  }

  #checkVariable(name: string, span: Span): void {
    if (this.#variables.has(name)) {
      this.#used.add(name);
    } else {
      const hint = /[-+]/.test(name)
        ? 'Put blanks around an operator: x - 0.4·y.'
        : 'A coefficient is a number or a declared variable, as in 0.8·x.';
      this.#problems.add('EXPRESSION_COEFFICIENT', span, `"${name}" is not a coefficient`, hint);
    }
  }
}
