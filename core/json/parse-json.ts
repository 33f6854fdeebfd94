/**
 * A strict JSON reader for untrusted files: objects keep the order of their keys (PEFT takes the first pattern that
 * matches), twice the same key is an error, `__proto__` is a key like any other, and nesting is bounded.
 */

/** A value as it was written; objects are maps in the order of the text. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** An object in the order of its text. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** Deepest nesting that is read; real headers and configs have at most 4, and recursion must not exhaust the stack. */
const MAX_DEPTH = 64;

/** What is wrong with a text, and where. */
export class JsonSyntaxError extends Error {
  /** UTF-16 offset of the problem. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} at offset ${String(offset)}`);
    this.name = 'JsonSyntaxError';
    this.offset = offset;
  }
}

/** Whether a value is an object. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

/** The kind of a value, for messages. */
export function jsonKind(value: JsonValue | undefined): string {
  if (value === undefined) {
    return 'nothing';
  }
  if (value === null) {
    return 'null';
  }
  return Array.isArray(value) ? 'an array' : isJsonObject(value) ? 'an object' : `a ${typeof value}`;
}

/**
 * Reads one JSON text.
 *
 * @throws JsonSyntaxError on anything that RFC 8259 does not allow (also Python's `NaN` and `Infinity`), on duplicate
 *   keys and on nesting deeper than 64
 */
export function parseJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BLANKS = /[ \t\n\r]*/y;
// A whole string token; JSON.parse then decodes its escapes and refuses raw control characters.
const STRING = /"(?:[^"\\]|\\.)*"/sy;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) {
      throw new JsonSyntaxError(`nested deeper than ${String(MAX_DEPTH)}`, this.#at);
    }
    this.#blanks();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  end(): void {
    this.#blanks();
    if (this.#at < this.#text.length) {
      throw this.#unexpected('the end');
    }
  }

  #object(depth: number): JsonObject {
    const entries = new Map<string, JsonValue>();
    this.#at++;
    if (this.#next('}')) {
      return entries;
    }
    do {
      this.#blanks();
      const keyAt = this.#at;
      if (this.#text[keyAt] !== '"') {
        throw this.#unexpected('a key in double quotes');
      }
      const key = this.#string();
      if (entries.has(key)) {
        throw new JsonSyntaxError(`duplicate key ${JSON.stringify(shorten(key))}`, keyAt);
      }
      this.#expect(':');
      entries.set(key, this.value(depth + 1));
    } while (this.#next(','));
    this.#expect('}');
    return entries;
  }

  #array(depth: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#at++;
    if (this.#next(']')) {
      return items;
    }
    do {
      items.push(this.value(depth + 1));
    } while (this.#next(','));
    this.#expect(']');
    return items;
  }

  #string(): string {
    const token = this.#token(STRING);
    if (token === undefined) {
      throw new JsonSyntaxError('a string without an end', this.#at);
    }
    try {
      const decoded: unknown = JSON.parse(token);
      return String(decoded);
    } catch {
      throw new JsonSyntaxError('a string with a bad escape or a raw control character', this.#at - token.length);
    }
  }

  #number(): number {
    const start = this.#at;
    const token = this.#token(NUMBER);
    if (token === undefined || token === '') {
      throw this.#unexpected('a JSON value');
    }
    const value = Number(token);
    if (!Number.isFinite(value)) {
      throw new JsonSyntaxError(`a number too large for a float64: ${shorten(token)}`, start);
    }
    return value;
  }

  #word<T extends JsonValue>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) {
      throw this.#unexpected('a JSON value');
    }
    this.#at += word.length;
    return value;
  }

  /** Steps over the character if it comes next. */
  #next(character: string): boolean {
    this.#blanks();
    const found = this.#text[this.#at] === character;
    this.#at += found ? 1 : 0;
    return found;
  }

  #expect(character: string): void {
    if (!this.#next(character)) {
      throw this.#unexpected(`"${character}"`);
    }
  }

  #blanks(): void {
    this.#token(BLANKS);
  }

  #token(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    this.#at += token?.length ?? 0;
    return token;
  }

  #unexpected(expected: string): JsonSyntaxError {
    const got = this.#text.slice(this.#at, this.#at + 12);
    return new JsonSyntaxError(
      `expected ${expected}, got ${got === '' ? 'the end of the text' : JSON.stringify(got)}`,
      this.#at,
    );
  }
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
