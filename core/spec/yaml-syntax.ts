/** What the YAML library says about a text, in our words: what is wrong, and what to write instead. */
import { Lexer, type YAMLError } from 'yaml';
import type { Span } from '../diagnostic.js';
import { MARKS } from './yaml-bounds.js';

/** A problem in words. */
interface Described {
  readonly message: string;
  readonly hint: string;
}

/** By how the library's message begins; the rest of it is `detail`. */
const PHRASES: readonly (readonly [begin: RegExp, describe: (detail: string) => Described])[] = [
  [
    /^Nested mappings are not allowed in compact mappings/,
    () => ({
      message: 'a value continues as a map',
      hint: 'Put a value that holds a colon in quotes, or indent keys below a key that has no value on its own line.',
    }),
  ],
  [
    /^A block sequence may not be used as an implicit map key/,
    () => ({ message: 'a list where a key is expected', hint: 'Write the key of the list on the line before it.' }),
  ],
  [
    /^Missing closing (.)quote/,
    (quote) => ({ message: `a string that begins with ${quote} is never closed`, hint: `Write the missing ${quote}.` }),
  ],
  [
    /^Plain value cannot start with (.*)/,
    (sign) => ({ message: `a value cannot begin with the ${sign}`, hint: 'Put the value in quotes.' }),
  ],
  [
    /^All (?:mapping|sequence) items must start at the same column/,
    () => ({
      message: 'the lines of one map or list begin at different columns',
      hint: 'Indent this line like the others of its map or list.',
    }),
  ],
  [
    /^Flow (?:map|sequence) in block collection must be .* end with a (.)/,
    (sign) => ({
      message: `a bracket is never closed by ${sign}`,
      hint: `Write the missing ${sign} before this line.`,
    }),
  ],
  [
    /^Invalid escape sequence (.*)/,
    (sign) => ({
      message: `${sign} means nothing in double quotes`,
      hint: 'Write \\\\ for a backslash, or use single quotes.',
    }),
  ],
  [
    /^Tabs are not allowed as indentation/,
    () => ({ message: 'the line is indented by a tab', hint: 'Indent it with spaces.' }),
  ],
  [
    /^Block scalar header includes extra characters/,
    () => ({
      message: 'text on the same line as its | or >',
      hint: 'Begin the text on the next line, indented, or put it in quotes.',
    }),
  ],
  [
    /^Unexpected .* at node end/,
    () => ({ message: 'text after the end of a value', hint: 'Put the whole value in quotes.' }),
  ],
  [
    /^Missing ,/,
    () => ({ message: 'a comma is missing between two items', hint: 'Write a comma, or put the value in quotes.' }),
  ],
  [/^Missing space after :/, () => ({ message: 'a space is missing after a colon', hint: 'Write a space after it.' })],
];

/** The slip that this language invites: an expression that begins with a bracket and has no quotes. */
const BARE_EXPRESSION = /[:-]\s*\[.*(?:[⊖⊕]|Ext\s*\()/u;

/** Describes an error of the library. */
export function describeSyntax({ code, message, pos: [start] }: YAMLError, text: string): Described {
  const lineStart = text.lastIndexOf('\n', Math.max(0, start - 1)) + 1;
  const lineEnd = text.indexOf('\n', start);
  const line = text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd);
  const described =
    code === 'MULTILINE_IMPLICIT_KEY' || message.startsWith('Implicit map keys need to be followed by map values')
      ? describeKey(line, text.slice(start, lineStart + line.length).trim())
      : describePhrase(message);
  return BARE_EXPRESSION.test(line) ? { ...described, hint: 'Put the expression in quotes.' } : described;
}

/** A line that should begin with a key and its colon. */
function describeKey(line: string, rest: string): Described {
  if (rest.startsWith('- ')) {
    const hint = 'Write the key of the list on the line before it, and indent the items below that.';
    return { message: 'a list item where a key is expected', hint };
  }
  if (
    !line
      .trimStart()
      .replace(/^(?:- +)+/, '')
      .startsWith(rest)
  ) {
    const message = 'a key within brackets continues on another line';
    return { message, hint: 'Close the bracket, or write a comma between the items.' };
  }
  const [key = '', value = ''] = splitKey(rest.slice(0, 100));
  const message = `the key "${key}" has no colon`;
  return rest.startsWith(`${key}:`)
    ? { message: `the colon after "${key}" has no space after it`, hint: `Write ${key}: ${value}` }
    : { message, hint: value === '' ? `Write ${key}: and its value.` : `Write ${key}: ${value}` };
}

/** The word that should be a key, and what follows it in its line. */
function splitKey(rest: string): readonly string[] {
  const [, key = rest, value = ''] = /^([^\s:]+)[\s:]*(.*)$/u.exec(rest) ?? [];
  return [key, value];
}

function describePhrase(message: string): Described {
  const [line = ''] = message.split('\n');
  for (const [begin, describe] of PHRASES) {
    const match = begin.exec(line);
    if (match !== null) {
      return describe(match[1] ?? '');
    }
  }
  return {
    message: line.slice(0, 200),
    hint: 'Put the value in quotes, or compare the line with the examples of docs/spec.md.',
  };
}

/** Where the quote is that has no end: the library notices it only at the end of the file. */
export function openQuote({ message }: YAMLError, text: string): Span | undefined {
  const quote = /^Missing closing (.)quote/.exec(message)?.[1];
  let at = 0;
  let span: Span | undefined;
  for (const token of quote === undefined ? [] : new Lexer().lex(text)) {
    if (token.startsWith(quote ?? '')) {
      span = { start: at, end: at + 1 };
    }
    at += MARKS.has(token) ? 0 : token.length;
  }
  return span;
}

/** What to say of `{ key: ${name} }`, whose braces YAML takes for a map. */
export function unquotedPlaceholder(text: string, near: number): Described & { readonly span: Span } {
  const start = text.lastIndexOf('${', near);
  const placeholder = /^\$\{[^}\n]{0,60}\}?/.exec(text.slice(start))?.[0] ?? '${';
  return {
    message: 'a placeholder inside [ ] or { } needs quotes',
    hint: `Write "${placeholder}"; it still has the type of its value.`,
    span: { start, end: start + placeholder.length },
  };
}
