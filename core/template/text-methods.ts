/** Methods of Python's `str` that templates may call. */
import { bind, integerArgument, textArgument } from './arguments.js';
import type { Budget } from './budget.js';
import { format } from './format.js';
import { iterate } from './operators.js';
import { characters, isSequence, list, TemplateError, tuple, type Arguments, type Value } from './value.js';

type Method = (text: string, given: Arguments, budget: Budget) => Value;

/** What Python calls white space. */
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LEADING_SPACE = new RegExp(`^[${SPACE}]+`);
const SPACES = new RegExp(`[${SPACE}]+`, 'g');

/** What Python's `splitlines` takes for the end of a line, beside CR LF. */
const ENDS = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';
const LINE_END = new RegExp(`\\r\\n|[${ENDS}]`);

/** `text.strip(cut)`, at one end or both. */
export function strip(text: string, cut: Value | undefined, ends: 'both' | 'left' | 'right'): string {
  const given = cut === undefined || cut === null ? undefined : textArgument('strip arg', cut);
  const set = given === undefined ? undefined : new Set(characters(given));
  const isCut = (character: string | undefined): boolean =>
    character !== undefined && (set === undefined ? LEADING_SPACE.test(character) : set.has(character));
  const letters = characters(text);
  let start = 0;
  let end = letters.length;
  while (ends !== 'right' && start < end && isCut(letters[start])) {
    start++;
  }
  while (ends !== 'left' && end > start && isCut(letters[end - 1])) {
    end--;
  }
  return letters.slice(start, end).join('');
}

/** `text.replace(old, new, count)`. */
export function replace(text: string, old: string, by: string, count: number, budget: Budget): string {
  const pieces = old === '' ? ['', ...characters(text), ''] : text.split(old);
  const most = count < 0 ? pieces.length - 1 : Math.min(count, pieces.length - 1);
  budget.step(pieces.length);
  budget.text(text.length + most * by.length);
  const changed = pieces.slice(0, most + 1).join(by);
  const rest = pieces.slice(most + 1);
  return rest.length === 0 ? changed : [changed, ...rest].join(old);
}

function split(text: string, separator: Value | undefined, most: number, fromRight: boolean): readonly string[] {
  const limit = most < 0 ? Infinity : most;
  if (separator === undefined || separator === null) {
    return splitAtSpace(text, limit, fromRight);
  }
  const mark = textArgument('separator', separator);
  if (mark === '') {
    throw new TemplateError('empty separator');
  }
  const parts = text.split(mark);
  if (parts.length - 1 <= limit) {
    return parts;
  }
  const at = fromRight ? parts.length - limit : limit;
  return fromRight
    ? [parts.slice(0, at).join(mark), ...parts.slice(at)]
    : [...parts.slice(0, at), parts.slice(at).join(mark)];
}

function splitAtSpace(text: string, limit: number, fromRight: boolean): readonly string[] {
  const whole = strip(text, undefined, 'both');
  const words = whole === '' ? [] : whole.split(SPACES);
  if (words.length - 1 <= limit) {
    return words;
  }
  // What is not split keeps the white space at its far end.
  const rest = strip(text, undefined, fromRight ? 'right' : 'left');
  const gaps = [...rest.matchAll(SPACES)]
    .map(({ index, 0: { length } }) => ({ start: index, end: index + length }))
    .filter(({ start, end }) => start > 0 && end < rest.length);
  const gap = fromRight ? gaps.at(-limit) : gaps[limit - 1];
  if (limit === 0 || gap === undefined) {
    return [rest];
  }
  return fromRight
    ? [rest.slice(0, gap.start), ...words.slice(-limit)]
    : [...words.slice(0, limit), rest.slice(gap.end)];
}

/** `text.splitlines()`: an end of the last line begins no further one. */
function splitLines(text: string): readonly string[] {
  const lines = text.split(LINE_END);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** `text.title()`: the first letter of every run of letters. */
export function title(text: string): string {
  return text.replaceAll(/\p{L}+/gu, (word) => capitalize(word));
}

/** `text.capitalize()`. */
export function capitalize(text: string): string {
  const [first = '', ...rest] = characters(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

function affix(method: 'startsWith' | 'endsWith'): Method {
  return (text, given) => {
    const [what, start, end] = bind(method.toLowerCase(), given, ['prefix', 'start', 'end']);
    const part = start === undefined && end === undefined ? text : between(text, start, end);
    const options = what !== undefined && isSequence(what) && what.kind === 'tuple' ? what.items : [what];
    return options.some((option) => part[method](textArgument(`${method.toLowerCase()} first arg`, option)));
  };
}

function between(text: string, start: Value | undefined, end: Value | undefined): string {
  const letters = characters(text);
  return letters.slice(integerArgument('start', start, 0), integerArgument('end', end, letters.length)).join('');
}

function find(from: 'indexOf' | 'lastIndexOf', fails: boolean): Method {
  return (text, given) => {
    const [what, start, end] = bind('find', given, ['sub', 'start', 'end']);
    const letters = characters(text);
    const shift = start === undefined ? 0 : letters.slice(0, integerArgument('start', start, 0)).length;
    const part = between(text, start, end);
    const at = part[from](textArgument('find() argument 1', what));
    if (at === -1 && fails) {
      throw new TemplateError('substring not found');
    }
    return at === -1 ? -1 : characters(part.slice(0, at)).length + shift;
  };
}

const stripper =
  (ends: 'both' | 'left' | 'right'): Method =>
  (text, given) =>
    strip(text, bind('strip', given, ['chars'])[0], ends);
const splitter =
  (fromRight: boolean): Method =>
  (text, given, budget) => {
    const [separator, most] = bind('split', given, ['sep', 'maxsplit']);
    const parts = split(text, separator, integerArgument('maxsplit', most, -1), fromRight);
    budget.step(parts.length);
    return list(parts);
  };
const partition =
  (from: 'indexOf' | 'lastIndexOf'): Method =>
  (text, given) => {
    const mark = textArgument('partition() argument', bind('partition', given, ['sep'])[0]);
    const at = text[from](mark);
    if (at === -1) {
      return tuple(from === 'indexOf' ? [text, '', ''] : ['', '', text]);
    }
    return tuple([text.slice(0, at), mark, text.slice(at + mark.length)]);
  };
const plain =
  (work: (text: string) => Value): Method =>
  (text, given) => {
    bind('it', given, []);
    return work(text);
  };
const matches = (pattern: RegExp): Method => plain((text) => pattern.test(text));
const padded =
  (place: (text: string, fill: string, room: number) => string): Method =>
  (text, given, budget) => {
    const [width, fill] = bind('padding', given, ['width', 'fillchar']);
    const room = Math.max(0, integerArgument('width', width, 0) - characters(text).length);
    budget.text(text.length + room);
    return place(text, textArgument('The fill character', fill, ' '), room);
  };

/** By name. */
export const TEXT_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['strip', stripper('both')],
  ['lstrip', stripper('left')],
  ['rstrip', stripper('right')],
  ['upper', plain((text) => text.toUpperCase())],
  ['lower', plain((text) => text.toLowerCase())],
  ['casefold', plain((text) => text.toLowerCase())],
  ['title', plain(title)],
  ['capitalize', plain(capitalize)],
  ['split', splitter(false)],
  ['rsplit', splitter(true)],
  ['splitlines', plain((text) => list(splitLines(text)))],
  ['partition', partition('indexOf')],
  ['rpartition', partition('lastIndexOf')],
  ['startswith', affix('startsWith')],
  ['endswith', affix('endsWith')],
  ['find', find('indexOf', false)],
  ['rfind', find('lastIndexOf', false)],
  ['index', find('indexOf', true)],
  ['rindex', find('lastIndexOf', true)],
  [
    'count',
    (text, given) => {
      const what = textArgument('count() argument 1', bind('count', given, ['sub'])[0]);
      return what === '' ? characters(text).length + 1 : text.split(what).length - 1;
    },
  ],
  [
    'replace',
    (text, given, budget) => {
      const [old, by, count] = bind('replace', given, ['old', 'new', 'count']);
      const most = integerArgument('count', count, -1);
      return replace(
        text,
        textArgument('replace() argument 1', old),
        textArgument('replace() argument 2', by),
        most,
        budget,
      );
    },
  ],
  [
    'join',
    (text, given, budget) => {
      const [items] = bind('join', given, ['iterable']);
      return join(text, items === undefined ? [] : iterate(items, budget), budget);
    },
  ],
  ['format', (text, given, budget) => format(text, given, budget)],
  [
    'removeprefix',
    (text, given) => {
      const prefix = textArgument('removeprefix() argument', bind('removeprefix', given, ['prefix'])[0]);
      return text.startsWith(prefix) ? text.slice(prefix.length) : text;
    },
  ],
  [
    'removesuffix',
    (text, given) => {
      const suffix = textArgument('removesuffix() argument', bind('removesuffix', given, ['suffix'])[0]);
      return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
    },
  ],
  ['ljust', padded((text, fill, room) => text + fill.repeat(room))],
  ['rjust', padded((text, fill, room) => fill.repeat(room) + text)],
  ['isdigit', matches(/^\p{Nd}+$/u)],
  ['isdecimal', matches(/^\p{Nd}+$/u)],
  ['isnumeric', matches(/^\p{N}+$/u)],
  ['isalpha', matches(/^\p{L}+$/u)],
  ['isalnum', matches(/^[\p{L}\p{N}]+$/u)],
  ['isspace', matches(new RegExp(`^[${SPACE}]+$`))],
  ['isupper', plain((text) => text !== text.toLowerCase() && text === text.toUpperCase())],
  ['islower', plain((text) => text !== text.toUpperCase() && text === text.toLowerCase())],
]);

/** `mark.join(items)`, whose items must be texts. */
export function join(mark: string, items: readonly Value[], budget: Budget): string {
  const texts = items.map((item, place) => {
    if (typeof item !== 'string') {
      throw new TemplateError(`sequence item ${String(place)}: expected str instance`);
    }
    return item;
  });
  budget.text(texts.reduce((sum, text) => sum + text.length + mark.length, 0));
  return texts.join(mark);
}
