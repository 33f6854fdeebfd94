/**
 * Recursive descent over the tokens:
 *
 *     sum     = term { ("⊖" | "⊕") term }
 *     term    = [ coefficient [ "·" | "*" ] ] operand
 *     operand = name | "[" sum "]" | "(" sum ")" | "Ext" "(" sum [ "|" sum ] ")"
 *
 * A mistake is reported where it stands and parsing goes on, so that all mistakes of a text are told at once.
 */
import type { Span } from '../diagnostic.js';
import { CoefficientReader } from './coefficient-reader.js';
import { type Token, tokenize } from './lexer.js';
import { ProblemList } from './problem-list.js';
import type { ExpressionProblem } from './problem.js';
import { TokenCursor } from './token-cursor.js';
import type { Expression, NameReference, Operand, SignedTerm, Term } from './types.js';

/** Brackets and `Ext( )` may be nested this deep. */
export const MAX_NESTING = 64;
/** Longest expression, in UTF-16 units. */
export const MAX_EXPRESSION_LENGTH = 262_144;

/** What parsing gives; `expression` only when there is no problem, the others always (in order of their place). */
export interface ParseResult {
  readonly expression: Expression | undefined;
  /** Names that stand where an adapter or a step should. */
  readonly references: readonly NameReference[];
  /** Declared variables that occur, in the right place or not. */
  readonly variables: ReadonlySet<string>;
  readonly problems: readonly ExpressionProblem[];
}

/** Where a sum stands; it decides which extractions are allowed. */
interface Context {
  readonly depth: number;
  readonly insideExt: boolean;
  /** Whether the sum is a right operand, so that `Ext(x | y)` may lead it. */
  readonly isRightOperand: boolean;
}

/**
 * Parses an expression; never throws. Spans are UTF-16 offsets into `text`; redundant brackets are dropped.
 *
 * @param variables - declared variables: names that may stand as coefficients
 */
export function parseExpression(text: string, variables: ReadonlySet<string> = new Set()): ParseResult {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    const message = `an expression has at most ${MAX_EXPRESSION_LENGTH} characters, got ${text.length}`;
    const hint = 'Split it into several steps.';
    const span = { start: 0, end: text.length };
    return {
      expression: undefined,
      references: [],
      variables: new Set(),
      problems: [{ code: 'EXPRESSION_SIZE', message, hint, span }],
    };
  }
  return new Parser(text, variables).parse();
}

class Parser {
  readonly #cursor: TokenCursor;
  readonly #problems: ProblemList;
  readonly #coefficients: CoefficientReader;
  readonly #references: NameReference[] = [];

  constructor(text: string, variables: ReadonlySet<string>) {
    const { tokens, problems } = tokenize(text);
    this.#cursor = new TokenCursor(text, tokens);
    this.#problems = new ProblemList(problems);
    this.#coefficients = new CoefficientReader(this.#cursor, variables, this.#problems);
  }

  parse(): ParseResult {
    const context: Context = { depth: 0, insideExt: false, isRightOperand: false };
    const first = this.#cursor.peek();
    if (first.kind === 'end') {
      const hint = 'Write for example expert ⊖ Ext(truth⁻).';
      this.#problems.add('EXPRESSION_SYNTAX', first.span, 'the expression is empty', hint);
    }
    const expression = this.#sum(context);
    // Only a closing bracket or a bar ends a sum before the end of the text.
    while (this.#cursor.peek().kind !== 'end' && !this.#problems.isFull) {
      const token = this.#cursor.next();
      const [message, hint] =
        token.kind === '|'
          ? ['"|" belongs inside Ext(x | y)', 'Write Ext(x | y) to extract x with respect to y.']
          : [`"${token.kind}" closes nothing`, 'Remove it, or open its bracket before it.'];
      this.#problems.add('EXPRESSION_SYNTAX', token.span, message, hint);
      if (token.kind === '|') {
        this.#sum(context);
      } else {
        this.#tail(context);
      }
    }
    const problems = this.#problems.sorted();
    return {
      expression: problems.length === 0 ? expression : undefined,
      references: this.#references,
      variables: this.#coefficients.used,
      problems,
    };
  }

  #sum(context: Context): Expression | undefined {
    const head = this.#term(context, false);
    const tail = this.#tail(context);
    if (head === undefined || tail === undefined) {
      return undefined;
    }
    if (tail.length === 0 && head.coefficient === undefined && head.operand.kind === 'value') {
      return head.operand.value;
    }
    return { kind: 'sum', head, tail, span: { start: head.span.start, end: (tail.at(-1) ?? head).span.end } };
  }

  /** All signed terms up to a closing bracket, a bar or the end; undefined when one of them has a problem. */
  #tail(context: Context): SignedTerm[] | undefined {
    const terms: SignedTerm[] = [];
    const count = this.#problems.count;
    while (!this.#problems.isFull) {
      const token = this.#cursor.peek();
      if (token.kind === 'end' || token.kind === ']' || token.kind === ')' || token.kind === '|') {
        break;
      }
      if (token.kind === 'operator') {
        this.#cursor.next();
        const term = this.#term(context, true);
        if (term !== undefined) {
          terms.push({ ...term, operator: token.operator, span: { start: token.span.start, end: term.span.end } });
        }
      } else if (token.kind === 'times') {
        this.#cursor.next();
        const hint = 'Write the coefficient first: 0.8·x.';
        this.#problems.add('EXPRESSION_COEFFICIENT', token.span, 'a coefficient stands before its operand', hint);
        this.#cursor.skip('number');
      } else {
        const message = `an operator is missing before "${this.#cursor.written(token)}"`;
        this.#problems.add('EXPRESSION_SYNTAX', token.span, message, 'Write ⊖ or ⊕ between operands.');
        this.#term(context, true);
      }
    }
    return this.#problems.count === count ? terms : undefined;
  }

  #term(context: Context, isRight: boolean): Term | undefined {
    const { start } = this.#cursor.peek().span;
    const count = this.#problems.count;
    const coefficient = this.#coefficients.read();
    const operand = this.#operand(context, isRight);
    if (operand === undefined || this.#problems.count > count) {
      return undefined;
    }
    return { coefficient, operand, span: { start, end: operand.span.end } };
  }

  #operand(context: Context, isRight: boolean): Operand | undefined {
    const token = this.#cursor.peek();
    if (token.kind === '[' || token.kind === '(') {
      return this.#bracket({
        ...context,
        depth: context.depth + 1,
        isRightOperand: isRight || context.isRightOperand,
      });
    }
    if (token.kind === 'name') {
      return this.#isExtraction(token.name) ? this.#extraction(context, isRight) : this.#name(token);
    }
    if (token.kind === 'times') {
      const hint = 'Write a number or a declared variable before it: 0.8·x.';
      this.#problems.add('EXPRESSION_COEFFICIENT', token.span, 'a coefficient is missing', hint);
      this.#cursor.next();
      if (this.#cursor.startsTerm()) {
        this.#term(context, isRight);
      }
      return undefined;
    }
    const { previous } = this.#cursor;
    const followsNumber = previous?.kind === 'number' || previous?.kind === 'times';
    const place = token.kind === 'end' ? 'the end' : `"${this.#cursor.written(token)}"`;
    const message = followsNumber ? 'a coefficient needs an operand after it' : `an operand is missing before ${place}`;
    const span = token.kind === 'end' ? (previous ?? token).span : token.span;
    this.#problems.add('EXPRESSION_SYNTAX', span, message, 'Write an adapter, a step, base, a bracket or Ext(x).');
    return undefined;
  }

  /** `Ext`, or another spelling of it before a bracket, where no name can stand; elsewhere `ext` is a name like any other. */
  #isExtraction(name: string): boolean {
    const next = this.#cursor.peek(1).kind;
    return name === 'Ext' || (/^ext$/i.test(name) && (next === '(' || next === '['));
  }

  #name({ name, span }: NameReference): Operand | undefined {
    this.#cursor.next();
    if (this.#coefficients.refuseAsOperand(name, span)) {
      return undefined;
    }
    this.#references.push({ name, span });
    return { kind: 'value', value: { kind: 'name', name, span }, span };
  }

  #bracket(context: Context): Operand | undefined {
    const open = this.#cursor.next();
    if (!this.#enter(context, open.span)) {
      return undefined;
    }
    const value = this.#sum(context);
    const span = this.#close(open);
    return value && span && { kind: 'value', value, span };
  }

  #extraction(context: Context, isRight: boolean): Operand | undefined {
    const name = this.#cursor.next();
    const open = this.#cursor.peek();
    if (open.kind !== '(' && open.kind !== '[') {
      const message = '"Ext" is reserved for extraction';
      this.#problems.add('EXPRESSION_EXT', name.span, message, 'Write Ext(x) or Ext(x | y).');
      return undefined;
    }
    const written = this.#cursor.written(name);
    if (written !== 'Ext') {
      this.#problems.add('EXPRESSION_EXT', name.span, `"${written}" is no function`, 'Did you mean Ext?');
    } else if (open.kind === '[') {
      this.#problems.add('EXPRESSION_EXT', name.span, 'Ext takes round brackets', 'Write Ext(x) or Ext(x | y).');
    } else if (context.insideExt) {
      const hint = 'Make the inner extraction a term of its own: x ⊖ Ext(y) ⊖ Ext(z).';
      this.#problems.add('EXPRESSION_EXT', name.span, 'Ext cannot stand inside another Ext', hint);
    }
    const inner = { depth: context.depth + 1, insideExt: true, isRightOperand: false };
    this.#cursor.next();
    if (!this.#enter(inner, open.span)) {
      return undefined;
    }
    const value = this.#sum(inner);
    const hasBar = this.#cursor.skip('|');
    const reference = hasBar ? this.#sum(inner) : undefined;
    while (this.#cursor.peek().kind === '|' && !this.#problems.isFull) {
      const hint = 'Write Ext(x | y) with one y, which may be a sum: Ext(x | [y ⊕ z]).';
      this.#problems.add('EXPRESSION_SYNTAX', this.#cursor.next().span, 'Ext takes one reference', hint);
      this.#sum(inner);
    }
    const close = this.#close(open);
    const span = { start: name.span.start, end: close?.end ?? open.span.end };
    if (!isRight && !context.insideExt && !(hasBar && context.isRightOperand)) {
      this.#reportHeadExtraction(hasBar, span);
    }
    return value && (reference !== undefined || !hasBar) ? { kind: 'extract', value, reference, span } : undefined;
  }

  #reportHeadExtraction(hasBar: boolean, span: Span): void {
    if (hasBar) {
      const hint = 'Write base ⊕ Ext(x | y) for the extraction alone.';
      const message = 'Ext(x | y) stands only where a right operand may';
      this.#problems.add('EXPRESSION_EXT', span, message, hint);
    } else {
      const hint = 'Write expert ⊖ Ext(x), or name what to extract from: Ext(x | y).';
      this.#problems.add('EXPRESSION_EXT', span, 'Ext(x) needs a left operand in its own bracket', hint);
    }
  }

  #enter(context: Context, span: Span): boolean {
    if (context.depth > MAX_NESTING) {
      const message = `brackets are nested more than ${MAX_NESTING} deep`;
      this.#problems.add('EXPRESSION_NESTING', span, message, 'Name inner parts as steps of their own.');
      // Nothing sensible can be said about the rest.
      this.#problems.close();
      this.#cursor.skipAll();
    }
    return context.depth <= MAX_NESTING;
  }

  #close(open: Token): Span | undefined {
    const expected = open.kind === '(' ? ')' : ']';
    const token = this.#cursor.peek();
    if (token.kind === 'end') {
      const message = `"${open.kind}" is never closed`;
      this.#problems.add('EXPRESSION_SYNTAX', open.span, message, `Write the missing ${expected}.`);
      return undefined;
    }
    this.#cursor.next();
    if (token.kind !== expected) {
      const message = `"${token.kind}" cannot close "${open.kind}"`;
      this.#problems.add('EXPRESSION_SYNTAX', token.span, message, `Write ${expected}.`);
    }
    return { start: open.span.start, end: token.span.end };
  }
}
