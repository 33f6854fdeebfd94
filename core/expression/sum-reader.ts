/** What the readers of edits and calls need of the parser, which reads the expressions within them. */
import type { Span } from '../diagnostic.js';
import type { Grammar } from './grammar.js';
import type { Token } from './token.js';
import type { ProblemList } from './problem-list.js';
import type { TokenCursor } from './token-cursor.js';
import type { Expression } from './types.js';

/** The place of a sum, which decides which operators of rows are allowed. */
export interface Context {
  readonly depth: number;
  /** The word of the operator of rows whose operand this is, so that no other one may stand here. */
  readonly inside: string | undefined;
  /** Whether the sum is a right operand, so that `Ext(x | y)` may lead it. */
  readonly isRightOperand: boolean;
}

/** Reads sums, and keeps brackets in order. */
export interface SumReader {
  readonly cursor: TokenCursor;
  readonly problems: ProblemList;
  readonly grammar: Grammar;
  /** A sum up to what ends it; undefined when it has a problem. */
  readonly sum: (context: Context) => Expression | undefined;
  /** Passes over a sum in a place that allows none; its names are not looked up. */
  readonly passOver: (context: Context) => void;
  /** Whether brackets may be nested this deep; else that is reported, and the rest of the text left out. */
  readonly enter: (context: Context, span: Span) => boolean;
  /** Reads the closing bracket; undefined (and a problem) when there is none. */
  readonly close: (open: Token) => Span | undefined;
}
