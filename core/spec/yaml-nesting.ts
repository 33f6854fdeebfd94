/** Finds brackets and list marks that are nested too deep, before anything recurses into them. */
import { Lexer } from 'yaml';
import type { Span } from '../diagnostic.js';

/** Deepest nesting of lists and maps; the deepest place that means anything is at 6. */
export const MAX_DEPTH = 64;

/** Tokens of the lexer that stand for nothing in the text: start of a document, end by error, "a scalar follows". */
const MARKS = new Set(['\u0002', '\u0018', '\u001f']);

/**
 * Where a text opens its bracket, or the list or key mark within one line, number {@link MAX_DEPTH} + 1. The parser
 * recurses, and a file of a hundred thousand `{` ends the process instead of being refused (yaml 2.9.1, Node 20).
 */
export function findDeepNesting(text: string): Span | undefined {
  let at = 0;
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
        return { start: at, end: at + token.length };
      }
    }
    isScalar = false;
    at += token.length;
  }
  return undefined;
}

function isOneOf(token: string, signs: string): boolean {
  return token.length === 1 && signs.includes(token);
}
