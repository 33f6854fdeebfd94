/**
 * Text → tokens, as Jinja 3.1.6 reads a template with `trim_blocks` and `lstrip_blocks`: line ends are LF, the last one goes, blanks in
 * front of a block that begins a line go, and so does the line end behind a block or a comment.
 */
import { TemplateError } from './value.js';

/** A piece of a template. */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open' | 'close'; readonly what: 'block' | 'print' }
  | { readonly kind: 'name' | 'string' | 'operator'; readonly text: string }
  | { readonly kind: 'integer' | 'float'; readonly value: number }
  | { readonly kind: 'end' };

const OPENING = /\{([%{#])([-+]?)/g;
const RAW = /\{%([-+]?)\s*raw\s*(-?)%\}/y;
const END_RAW = /\{%([-+]?)\s*endraw\s*([-+]?)%\}(\n?)/g;
const BLANKS = /\s+/y;
const STRING = /'([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)"/sy;
const FLOAT = /\d+(?:_\d+)*(?:(?:\.\d+(?:_\d+)*)?e[+-]?\d+(?:_\d+)*|\.\d+(?:_\d+)*)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}\p{Pc}_]*/uy;
const OPERATOR = /\*\*|\/\/|==|!=|>=|<=|[-+*/%~[\](){}<>=.:|,]/y;

/** @throws TemplateError for what no template may have */
export function readTokens(source: string): readonly Token[] {
  return new Lexer(source.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '')).read();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  /** Whether the last tag asked for the blanks behind it to go. */
  #strips = false;

  constructor(source: string) {
    this.#source = source;
  }

  read(): readonly Token[] {
    for (;;) {
      OPENING.lastIndex = this.#at;
      const found = OPENING.exec(this.#source);
      const end = found?.index ?? this.#source.length;
      const [, what = '', sign = ''] = found ?? [];
      this.#text(end, what !== '{' && sign !== '+', sign === '-', found !== null);
      if (found === null) {
        this.#tokens.push({ kind: 'end' });
        return this.#tokens;
      }
      this.#at = end;
      this.#tag(what, sign);
    }
  }

  /** Text up to a place, less what the tags at its ends take. */
  #text(end: number, leftOfLine: boolean, strip: boolean, hasTag: boolean): void {
    let text = this.#source.slice(this.#at, end);
    text = this.#strips ? text.replace(/^\s+/, '') : text;
    if (hasTag && strip) {
      text = text.trimEnd();
    } else if (hasTag && leftOfLine) {
      const line = text.lastIndexOf('\n') + 1;
      const before = line > 0 || this.#at === 0 || this.#source[this.#at - 1] === '\n';
      text = before && /^[^\S\n]*$/.test(text.slice(line)) ? text.slice(0, line) : text;
    }
    this.#strips = false;
    if (text !== '') {
      this.#tokens.push({ kind: 'text', text });
    }
  }

  #tag(what: string, sign: string): void {
    RAW.lastIndex = this.#at;
    const raw = RAW.exec(this.#source);
    if (raw !== null) {
      this.#raw(raw[0].length, raw[2] === '-');
    } else if (what === '#') {
      const end = this.#source.indexOf('#}', this.#at + 2);
      if (end === -1) {
        throw new TemplateError('a comment without an end');
      }
      const mark = end - 1 >= this.#at + 2 ? this.#source[end - 1] : '';
      this.#at = end + 2;
      this.#after(mark ?? '', true);
    } else {
      this.#at += 2 + sign.length;
      this.#expression(what === '%' ? 'block' : 'print');
    }
  }

  #raw(length: number, strips: boolean): void {
    const start = this.#at + length;
    END_RAW.lastIndex = start;
    const end = END_RAW.exec(this.#source);
    if (end === null) {
      throw new TemplateError('raw without endraw');
    }
    const [whole, before = '', after = '', line = ''] = end;
    let text = this.#source.slice(start, end.index);
    text = strips ? text.trimStart() : text;
    text = before === '-' ? text.trimEnd() : before === '+' ? text : withoutIndent(text);
    this.#tokens.push({ kind: 'text', text });
    this.#at = end.index + whole.length - (after === '' ? 0 : line.length);
    this.#strips = after === '-';
  }

  /** What follows a tag: blanks after `-`, the first line end of blocks and comments after nothing. */
  #after(mark: string, trims: boolean): void {
    this.#strips = mark === '-';
    if (trims && mark !== '-' && mark !== '+' && this.#source[this.#at] === '\n') {
      this.#at++;
    }
  }

  #expression(what: 'block' | 'print'): void {
    const close = what === 'block' ? '%}' : '}}';
    this.#tokens.push({ kind: 'open', what });
    const open: string[] = [];
    for (;;) {
      this.#match(BLANKS);
      const rest = this.#source.slice(this.#at, this.#at + 3);
      const mark = /^[-+]/.test(rest) && (what === 'block' || rest.startsWith('-')) ? (rest[0] ?? '') : '';
      if (open.length === 0 && rest.slice(mark.length).startsWith(close)) {
        this.#at += mark.length + close.length;
        this.#tokens.push({ kind: 'close', what });
        this.#after(mark, what === 'block');
        return;
      }
      this.#tokens.push(this.#token(open));
    }
  }

  #token(open: string[]): Token {
    const float = this.#match(FLOAT);
    if (float !== undefined) {
      return { kind: 'float', value: Number(float.replaceAll('_', '')) };
    }
    const integer = this.#match(INTEGER);
    if (integer !== undefined) {
      return { kind: 'integer', value: Number(integer.replaceAll('_', '').toLowerCase()) };
    }
    const name = this.#match(NAME);
    if (name !== undefined) {
      return { kind: 'name', text: name };
    }
    const string = this.#match(STRING);
    if (string !== undefined) {
      return { kind: 'string', text: unescape(string.slice(1, -1)) };
    }
    const operator = this.#match(OPERATOR);
    if (operator === undefined) {
      const at = this.#source[this.#at];
      throw new TemplateError(at === undefined ? 'a tag without an end' : `unexpected character ${JSON.stringify(at)}`);
    }
    if ('([{'.includes(operator)) {
      open.push(operator);
    } else if (')]}'.includes(operator) && open.pop() !== { ')': '(', ']': '[', '}': '{' }[operator]) {
      throw new TemplateError(`unexpected "${operator}"`);
    }
    return { kind: 'operator', text: operator };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

/** Text without the blanks of its last line, if that has nothing else. */
function withoutIndent(text: string): string {
  const line = text.lastIndexOf('\n') + 1;
  return text.slice(line).trim() === '' ? text.slice(0, line) : text;
}

const SIMPLE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    n: '\n',
    t: '\t',
    r: '\r',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
    '\n': '',
    '\\': '\\',
    "'": "'",
    '"': '"',
  }),
);

/** Python's escapes; a backslash before any other character stays. */
function unescape(text: string): string {
  return text.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|(.))/gs,
    (whole, ...[x, u, long, octal, other]: (string | undefined)[]) => {
      const hex = x ?? u ?? long;
      if (hex !== undefined || octal !== undefined) {
        const code = parseInt(hex ?? octal ?? '', hex === undefined ? 8 : 16);
        if (code > 0x10ffff) {
          throw new TemplateError(`illegal character ${whole}`);
        }
        return String.fromCodePoint(code);
      }
      if (other !== undefined && 'xuUN'.includes(other)) {
        throw new TemplateError(`a cut or unknown escape ${whole}`);
      }
      return SIMPLE.get(other ?? '') ?? whole;
    },
  );
}
