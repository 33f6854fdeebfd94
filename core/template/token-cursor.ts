/** A place in a list of tokens. */
import type { Token } from './lexer.js';
import { TemplateError } from './value.js';

/** Steps through tokens. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end' };
  }

  advance(): Token {
    const token = this.next;
    this.#at++;
    return token;
  }

  /** Whether the next token is this operator or name. */
  sees(kind: 'operator' | 'name', ...texts: readonly string[]): boolean {
    const token = this.next;
    return token.kind === kind && texts.includes(token.text);
  }

  /** Steps over it if it comes next. */
  skips(kind: 'operator' | 'name', text: string): boolean {
    const found = this.sees(kind, text);
    this.#at += found ? 1 : 0;
    return found;
  }

  expect(kind: 'operator' | 'name', text: string): void {
    if (!this.skips(kind, text)) {
      throw this.unexpected(`"${text}"`);
    }
  }

  name(): string {
    const token = this.advance();
    if (token.kind !== 'name') {
      this.#at--;
      throw this.unexpected('a name');
    }
    return token.text;
  }

  unexpected(expected: string): TemplateError {
    const token = this.next;
    const got =
      'text' in token
        ? JSON.stringify(token.text.slice(0, 40))
        : 'value' in token
          ? String(token.value)
          : `the ${token.kind} of a tag`;
    return new TemplateError(`expected ${expected}, got ${got}`);
  }

  /** One token back. */
  back(): void {
    this.#at--;
  }

  /** Whether the token after the next one is this operator or name. */
  seesSecond(kind: 'operator' | 'name', text: string): boolean {
    const token = this.#tokens[this.#at + 1];
    return token?.kind === kind && token.text === text;
  }
}
