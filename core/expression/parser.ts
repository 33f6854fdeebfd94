/**
 * Recursive descent over the tokens:
 *
 *     sum     = term { ("⊖" | "⊕") term }
 *     term    = [ coefficient [ "·" | "*" ] ] operand
 *     operand = name | "[" sum "]" | "(" sum ")" | edit | call
 *     edit    = "Ext" "(" sum [ "|" sum ] ")"
 *     call    = word "(" [ argument { "," argument } ] ")"
 *     argument = sum | name ":" number
 *
 * where `Ext` stands for the word of any operator of rows, and the words of calls are those of operators of factors.
 *
 * A mistake is reported at its place and parsing continues, so that all mistakes of a text are reported at once.
 */
import { nearest, type Span } from '../diagnostic.js';
import { readCall } from './call-reader.js';
import { CoefficientReader } from './coefficient-reader.js';
import { readEdit } from './edit-reader.js';
import { GRAMMAR, meantRowWord, type Grammar } from './grammar.js';
import { tokenize } from './lexer.js';
import type { Token } from './token.js';
import { ProblemList } from './problem-list.js';
import type { ExpressionProblem } from './problem.js';
import type { Context, SumReader } from './sum-reader.js';
import { endsSum, isSeparator, TokenCursor } from './token-cursor.js';
import type { Expression, NameReference, Operand, SignedTerm, Term } from './types.js';

/** Brackets, those of words among them, may be nested this deep. */
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

/**
 * Parses an expression; never throws. Spans are UTF-16 offsets into `text`; redundant brackets are dropped.
 *
 * @param variables - declared variables: names that may stand as coefficients
 * @param grammar - words before brackets; those of all registered operators unless given
 */
export function parseExpression(
  text: string,
  variables: ReadonlySet<string> = new Set(),
  grammar: Grammar = GRAMMAR,
): ParseResult {
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
  return new Parser(text, variables, grammar).parse();
}

class Parser {
  readonly #cursor: TokenCursor;
  readonly #problems: ProblemList;
  readonly #coefficients: CoefficientReader;
  readonly #grammar: Grammar;
  readonly #references: NameReference[] = [];
  readonly #reader: SumReader;

  constructor(text: string, variables: ReadonlySet<string>, grammar: Grammar) {
    const { tokens, problems } = tokenize(text, grammar);
    this.#grammar = grammar;
    this.#cursor = new TokenCursor(text, tokens);
    this.#problems = new ProblemList(problems);
    this.#coefficients = new CoefficientReader(this.#cursor, variables, this.#problems);
    this.#reader = {
      cursor: this.#cursor,
      problems: this.#problems,
      grammar,
      sum: (context) => this.#sum(context),
      passOver: (context) => {
        const { length } = this.#references;
        this.#sum(context);
        this.#references.length = length;
      },
      enter: (context, span) => this.#enter(context, span),
      close: (open) => this.#close(open),
    };
  }

  parse(): ParseResult {
    const context: Context = { depth: 0, inside: undefined, isRightOperand: false };
    const first = this.#cursor.peek();
    if (first.kind === 'end') {
      const hint = 'Write for example expert ⊖ Ext(truth⁻).';
      this.#problems.add('EXPRESSION_SYNTAX', first.span, 'the expression is empty', hint);
    }
    const expression = this.#sum(context);
    // Only a closing bracket, a bar or a separator ends a sum before the end of the text.
    while (this.#cursor.peek().kind !== 'end' && !this.#problems.isFull) {
      const token = this.#cursor.next();
      const [message, hint] =
        token.kind === '|'
          ? ['"|" belongs inside Ext(x | y)', 'Write Ext(x | y) to extract x with respect to y.']
          : isSeparator(token)
            ? [`"${token.kind}" belongs inside the brackets of a call`, 'Remove it.']
            : [`"${token.kind}" closes nothing`, 'Remove it, or open its bracket before it.'];
      this.#problems.add('EXPRESSION_SYNTAX', token.span, message, hint);
      if (token.kind === '|' || isSeparator(token)) {
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

  /** All signed terms up to a closing bracket, a bar, a separator or the end; undefined when one of them has a problem. */
  #tail(context: Context): SignedTerm[] | undefined {
    const terms: SignedTerm[] = [];
    const count = this.#problems.count;
    while (!this.#problems.isFull) {
      const token = this.#cursor.peek();
      if (endsSum(token)) {
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
        this.#problems.add('EXPRESSION_COEFFICIENT', token.span, 'a coefficient comes before its operand', hint);
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
      const word = this.#word(token.name, context, isRight);
      return word === undefined ? this.#name(token) : word.operand;
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
    this.#problems.add(
      'EXPRESSION_SYNTAX',
      span,
      message,
      `Write an adapter, a step, base, a bracket or ${this.#shortForms()}.`,
    );
    return undefined;
  }

  #shortForms(): string {
    return [...this.#grammar.rows.keys()].map((word) => `${word}(x)`).join(' or ');
  }

  /**
   * What a word before a bracket begins, wrong spellings included, where no name can stand; undefined for a name. `Ext` is never a
   * name; `ext`, and the words of calls, are names unless a bracket follows.
   */
  #word(name: string, context: Context, isRight: boolean): { readonly operand: Operand | undefined } | undefined {
    const next = this.#cursor.peek(1);
    const isBeforeBracket = next.kind === '(' || next.kind === '[';
    const row = meantRowWord(name, this.#grammar);
    if (row !== undefined && (isBeforeBracket || (row.word === name && row.isReserved))) {
      return { operand: readEdit(this.#reader, row, context, isRight) };
    }
    if (!isBeforeBracket) {
      return undefined;
    }
    const isGlued = next.span.start === this.#cursor.peek().span.end;
    if (this.#grammar.calls.has(name) ? next.kind === '(' || isGlued : next.hasArguments) {
      return { operand: readCall(this.#reader, context) };
    }
    const isMisspelt = isGlued && next.kind === '(' && nearest(name, this.#grammar.calls.keys()) !== undefined;
    return isMisspelt ? { operand: readCall(this.#reader, context) } : undefined;
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
    while (isSeparator(this.#cursor.peek()) && !this.#problems.isFull) {
      const token = this.#cursor.next();
      const message = `"${this.#cursor.written(token)}" belongs inside the brackets of a call`;
      this.#problems.add('EXPRESSION_SYNTAX', token.span, message, 'Write ⊖ or ⊕ between operands.');
      this.#sum(context);
    }
    const span = this.#close(open);
    return value && span && { kind: 'value', value, span };
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
