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
 * A mistake is reported where it stands and parsing goes on, so that all mistakes of a text are told at once.
 */
import type { CallSyntax } from '../algebra/operators/operator.js';
import { nearest, type Span } from '../diagnostic.js';
import { CallArguments } from './call-arguments.js';
import { CoefficientReader } from './coefficient-reader.js';
import { GRAMMAR, meantRowWord, rowForms, type Grammar, type RowWord } from './grammar.js';
import { type Token, tokenize } from './lexer.js';
import { ProblemList } from './problem-list.js';
import type { ExpressionProblem } from './problem.js';
import { TokenCursor } from './token-cursor.js';
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

/** Where a sum stands; it decides which operators of rows are allowed. */
interface Context {
  readonly depth: number;
  /** The word of the operator of rows whose operand this is, so that no other one may stand here. */
  readonly inside: string | undefined;
  /** Whether the sum is a right operand, so that `Ext(x | y)` may lead it. */
  readonly isRightOperand: boolean;
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

  constructor(text: string, variables: ReadonlySet<string>, grammar: Grammar) {
    const { tokens, problems } = tokenize(text, grammar);
    this.#grammar = grammar;
    this.#cursor = new TokenCursor(text, tokens);
    this.#problems = new ProblemList(problems);
    this.#coefficients = new CoefficientReader(this.#cursor, variables, this.#problems);
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
      return { operand: this.#edit(row, context, isRight) };
    }
    if (!isBeforeBracket) {
      return undefined;
    }
    const isGlued = next.span.start === this.#cursor.peek().span.end;
    if (this.#grammar.calls.has(name) ? next.kind === '(' || isGlued : next.hasArguments) {
      return { operand: this.#call(context) };
    }
    const isMisspelt = isGlued && next.kind === '(' && nearest(name, this.#grammar.calls.keys()) !== undefined;
    return isMisspelt ? { operand: this.#call(context) } : undefined;
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

  /** `Ext(x)` or `Ext(x | y)`. */
  #edit(row: RowWord, context: Context, isRight: boolean): Operand | undefined {
    const name = this.#cursor.next();
    const open = this.#cursor.peek();
    const { word } = row;
    if (open.kind !== '(' && open.kind !== '[') {
      const message = `"${word}" is reserved for ${row.noun.replace(/^an? /, '')}`;
      this.#problems.add('EXPRESSION_EXT', name.span, message, `Write ${rowForms(row)}.`);
      return undefined;
    }
    const written = this.#cursor.written(name);
    if (written !== word) {
      this.#problems.add('EXPRESSION_EXT', name.span, `"${written}" is no function`, `Did you mean ${word}?`);
    } else if (open.kind === '[') {
      this.#problems.add('EXPRESSION_EXT', name.span, `${word} takes round brackets`, `Write ${rowForms(row)}.`);
    } else if (context.inside !== undefined) {
      const hint = `Make the inner ${row.noun.replace(/^an? /, '')} a term of its own: x ⊖ ${context.inside}(y) ⊖ ${word}(z).`;
      const outer = context.inside === word ? `another ${word}` : context.inside;
      this.#problems.add('EXPRESSION_EXT', name.span, `${word} cannot stand inside ${outer}`, hint);
    }
    const inner = { depth: context.depth + 1, inside: word, isRightOperand: false };
    this.#cursor.next();
    if (!this.#enter(inner, open.span)) {
      return undefined;
    }
    const value = this.#sum(inner);
    const hasBar = this.#cursor.skip('|');
    const reference = hasBar ? this.#sum(inner) : undefined;
    while (this.#cursor.peek().kind === '|' && !this.#problems.isFull) {
      const hint = `Write ${word}(x | y) with one y, which may be a sum: ${word}(x | [y ⊕ z]).`;
      this.#problems.add('EXPRESSION_SYNTAX', this.#cursor.next().span, `${word} takes one reference`, hint);
      this.#sum(inner);
    }
    const close = this.#close(open);
    const span = { start: name.span.start, end: close?.end ?? open.span.end };
    if (!isRight && context.inside === undefined && !(hasBar && context.isRightOperand)) {
      this.#reportHeadEdit(row, hasBar, span);
    }
    return value && (reference !== undefined || !hasBar)
      ? { kind: 'edit', operator: row.operator, value, reference, span }
      : undefined;
  }

  #reportHeadEdit({ word, noun, refersTo }: RowWord, hasBar: boolean, span: Span): void {
    if (hasBar) {
      const hint = `Write base ⊕ ${word}(x | y) for the ${noun.replace(/^an? /, '')} alone.`;
      const message = `${word}(x | y) stands only where a right operand may`;
      this.#problems.add('EXPRESSION_EXT', span, message, hint);
    } else {
      const hint = `Write expert ⊖ ${word}(x), or name ${refersTo}: ${word}(x | y).`;
      this.#problems.add('EXPRESSION_EXT', span, `${word}(x) needs a left operand in its own bracket`, hint);
    }
  }

  /** `compress(x, rank: 16)`. What it is made of is an expression of its own, whatever stands around the call. */
  #call(context: Context): Operand | undefined {
    const name = this.#cursor.next();
    const open = this.#cursor.next();
    const word = this.#cursor.written(name);
    const syntax = this.#grammar.calls.get(word);
    if (syntax === undefined) {
      this.#problems.add('EXPRESSION_CALL', name.span, `"${word}" is no function`, this.#adviseCall(word));
    } else if (open.kind === '[') {
      this.#problems.add('EXPRESSION_CALL', name.span, `${word} takes round brackets`, `Write ${syntax.example}.`);
    }
    const inner = { depth: context.depth + 1, inside: undefined, isRightOperand: false };
    if (!this.#enter(inner, open.span)) {
      return undefined;
    }
    const given = new CallArguments(word, syntax ?? ANY_CALL, this.#problems);
    const count = this.#problems.count;
    if (!isClosing(this.#cursor.peek())) {
      do {
        this.#argument(given, inner, syntax !== undefined);
      } while (this.#skipComma());
    }
    const close = this.#close(open);
    if (syntax !== undefined && close !== undefined) {
      given.finish(name.span, { start: close.end - 1, end: close.end });
    }
    const span = { start: name.span.start, end: close?.end ?? open.span.end };
    return syntax === undefined || close === undefined || this.#problems.count > count
      ? undefined
      : { kind: 'call', operator: word, operands: given.operands, options: given.options, span };
  }

  /** The comma after an argument; a bar or a colon there is reported and read as one. */
  #skipComma(): boolean {
    const token = this.#cursor.peek();
    if (token.kind === '|' || token.kind === ':') {
      const message = `"${token.kind}" does not separate the arguments of a call`;
      this.#problems.add('EXPRESSION_CALL', token.span, message, 'Write a comma between arguments.');
      this.#cursor.next();
      return !this.#problems.isFull;
    }
    return this.#cursor.skip(',') && !this.#problems.isFull;
  }

  /** @param isKnown - whether the call is one; else its arguments are only passed over */
  #argument(given: CallArguments, context: Context, isKnown: boolean): void {
    const first = this.#cursor.peek();
    if (first.kind !== 'name' || this.#cursor.peek(1).kind !== ':') {
      const operand = this.#sum(context);
      if (isKnown) {
        given.addOperand(operand, first.span);
      }
      return;
    }
    this.#cursor.next();
    this.#cursor.next();
    const name = this.#cursor.written(first);
    if (isKnown) {
      given.nameOption(name, first.span);
    }
    const value = this.#cursor.peek();
    const isNumber = value.kind === 'number' && endsSum(this.#cursor.peek(1));
    if (isNumber) {
      this.#cursor.next();
      given.setOption(name, value.value, value.span);
      return;
    }
    const written = endsSum(value) ? 'none' : `"${this.#cursor.written(value)}"`;
    given.refuseValue(name, written, endsSum(value) ? first.span : value.span);
    if (!endsSum(value)) {
      const { length } = this.#references;
      this.#sum(context);
      // Whatever names stand there mean nothing.
      this.#references.length = length;
    }
  }

  #adviseCall(word: string): string {
    const rows = [...this.#grammar.rows.values()];
    const examples = [...rows.map(rowForms), ...[...this.#grammar.calls.values()].map(({ example }) => example)];
    const near = nearest(word, [...this.#grammar.rows.keys(), ...this.#grammar.calls.keys()]);
    return near === undefined ? `Write ${examples.join(', or ')}.` : `Did you mean ${near}?`;
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

/** Stands for what an unknown function takes. */
const ANY_CALL: CallSyntax = { operands: { least: 0, most: Infinity }, options: {}, example: '' };

function isSeparator({ kind }: Token): boolean {
  return kind === ',' || kind === ':';
}

function isClosing({ kind }: Token): boolean {
  return kind === ')' || kind === ']' || kind === 'end';
}

function endsSum(token: Token): boolean {
  return isClosing(token) || isSeparator(token) || token.kind === '|';
}
