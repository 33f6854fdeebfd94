/** Python's operators. */
import type { Budget } from './budget.js';
import { printf } from './printf.js';
import { compareCodePoints } from './print.js';
import {
  characters,
  float,
  integer,
  isKind,
  isSequence,
  keyId,
  numberOf,
  TemplateError,
  typeName,
  type Value,
} from './value.js';

/** `left operator right`. */
export function binary(operator: string, left: Value, right: Value, budget: Budget): Value {
  refuseMissing(left, right);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) {
    const isFloat = isKind(left, 'float') || isKind(right, 'float');
    return arithmetic(operator, a, b, isFloat);
  }
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') {
    budget.text(left.length + right.length);
    return left + right;
  }
  if (operator === '+' && isSequence(left) && isSequence(right) && left.kind === right.kind) {
    budget.step(left.items.length + right.items.length);
    return { kind: left.kind, items: [...left.items, ...right.items] };
  }
  if (operator === '*' && (isRepeatable(left) || isRepeatable(right))) {
    const [value, times] = isRepeatable(left) ? [left, right] : [right, left];
    return repeated(value, times, budget);
  }
  if (operator === '%' && typeof left === 'string') {
    return printf(left, right, budget);
  }
  throw unsupported(operator, left, right);
}

function arithmetic(operator: string, a: number, b: number, isFloat: boolean): Value {
  const number = (value: number): Value => (isFloat ? float(value) : integer(value));
  if (['/', '//', '%'].includes(operator) && b === 0) {
    throw new TemplateError('division by zero');
  }
  switch (operator) {
    case '+':
      return number(a + b);
    case '-':
      return number(a - b);
    case '*':
      return number(a * b);
    case '/':
      return float(a / b);
    case '//':
      return number(Math.floor(a / b));
    case '%':
      return number(a - b * Math.floor(a / b));
    case '**':
      return isFloat || b < 0 ? float(a ** b) : integer(a ** b);
    default:
      throw new TemplateError(`unknown operator ${operator}`);
  }
}

function isRepeatable(value: Value): boolean {
  return typeof value === 'string' || isSequence(value);
}

function repeated(value: Value, times: Value, budget: Budget): Value {
  const count = typeof times === 'boolean' ? Number(times) : times;
  if (typeof count !== 'number') {
    throw new TemplateError(`can't multiply sequence by non-int of type '${typeName(times)}'`);
  }
  const often = Math.max(0, count);
  if (typeof value === 'string') {
    budget.text(value.length * often);
    return value.repeat(often);
  }
  if (!isSequence(value)) {
    throw new TemplateError('only texts and lists can be repeated');
  }
  budget.step(value.items.length * often);
  return { kind: value.kind, items: Array.from({ length: often }, () => value.items).flat() };
}

/** `-value` or `+value`. */
export function signed(operator: '-' | '+', value: Value): Value {
  const number = numberOf(value);
  if (number === undefined) {
    throw new TemplateError(`bad operand type for unary ${operator}: '${typeName(value)}'`);
  }
  const result = operator === '-' ? -number : number;
  return isKind(value, 'float') ? float(result) : integer(result);
}

/** `left == right`. */
export function equal(left: Value, right: Value, budget: Budget): boolean {
  budget.step();
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined || b !== undefined) {
    return a === b;
  }
  if (isSequence(left) && isSequence(right)) {
    return (
      left.kind === right.kind &&
      left.items.length === right.items.length &&
      budget.deeper(() => left.items.every((item, place) => equal(item, right.items[place] ?? null, budget)))
    );
  }
  if (isKind(left, 'dict') && isKind(right, 'dict')) {
    return (
      left.entries.size === right.entries.size &&
      budget.deeper(() =>
        [...left.entries].every(([id, [, value]]) => {
          const other = right.entries.get(id);
          return other !== undefined && equal(value, other[1], budget);
        }),
      )
    );
  }
  return isKind(left, 'missing') ? isKind(right, 'missing') : left === right;
}

/** `left operator right` of comparisons. */
export function compare(operator: string, left: Value, right: Value, budget: Budget): boolean {
  switch (operator) {
    case '==':
      return equal(left, right, budget);
    case '!=':
      return !equal(left, right, budget);
    case 'in':
      return contains(right, left, budget);
    case 'not in':
      return !contains(right, left, budget);
    default: {
      const order = ordered(operator, left, right, budget);
      return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0;
    }
  }
}

/** Below 0, 0 or above 0, as `left` is less than, equal to or greater than `right`; NaN where they have no order. */
export function ordered(operator: string, left: Value, right: Value, budget: Budget): number {
  budget.step();
  refuseMissing(left, right);
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) {
    return a < b ? -1 : a > b ? 1 : a === b ? 0 : NaN;
  }
  if (typeof left === 'string' && typeof right === 'string') {
    return compareCodePoints(left, right);
  }
  if (isSequence(left) && isSequence(right) && left.kind === right.kind) {
    const at = left.items.findIndex((item, place) => {
      const other = right.items[place];
      return other === undefined || !equal(item, other, budget);
    });
    const [mine, other] = [left.items[at], right.items[at]];
    return mine === undefined || other === undefined
      ? left.items.length - right.items.length
      : budget.deeper(() => ordered(operator, mine, other, budget));
  }
  throw new TemplateError(
    `'${operator}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
  );
}

function contains(container: Value, item: Value, budget: Budget): boolean {
  if (typeof container === 'string') {
    if (typeof item !== 'string') {
      throw new TemplateError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    return container.includes(item);
  }
  if (isKind(container, 'dict')) {
    return container.entries.has(keyId(item));
  }
  if (isSequence(container)) {
    return container.items.some((member) => equal(member, item, budget));
  }
  if (isKind(container, 'missing')) {
    return false;
  }
  throw new TemplateError(`argument of type '${typeName(container)}' is not iterable`);
}

/** What a loop goes over. */
export function iterate(value: Value, budget: Budget): readonly Value[] {
  const items = itemsOf(value);
  if (items === undefined) {
    throw new TemplateError(`'${typeName(value)}' object is not iterable`);
  }
  budget.step(items.length);
  return items;
}

function itemsOf(value: Value): readonly Value[] | undefined {
  if (typeof value === 'string') {
    return characters(value);
  }
  if (isSequence(value)) {
    return value.items;
  }
  if (isKind(value, 'dict')) {
    return [...value.entries.values()].map(([key]) => key);
  }
  return isKind(value, 'missing') ? [] : undefined;
}

function refuseMissing(...values: readonly Value[]): void {
  for (const value of values) {
    if (isKind(value, 'missing')) {
      throw new TemplateError(value.message);
    }
  }
}

function unsupported(operator: string, left: Value, right: Value): TemplateError {
  if (operator === '+' && typeof left === 'string') {
    return new TemplateError(`can only concatenate str (not "${typeName(right)}") to str`);
  }
  return new TemplateError(`unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`);
}
