/** The part of Python's regular expressions that configs of adapters use, as a tree. */

/** Whether a character is read. */
export type Test = (character: string) => boolean;

/** Whether something holds at a place of the text. */
export type Assertion = (text: string, at: number) => boolean;

/** An expression. */
export type Node =
  | { readonly kind: 'read'; readonly test: Test }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly least: number; readonly most: number | undefined };

/** Longest expression that is read, deepest nesting, and largest count of a repeat. */
const MAX_CHARACTERS = 20_000;
const MAX_DEPTH = 100;
const MAX_COUNT = 1000;

const isDigit: Test = (character) => /^\p{Nd}$/u.test(character);
const isWord: Test = (character) => /^[\p{L}\p{N}_]$/u.test(character);
const isSpace: Test = (character) => /^\s$/u.test(character);
const CLASSES: ReadonlyMap<string, Test> = new Map([
  ['d', isDigit],
  ['w', isWord],
  ['s', isSpace],
  ['D', (character) => !isDigit(character)],
  ['W', (character) => !isWord(character)],
  ['S', (character) => !isSpace(character)],
]);
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
]);

const isBoundary: Assertion = (text, at) => isWord(text.charAt(at - 1)) !== isWord(text.charAt(at));
const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map<string, Assertion>([
  ['b', isBoundary],
  ['B', (text, at) => !isBoundary(text, at)],
  ['A', (_, at) => at === 0],
  ['Z', (text, at) => at === text.length],
]);
const atStart: Assertion = (_, at) => at === 0;
const atEnd: Assertion = (text, at) => at === text.length || (at === text.length - 1 && text.endsWith('\n'));

class Unsupported extends Error {}

/**
 * Reads an expression. Greedy and lazy repeats are the same here: only whether the whole text matches is asked.
 *
 * @returns undefined for lookarounds, back-references, flags and faulty or very large expressions
 */
export function parseRegex(pattern: string): Node | undefined {
  try {
    return pattern.length > MAX_CHARACTERS ? undefined : new Parser(pattern).whole();
  } catch (error) {
    if (error instanceof Unsupported) {
      return undefined;
    }
    throw error;
  }
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Node {
    const node = this.#alternatives();
    return this.#at === this.#text.length ? node : refuse();
  }

  #alternatives(): Node {
    if (++this.#depth > MAX_DEPTH) {
      return refuse();
    }
    const parts = [this.#sequence()];
    while (this.#take('|')) {
      parts.push(this.#sequence());
    }
    this.#depth--;
    return { kind: 'any', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && !'|)'.includes(this.#peek())) {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: 'all', parts };
  }

  #atom(): Node {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'read', test: this.#set() };
      case '.':
        return { kind: 'read', test: (read) => read !== '\n' };
      case '^':
        return { kind: 'assert', assertion: atStart };
      case '$':
        return { kind: 'assert', assertion: atEnd };
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        return refuse();
      default:
        return { kind: 'read', test: (read) => read === character };
    }
  }

  #group(): Node {
    if (this.#take('?') && !this.#take(':')) {
      const name = /^P<\w+>/.exec(this.#text.slice(this.#at)) ?? refuse();
      this.#at += name[0].length;
    }
    const node = this.#alternatives();
    return this.#take(')') ? node : refuse();
  }

  #escape(): Node {
    const character = this.#next();
    const assertion = ASSERTIONS.get(character);
    return assertion === undefined ? { kind: 'read', test: escaped(character) } : { kind: 'assert', assertion };
  }

  /** What follows `[`. */
  #set(): Test {
    const isNegated = this.#take('^');
    const tests: Test[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      const from = this.#member();
      const range = this.#text.slice(this.#at, this.#at + 2);
      if (typeof from === 'string' && range.startsWith('-') && range !== '-]') {
        this.#at++;
        const to = this.#member();
        tests.push(typeof to === 'string' && from <= to ? (read) => from <= read && read <= to : refuse());
      } else {
        tests.push(typeof from === 'string' ? (read) => read === from : from);
      }
    }
    this.#at++;
    return (read) => tests.some((test) => test(read)) !== isNegated;
  }

  #member(): string | Test {
    const character = this.#next();
    if (character !== '\\') {
      return character;
    }
    const next = this.#next();
    return CLASSES.get(next) ?? CONTROLS.get(next) ?? (/[\p{L}\p{N}]/u.test(next) ? refuse() : next);
  }

  #repeated(part: Node): Node {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const found = /^(?:[*+?]|\{(\d{0,6})(,?)(\d{0,6})\})/.exec(rest);
    if (found === null || found[0] === '{}') {
      return part; // a brace that is no count stands for itself
    }
    this.#at += found[0].length;
    this.#take('?');
    if ('*+?{'.includes(this.#peek()) && this.#peek() !== '') {
      return refuse();
    }
    const [symbol, from = '', comma = '', to = ''] = found;
    const least = symbol === '+' ? 1 : Number(from);
    const isOpen = symbol === '*' || symbol === '+' || (comma === ',' && to === '');
    const most = isOpen ? undefined : symbol === '?' ? 1 : comma === ',' ? Number(to) : least;
    if (least > MAX_COUNT || (most ?? 0) > MAX_COUNT || (most !== undefined && most < least)) {
      return refuse();
    }
    return { kind: 'repeat', part, least, most };
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #next(): string {
    return this.#at < this.#text.length ? this.#text.charAt(this.#at++) : refuse();
  }

  #take(character: string): boolean {
    const isThere = this.#peek() === character;
    this.#at += Number(isThere);
    return isThere;
  }
}

function escaped(character: string): Test {
  const test = CLASSES.get(character);
  if (test !== undefined) {
    return test;
  }
  const control = CONTROLS.get(character);
  const literal = control ?? (/[\p{L}\p{N}]/u.test(character) ? refuse() : character);
  return (read) => read === literal;
}

function refuse(): never {
  throw new Unsupported();
}
