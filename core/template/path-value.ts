/** Attributes by a path, as filters name them. */
import { textArgument } from './arguments.js';
import { item } from './attributes.js';
import type { Budget } from './budget.js';
import { isKind, type Value } from './value.js';

/** A part of a value by a path: `function.name`, `0`. */
export function pathValue(value: Value, path: Value, budget: Budget): Value {
  const parts = typeof path === 'number' ? [path] : textArgument('attribute', path).split('.');
  return parts.reduce<Value>(
    (at, part) =>
      typeof part === 'number' || /^\d+$/.test(part) ? item(at, Number(part), budget) : getItemFirst(at, part, budget),
    value,
  );
}

function getItemFirst(value: Value, name: string, budget: Budget): Value {
  return isKind(value, 'missing') ? value : item(value, name, budget);
}
