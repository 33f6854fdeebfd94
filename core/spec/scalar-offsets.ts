/** Offsets in the value of a YAML scalar → offsets in the spec's text, so that a caret points at the exact character. */
import type { Span } from '../diagnostic.js';
import type { YamlScalar } from './yaml-tree.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * The place in the spec of each UTF-16 unit of a text scalar's value: `places[i]` is the offset of unit i,
 * `places[length]` the end. Quotes, escapes, folded lines and indentation are followed.
 *
 * @returns undefined when value and text do not match up (then the whole scalar is marked)
 */
export function scalarPlaces(text: string, scalar: YamlScalar): readonly number[] | undefined {
  const value = String(scalar.value);
  const places: number[] = [];
  let at = scalarStart(text, scalar);
  for (let i = 0; i < value.length;) {
    const unit = value.charAt(i);
    if (scalar.style === 'double' && text.charAt(at) === '\\') {
      const escape = readEscape(text, at);
      if (!value.startsWith(escape.value, i)) {
        return undefined;
      }
      places.push(...Array.from({ length: escape.value.length }, () => at));
      i += escape.value.length;
      at += escape.length;
    } else if (isBlank(unit) && at >= text.length) {
      // A block ends with a line break even where the text does not.
      places.push(at);
      i += 1;
    } else if (isBlank(unit) && isBlank(text.charAt(at))) {
      // A run of blanks in the value is a run in the text, though folding and indentation change its length.
      const valueEnd = skipBlanks(value, i);
      const textEnd = skipBlanks(text, at);
      for (; i < valueEnd; i++) {
        places.push(Math.min(at++, textEnd - 1));
      }
      at = textEnd;
    } else if (text.charAt(at) === unit) {
      places.push(at);
      i += 1;
      at += scalar.style === 'single' && unit === "'" ? 2 : 1;
    } else {
      return undefined;
    }
  }
  places.push(at);
  return places;
}

/** A span of a scalar's value as a span of the spec's text. */
export function spanInScalar(places: readonly number[] | undefined, scalar: YamlScalar, span: Span): Span {
  const start = scalar.value === '' ? undefined : places?.[span.start];
  const last = places?.[Math.max(span.start, span.end - 1)];
  return start === undefined || last === undefined ? scalar.span : { start, end: Math.max(start, last) + 1 };
}

function scalarStart(text: string, scalar: YamlScalar): number {
  const { start } = scalar.span;
  if (scalar.style === 'block') {
    // After the header line; the indentation of the first line is no part of the value.
    const firstLine = text.indexOf('\n', start) + 1;
    return isBlank(String(scalar.value).charAt(0)) ? firstLine : skipBlanks(text, firstLine);
  }
  return scalar.style === 'plain' ? start : start + 1;
}

function readEscape(text: string, at: number): { readonly value: string; readonly length: number } {
  const letter = text.charAt(at + 1);
  const hexLength = HEX_LENGTH[letter];
  if (hexLength !== undefined) {
    const code = Number.parseInt(text.slice(at + 2, at + 2 + hexLength), 16);
    return { value: code <= 0x10ffff ? String.fromCodePoint(code) : letter, length: 2 + hexLength };
  }
  if (letter === '\n' || letter === '\r') {
    // An escaped line break joins the lines without a blank.
    return { value: '', length: skipBlanks(text, at + 1) - at };
  }
  return { value: ESCAPES[letter] ?? letter, length: 2 };
}

function isBlank(unit: string): boolean {
  return unit === ' ' || unit === '\t' || unit === '\n' || unit === '\r';
}

function skipBlanks(text: string, at: number): number {
  let end = at;
  while (end < text.length && isBlank(text.charAt(end))) {
    end++;
  }
  return end;
}
