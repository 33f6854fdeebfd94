/** How values print: Python's `str`, `repr` and `json.dumps`. */
import type { Budget } from './budget.js';
import { TemplateError, isKind, isSequence, numberOf, type Value } from './value.js';

/** `str(value)`. */
export function textOf(value: Value, budget: Budget): string {
  if (typeof value === 'string') {
    return value;
  }
  return isKind(value, 'missing') ? '' : repr(value, budget);
}

/** `repr(value)`. */
export function repr(value: Value, budget: Budget): string {
  budget.step();
  const text = budget.deeper(() => reprText(value, budget));
  budget.text(text.length);
  return text;
}

function reprText(value: Value, budget: Budget): string {
  const inner = (item: Value): string => repr(item, budget);
  if (value === null) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (typeof value === 'number') {
    return String(value);
  }
  if (typeof value === 'string') {
    return quote(value);
  }
  switch (value.kind) {
    case 'float':
      return floatText(value.value);
    case 'list':
      return `[${value.items.map(inner).join(', ')}]`;
    case 'tuple':
      return value.items.length === 1
        ? `(${value.items.map(inner).join('')},)`
        : `(${value.items.map(inner).join(', ')})`;
    case 'dict':
      return `{${[...value.entries.values()].map(([key, item]) => `${inner(key)}: ${inner(item)}`).join(', ')}}`;
    case 'missing':
      return 'Undefined';
    case 'namespace':
    case 'callable':
      throw new TemplateError(
        `it prints a ${value.kind === 'callable' ? 'function' : value.kind}, whose text has an address`,
      );
  }
}

/** Python's shortest text of a float. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = '', power = '0'] = value.toExponential().split('e');
    const number = Number(power);
    return `${digits}e${number < 0 ? '-' : '+'}${String(Math.abs(number)).padStart(2, '0')}`;
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
/** What Python does not call printable: controls, formats, surrogates, private use, unassigned, separators other than the blank. */
const UNPRINTABLE = /[\\\n\r\t\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(
    UNPRINTABLE,
    (character) => ESCAPES.get(character) ?? codeEscape(character.codePointAt(0) ?? 0),
  );
  return mark + (mark === "'" ? inner.replaceAll("'", "\\'") : inner) + mark;
}

function codeEscape(code: number): string {
  const hex = code.toString(16);
  return code < 0x100
    ? `\\x${hex.padStart(2, '0')}`
    : code < 0x10000
      ? `\\u${hex.padStart(4, '0')}`
      : `\\U${hex.padStart(8, '0')}`;
}

/** Options of `json.dumps`. */
export interface JsonOptions {
  readonly indent: number | undefined;
  readonly separators: readonly [item: string, key: string];
  readonly ensureAscii: boolean;
  readonly sortKeys: boolean;
}

/** `json.dumps(value)`. */
export function jsonText(value: Value, options: JsonOptions, budget: Budget, depth = 0): string {
  budget.step();
  const text = budget.deeper(() => jsonOf(value, options, budget, depth));
  budget.text(text.length);
  return text;
}

function jsonOf(value: Value, options: JsonOptions, budget: Budget, depth: number): string {
  if (typeof value === 'string') {
    return jsonString(value, options.ensureAscii);
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'number') {
    return String(value);
  }
  if (isKind(value, 'float')) {
    const special = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }[floatText(value.value)];
    return special ?? floatText(value.value);
  }
  const inner = (item: Value): string => jsonText(item, options, budget, depth + 1);
  if (isSequence(value)) {
    return wrapped('[', value.items.map(inner), ']', options, depth);
  }
  if (isKind(value, 'dict')) {
    const pairs = [...value.entries.values()].map(([key, item]) => [jsonKey(key), item] as const);
    const sorted = options.sortKeys ? pairs.toSorted(([a], [b]) => compareCodePoints(a, b)) : pairs;
    const members = sorted.map(
      ([key, item]) => `${jsonString(key, options.ensureAscii)}${options.separators[1]}${inner(item)}`,
    );
    return wrapped('{', members, '}', options, depth);
  }
  throw new TemplateError(
    `Object of type ${value.kind === 'missing' ? 'Undefined' : value.kind} is not JSON serializable`,
  );
}

function wrapped(open: string, parts: readonly string[], close: string, options: JsonOptions, depth: number): string {
  if (parts.length === 0 || options.indent === undefined) {
    return open + parts.join(options.separators[0]) + close;
  }
  const line = (level: number): string => `\n${' '.repeat(Math.max(0, options.indent ?? 0) * level)}`;
  return open + line(depth + 1) + parts.join(options.separators[0] + line(depth + 1)) + line(depth) + close;
}

function jsonKey(key: Value): string {
  if (typeof key === 'string') {
    return key;
  }
  if (key === null || typeof key === 'boolean') {
    return String(key);
  }
  const number = numberOf(key);
  if (number === undefined) {
    throw new TemplateError('keys must be str, int, float, bool or None');
  }
  return isKind(key, 'float') ? floatText(number) : String(number);
}

function jsonString(text: string, ensureAscii: boolean): string {
  const plain = JSON.stringify(text);
  return ensureAscii
    ? plain.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : plain;
}

/** The order of Python's strings. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  const [left, right] = [Array.from(a), Array.from(b)];
  const at = left.findIndex((character, place) => character !== right[place]);
  return at === -1 ? -1 : (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1);
}
