/** Finds what is nested too deep or holds too much, before anything recurses into it or builds a tree of it. */
import { Lexer } from 'yaml';
import type { Span } from '../diagnostic.js';

/** Deepest nesting of lists and maps; the deepest place that means anything is at 6. */
export const MAX_DEPTH = 64;

/**
 * Most words and signs of a spec, as the lexer counts them. The parser takes about 5 µs and 3 KB for each, so a text of
 * 1 MiB that is nothing but brackets would take many seconds and more than a gigabyte.
 */
export const MAX_TOKENS = 100_000;

/** A text that is not parsed, and where it goes beyond the limit. */
export interface YamlExcess {
  readonly limit: 'depth' | 'tokens';
  readonly span: Span;
}

/** Tokens of the lexer that stand for nothing in the text: start of a document, end by error, "a scalar follows". */
export const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);

/**
 * Where a text opens its bracket, or the list or key mark within one line, number {@link MAX_DEPTH} + 1, or where token
 * {@link MAX_TOKENS} + 1 begins. The parser recurses, and a file of a hundred thousand `{` ends the process instead of
 * being refused (yaml 2.9.1, Node 20).
 */
export function findExcess(text: string): YamlExcess | undefined {
  let at = 0;
  let tokens = 0;
  let brackets = 0;
  let marks = 0;
  let isScalar = false;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.has(token)) {
      isScalar = token === '\u001f';
      continue;
    }
    if (!isScalar) {
      brackets = Math.max(0, brackets + (isOneOf(token, '[{') ? 1 : isOneOf(token, ']}') ? -1 : 0));
      marks = token.startsWith('\n') || token.startsWith('\r') ? 0 : marks + (isOneOf(token, '-?:') ? 1 : 0);
      if (brackets > MAX_DEPTH || (brackets === 0 && marks > MAX_DEPTH)) {
        return { limit: 'depth', span: { start: at, end: at + token.length } };
      }
    }
    if (++tokens > MAX_TOKENS) {
      return { limit: 'tokens', span: { start: at, end: at + token.length } };
    }
    isScalar = false;
    at += token.length;
  }
  return undefined;
}

function isOneOf(token: string, signs: string): boolean {
  return token.length === 1 && signs.includes(token);
}
