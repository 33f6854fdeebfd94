/** Text → tokens. Every doubtful sign is decided here, so that the parser sees operators only where they are meant. */
import type { Span } from '../diagnostic.js';
import { parseDecimal } from './decimal.js';
import { NAME_PATTERN, normaliseName } from './names.js';
import type { ExpressionProblem, ExpressionProblemCode } from './problem.js';
import type { Decimal } from './types.js';

/** One token; `end` closes the list. */
export type Token =
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  /** `value` is undefined for a number that was refused (and reported). */
  | { readonly kind: 'number'; readonly value: Decimal | undefined; readonly span: Span }
  | { readonly kind: 'operator'; readonly operator: '⊖' | '⊕'; readonly span: Span }
  | { readonly kind: 'times' | '|' | '[' | ']' | '(' | ')' | 'end'; readonly span: Span };

const BLANKS = /\s+/uy;
const NAME = new RegExp(NAME_PATTERN, 'uy');
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/uy;
/** What may not follow a number directly: `0.8x`, `1.2.3`. */
const GLUED = /[\p{L}\p{M}\p{Nd}_.⁺⁻]+/uy;
const SIGN_OF_NUMBER = /[-+−](?=\.?\d)/uy;
const MEANINGFUL = /[\s\p{L}\p{Nd}.⊖⊕\-+−·*·|[\]()]/u;

/** What a character that has no meaning is most likely to mean; it is read as that after it was reported. */
const LOOKALIKES: Readonly<Record<string, '⊖' | '⊕' | '·' | '|' | '[' | ']'>> = {
  '–': '⊖',
  '—': '⊖',
  '‐': '⊖',
  '‑': '⊖',
  '－': '⊖',
  '⊝': '⊖',
  '∖': '⊖',
  '\\': '⊖',
  '＋': '⊕',
  '×': '·',
  '⋅': '·',
  '∙': '·',
  '•': '·',
  ',': '|',
  '{': '[',
  '}': ']',
};

const ADVICE: Readonly<Record<string, string>> = {
  '/': 'Write the quotient as a decimal coefficient: 0.5·x.',
  ',': 'Write Ext(x | y) to extract x with respect to y.',
};

/** What a character looks like in a message: itself, or its code point when it cannot be seen. */
function shown(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `"${character}"` : `U+${code}`;
}

/** Tokens and problems of a text; never throws, linear in the length. */
export function tokenize(text: string): { readonly tokens: readonly Token[]; readonly problems: ExpressionProblem[] } {
  const tokens: Token[] = [];
  const problems: ExpressionProblem[] = [];
  let at = 0;

  const report = (code: ExpressionProblemCode, span: Span, message: string, hint: string): void => {
    problems.push({ code, message, span, hint });
  };
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? '';
  };
  const isBlank = (place: number): boolean => /^\s?$/u.test(text.charAt(place));

  const readNumber = (written: string): void => {
    const span = { start: at, end: at + written.length };
    const value = parseDecimal(written);
    at = span.end;
    const glued = match(GLUED);
    if (glued !== '') {
      const all = written + glued;
      const isTerm = /^\p{L}/u.test(glued) && !written.endsWith('.');
      const hint = isTerm ? `Write ${written}·${glued}.` : 'Write a decimal number such as 0.8 or 8e-1.';
      report('EXPRESSION_SYNTAX', { start: span.start, end: span.end + glued.length }, `"${all}" is no number`, hint);
      // What starts like a name is read as one next, so that only this problem is told.
      at += /^\p{L}/u.test(glued) ? 0 : glued.length;
    } else if (value === undefined) {
      const hint = 'Write a number that float64 can hold.';
      report('EXPRESSION_COEFFICIENT', span, `λ must be a finite number, got ${written.slice(0, 40)}`, hint);
    }
    tokens.push({ kind: 'number', value: glued === '' ? value : undefined, span });
  };

  const readSign = (sign: string): void => {
    const span = { start: at, end: at + 1 };
    const operator = sign === '+' ? '⊕' : '⊖';
    const last = tokens.at(-1)?.kind;
    const afterOperand = last === 'name' || last === 'number' || last === ']' || last === ')';
    const separated = isBlank(at - 1) && isBlank(at + 1);
    if (!separated && !afterOperand && match(SIGN_OF_NUMBER) !== '') {
      at += 1;
      const written = match(NUMBER);
      const whole = { start: span.start, end: at + written.length };
      const hint = sign === '+' ? `Write ${written}.` : `To add, say ⊕ ${written}·x; λ is never negative.`;
      const what = sign === '+' ? 'a coefficient has no sign' : 'a coefficient is never negative';
      report('EXPRESSION_COEFFICIENT', whole, `${what}, got ${sign}${written}`, hint);
      readNumber(written);
      return;
    }
    if (!separated) {
      const hint = `Write ${operator}, or put blanks on both sides of ${sign}.`;
      report('EXPRESSION_BLANKS', span, `"${sign}" is an operator only between blanks`, hint);
    }
    tokens.push({ kind: 'operator', operator, span });
    at += 1;
  };

  const readOther = (character: string): void => {
    const start = at;
    const message = `${shown(character)} has no meaning in an expression`;
    const meant = LOOKALIKES[character];
    if (meant !== undefined) {
      at += character.length;
      const span = { start, end: at };
      report('EXPRESSION_CHARACTER', span, message, ADVICE[character] ?? `Write ${meant}.`);
      const isOperator = meant === '⊖' || meant === '⊕';
      tokens.push(
        isOperator ? { kind: 'operator', operator: meant, span } : { kind: meant === '·' ? 'times' : meant, span },
      );
      return;
    }
    for (let next = character; next !== '' && !MEANINGFUL.test(next) && !(next in LOOKALIKES);) {
      at += next.length;
      next = String.fromCodePoint(text.codePointAt(at) ?? 0x20);
    }
    at = Math.max(at, start + character.length);
    const hint =
      ADVICE[character] ?? 'Write names, ⊖, ⊕, brackets, coefficients such as 0.8·x, and Ext(x) or Ext(x | y).';
    report('EXPRESSION_CHARACTER', { start, end: at }, message, hint);
  };

  for (;;) {
    at += match(BLANKS).length;
    if (at >= text.length) {
      tokens.push({ kind: 'end', span: { start: text.length, end: text.length } });
      return { tokens, problems };
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const span = { start: at, end: at + 1 };
    const name = match(NAME);
    const number = match(NUMBER);
    if (name !== '') {
      at += name.length;
      tokens.push({ kind: 'name', name: normaliseName(name), span: { start: span.start, end: at } });
    } else if (number !== '') {
      readNumber(number);
    } else if (character === '⊖' || character === '⊕') {
      tokens.push({ kind: 'operator', operator: character, span });
      at += 1;
    } else if (character === '-' || character === '+' || character === '−') {
      readSign(character);
    } else if (character === '*' || character.normalize('NFC') === '·') {
      tokens.push({ kind: 'times', span });
      at += 1;
    } else if (isBracket(character)) {
      tokens.push({ kind: character, span });
      at += 1;
    } else {
      readOther(character);
    }
  }
}

function isBracket(character: string): character is '|' | '[' | ']' | '(' | ')' {
  return character.length === 1 && '|[]()'.includes(character);
}
