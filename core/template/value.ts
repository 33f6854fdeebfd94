/** Values of chat templates, as Python has them: whole numbers are plain numbers, `None` is null. */

/** A float; whole numbers are plain numbers. */
export interface Float {
  readonly kind: 'float';
  readonly value: number;
}

/** A list. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly Value[];
}

/** A tuple. */
export interface Tuple {
  readonly kind: 'tuple';
  readonly items: readonly Value[];
}

/** A list or a tuple. */
export type Sequence = List | Tuple;

/** A dict, in the order in which keys came; by `keyId`. */
export interface Dict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, readonly [key: Value, value: Value]>;
}

/** What `namespace()` makes: the only value that templates change. */
export interface Namespace {
  readonly kind: 'namespace';
  readonly values: Map<string, Value>;
}

/** Arguments of a call. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** Something that can be called: a method, a macro, `range`. */
export interface Callable {
  readonly kind: 'callable';
  readonly name: string;
  readonly call: (given: Arguments) => Value;
}

/** What a name or an attribute that is not there gives: prints as nothing, is empty and false, and fails in all else. */
export interface Missing {
  readonly kind: 'missing';
  /** For messages: `'x' is undefined`. */
  readonly message: string;
}

/** Any value. */
export type Value = null | boolean | number | string | Float | Sequence | Dict | Namespace | Callable | Missing;

/** What a template does wrong, or asks for and does not get. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

/** A float as a value. */
export function float(value: number): Float {
  return { kind: 'float', value };
}

/** A list as a value. */
export function list(items: readonly Value[]): Sequence {
  return { kind: 'list', items };
}

/** A tuple as a value. */
export function tuple(items: readonly Value[]): Sequence {
  return { kind: 'tuple', items };
}

/** A dict as a value; a later entry replaces an earlier one of the same key. */
export function dict(pairs: Iterable<readonly [Value, Value]>): Dict {
  const entries = new Map<string, readonly [Value, Value]>();
  for (const [key, value] of pairs) {
    const id = keyId(key);
    entries.set(id, [entries.get(id)?.[0] ?? key, value]);
  }
  return { kind: 'dict', entries };
}

/** What is not there. */
export function missing(message: string): Missing {
  return { kind: 'missing', message };
}

/** A value, or what stands for it where there is none; `None` is a value. */
export function orElse(value: Value | undefined, otherwise: () => Value): Value {
  return value === undefined ? otherwise() : value;
}

/** A function as a value. */
export function callable(name: string, call: Callable['call']): Callable {
  return { kind: 'callable', name, call };
}

/** Equal ids, equal keys: `1`, `1.0` and `True` are one key. */
export function keyId(key: Value): string {
  if (typeof key === 'string') {
    return `s${key}`;
  }
  const number = numberOf(key);
  if (number !== undefined) {
    return `n${String(number)}`;
  }
  if (key === null) {
    return 'none';
  }
  if (isSequence(key) && key.kind === 'tuple') {
    return `t${JSON.stringify(key.items.map(keyId))}`;
  }
  throw new TemplateError(`unhashable type: '${typeName(key)}'`);
}

/** Whether a value is of a kind. */
export function isKind<K extends Exclude<Value, null | boolean | number | string>['kind']>(
  value: Value,
  kind: K,
): value is Extract<Value, { readonly kind: K }> {
  return typeof value === 'object' && value !== null && value.kind === kind;
}

/** Whether a value is a list or a tuple. */
export function isSequence(value: Value): value is Sequence {
  return isKind(value, 'list') || isKind(value, 'tuple');
}

/** The number that a whole number, a float or a truth value is. */
export function numberOf(value: Value): number | undefined {
  return typeof value === 'number'
    ? value
    : typeof value === 'boolean'
      ? Number(value)
      : isKind(value, 'float')
        ? value.value
        : undefined;
}

/** A whole number as a value. */
export function integer(value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new TemplateError('a whole number beyond 2^53');
  }
  return value === 0 ? 0 : value; // -0 is a float's
}

/** Characters as Python counts them: code points. */
export function characters(text: string): readonly string[] {
  return /[\ud800-\udfff]/.test(text) ? Array.from(text) : text.split('');
}

/** Python's truth of a value. */
export function isTrue(value: Value): boolean {
  if (typeof value !== 'object' || value === null) {
    return Boolean(value);
  }
  switch (value.kind) {
    case 'float':
      return value.value !== 0;
    case 'list':
    case 'tuple':
      return value.items.length > 0;
    case 'dict':
      return value.entries.size > 0;
    case 'namespace':
    case 'callable':
      return true;
    case 'missing':
      return false;
  }
}

/** Python's name of a value's type, for messages. */
export function typeName(value: Value): string {
  if (value === null) {
    return 'NoneType';
  }
  if (typeof value === 'object') {
    return value.kind === 'missing' ? 'Undefined' : value.kind === 'callable' ? 'function' : value.kind;
  }
  return typeof value === 'boolean' ? 'bool' : typeof value === 'number' ? 'int' : 'str';
}

/** A value of this program: texts, numbers, truth values, null, lists and objects of them. */
export function fromPlain(plain: unknown): Value {
  if (plain === null || plain === undefined || typeof plain === 'boolean' || typeof plain === 'string') {
    return plain ?? null;
  }
  if (typeof plain === 'number') {
    return Number.isSafeInteger(plain) ? plain : float(plain);
  }
  if (Array.isArray(plain)) {
    return list(plain.map(fromPlain));
  }
  return typeof plain === 'object'
    ? dict(Object.entries(plain).map(([key, value]) => [key, fromPlain(value)] as const))
    : missing('a value that templates cannot have');
}
