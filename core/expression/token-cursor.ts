/** A place in a list of tokens. */
import type { Token } from './token.js';

/** Reads tokens one by one; past the end it keeps giving the `end` token. */
export class TokenCursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #place = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#end = { kind: 'end', span: { start: text.length, end: text.length } };
  }

  /** The token just read. */
  get previous(): Token | undefined {
    return this.#tokens[this.#place - 1];
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#place + ahead] ?? this.#end;
  }

  next(): Token {
    const token = this.peek();
    this.#place = Math.min(this.#place + 1, this.#tokens.length);
    return token;
  }

  /** Reads a token of this kind if it is the next one. */
  skip(kind: Token['kind']): boolean {
    const isThere = this.peek().kind === kind;
    if (isThere) {
      this.next();
    }
    return isThere;
  }

  /** Leaves out all that is left. */
  skipAll(): void {
    this.#place = this.#tokens.length;
  }

  /** Whether the token begins an operand, with or without its coefficient. */
  startsTerm(ahead = 0): boolean {
    return ['name', 'number', '[', '('].includes(this.peek(ahead).kind);
  }

  /** The token as written, for messages. */
  written(token: Token): string {
    return this.#text.slice(token.span.start, token.span.end).slice(0, 60);
  }
}

/** A comma or a colon, which stand between the arguments of a call. */
export function isSeparator({ kind }: Token): boolean {
  return kind === ',' || kind === ':';
}

/** A closing bracket, or the end. */
export function isClosing({ kind }: Token): boolean {
  return kind === ')' || kind === ']' || kind === 'end';
}

/** What ends a sum: a closing bracket, a separator, a bar, or the end. */
export function endsSum(token: Token): boolean {
  return isClosing(token) || isSeparator(token) || token.kind === '|';
}
