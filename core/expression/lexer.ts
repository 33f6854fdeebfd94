/** Text → tokens. Every doubtful sign is decided here, so that the parser sees operators only where they are meant. */
import type { Span } from '../diagnostic.js';
import { parseDecimal } from './decimal.js';
import { GRAMMAR, meantRowWord, rowForms, type Grammar } from './grammar.js';
import { ADVICE, LOOKALIKES, lookalike, shown } from './lookalikes.js';
import { NAME_PATTERN, normaliseName } from './names.js';
import type { ExpressionProblem, ExpressionProblemCode } from './problem.js';
import type { Token } from './token.js';

const BLANKS = /\s+/uy;
const NAME = new RegExp(NAME_PATTERN, 'uy');
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/uy;
/** What may not follow a number directly: `0.8x`, `1.2.3`. */
const GLUED = /[\p{L}\p{M}\p{Nd}_.⁺⁻]+/uy;
const SIGN_OF_NUMBER = /[-+−](?=\.?\d)/uy;
const BLANK = /^\s?$/u;
const MEANINGFUL = /[\s\p{L}\p{Nd}.⊖⊕\-+−·*·|[\]()]/u;

/**
 * Tokens and problems of a text; never throws, linear in the length.
 *
 * @param words - words before brackets
 */
export function tokenize(
  text: string,
  words: Grammar = GRAMMAR,
): { readonly tokens: readonly Token[]; readonly problems: ExpressionProblem[] } {
  return new Lexer(text, words).read();
}

class Lexer {
  readonly #text: string;
  readonly #words: Grammar;
  readonly #tokens: Token[] = [];
  readonly #problems: ExpressionProblem[] = [];
  /** Brackets that are open here: the place of their token, if they may be those of a call. */
  readonly #open: (number | undefined)[] = [];
  #at = 0;

  constructor(text: string, words: Grammar) {
    this.#text = text;
    this.#words = words;
  }

  read(): { readonly tokens: readonly Token[]; readonly problems: ExpressionProblem[] } {
    for (;;) {
      this.#at += this.#match(BLANKS).length;
      if (this.#at >= this.#text.length) {
        const { length } = this.#text;
        this.#tokens.push({ kind: 'end', span: { start: length, end: length } });
        return { tokens: this.#tokens, problems: this.#problems };
      }
      this.#readToken();
    }
  }

  #readToken(): void {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    const name = this.#match(NAME);
    const number = this.#match(NUMBER);
    if (name !== '') {
      this.#tokens.push({ kind: 'name', name: normaliseName(name), span: this.#take(name.length) });
    } else if (number !== '') {
      this.#readNumber(number);
    } else if (character === '⊖' || character === '⊕') {
      this.#tokens.push({ kind: 'operator', operator: character, span: this.#take(1) });
    } else if (character === '-' || character === '+' || character === '−') {
      this.#readSign(character);
    } else if (character === '*' || character.normalize('NFC') === '·') {
      this.#tokens.push({ kind: 'times', span: this.#take(1) });
    } else if (character === '(' || character === '[') {
      this.#open.push(this.#mayBeCall(character) ? this.#tokens.length : undefined);
      this.#tokens.push({ kind: character, hasArguments: false, span: this.#take(1) });
    } else if (character === ')' || character === ']') {
      this.#open.pop();
      this.#tokens.push({ kind: character, span: this.#take(1) });
    } else if (character === '|') {
      this.#tokens.push({ kind: '|', span: this.#take(1) });
    } else if (!((character === ',' || character === ':') && this.#readSeparator(character))) {
      this.#readOther(character);
    }
  }

  #report(code: ExpressionProblemCode, span: Span, message: string, hint: string): void {
    this.#problems.push({ code, message, span, hint });
  }

  /** What of the text matches here. */
  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0] ?? '';
  }

  /** Goes on by so many places, and tells which ones. */
  #take(length: number): Span {
    const start = this.#at;
    this.#at += length;
    return { start, end: this.#at };
  }

  /** A name before a bracket, if it is directly before it or is a call's word; other words of the language have their own rules. */
  #mayBeCall(bracket: '(' | '['): boolean {
    const last = this.#tokens.at(-1);
    if (last?.kind !== 'name' || meantRowWord(last.name, this.#words) !== undefined) {
      return false;
    }
    return this.#words.calls.has(last.name) || (bracket === '(' && last.span.end === this.#at);
  }

  /** `,` and `:` within what may be a call. */
  #readSeparator(separator: ',' | ':'): boolean {
    const place = this.#open.at(-1);
    const open = place === undefined ? undefined : this.#tokens[place];
    if (place === undefined || (open?.kind !== '(' && open?.kind !== '[')) {
      return false;
    }
    this.#tokens[place] = { ...open, hasArguments: true };
    this.#tokens.push({ kind: separator, span: this.#take(1) });
    return true;
  }

  /** @param sign - of a number that may have one: that of an option */
  #readNumber(written: string, sign = ''): void {
    const isOption = this.#tokens.at(-1)?.kind === ':';
    const start = this.#at - sign.length;
    const span = { start, end: this.#take(written.length).end };
    const value = parseDecimal((sign === '−' ? '-' : sign) + written);
    const glued = this.#match(GLUED);
    if (glued !== '') {
      const all = written + glued;
      const isTerm = /^\p{L}/u.test(glued) && !written.endsWith('.') && !isOption;
      const hint = isTerm ? `Write ${written}·${glued}.` : 'Write a decimal number such as 0.8 or 8e-1.';
      const whole = { start, end: span.end + glued.length };
      this.#report('EXPRESSION_SYNTAX', whole, `"${all}" is not a number`, hint);
      // What starts like a name is read as one next, so that only this problem is told.
      this.#at += /^\p{L}/u.test(glued) && !isOption ? 0 : glued.length;
    } else if (value === undefined) {
      const hint = 'Write a number that float64 can hold.';
      const what = isOption ? 'an option' : 'λ';
      this.#report(
        'EXPRESSION_COEFFICIENT',
        span,
        `${what} must be a finite number, got ${written.slice(0, 40)}`,
        hint,
      );
    }
    this.#tokens.push({ kind: 'number', value: glued === '' ? value : undefined, span });
  }

  #readSign(sign: string): void {
    const span = { start: this.#at, end: this.#at + 1 };
    const operator = sign === '+' ? '⊕' : '⊖';
    const last = this.#tokens.at(-1)?.kind;
    const afterOperand = last === 'name' || last === 'number' || last === ']' || last === ')';
    const separated = BLANK.test(this.#text.charAt(this.#at - 1)) && BLANK.test(this.#text.charAt(this.#at + 1));
    if (!separated && !afterOperand && this.#match(SIGN_OF_NUMBER) !== '') {
      this.#at += 1;
      const written = this.#match(NUMBER);
      if (last === ':') {
        this.#readNumber(written, sign);
        return;
      }
      const whole = { start: span.start, end: this.#at + written.length };
      const hint = sign === '+' ? `Write ${written}.` : `To add, write ⊕ ${written}·x; λ is never negative.`;
      const what = sign === '+' ? 'a coefficient has no sign' : 'a coefficient is never negative';
      this.#report('EXPRESSION_COEFFICIENT', whole, `${what}, got ${sign}${written}`, hint);
      this.#readNumber(written);
      return;
    }
    if (!separated) {
      const hint = `Write ${operator}, or put blanks on both sides of ${sign}.`;
      this.#report('EXPRESSION_BLANKS', span, `"${sign}" is an operator only between blanks`, hint);
    }
    this.#tokens.push({ kind: 'operator', operator, span: this.#take(1) });
  }

  /** What has no meaning: read as what it most likely means, or left out. */
  #readOther(character: string): void {
    const start = this.#at;
    const message = `${shown(character)} has no meaning in an expression`;
    const meant = LOOKALIKES[character];
    if (meant !== undefined) {
      const span = this.#take(character.length);
      this.#report('EXPRESSION_CHARACTER', span, message, ADVICE[character] ?? `Write ${meant}.`);
      this.#tokens.push(lookalike(meant, span));
      if (meant === '[') {
        this.#open.push(undefined);
      } else if (meant === ']') {
        this.#open.pop();
      }
      return;
    }
    for (let next = character; next !== '' && !MEANINGFUL.test(next) && !(next in LOOKALIKES);) {
      this.#at += next.length;
      next = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0x20);
    }
    this.#at = Math.max(this.#at, start + character.length);
    const hint =
      ADVICE[character] ?? `Write names, ⊖, ⊕, brackets, coefficients such as 0.8·x, and ${this.#rowForms()}.`;
    this.#report('EXPRESSION_CHARACTER', { start, end: this.#at }, message, hint);
  }

  #rowForms(): string {
    return [...this.#words.rows.values()].map(rowForms).join(', ');
  }
}
