/** `value.name`, `value[key]` and `value[a:b:c]`. */
import { bind, integerArgument } from './arguments.js';
import type { Budget } from './budget.js';
import { equal } from './operators.js';
import { TEXT_METHODS } from './text-methods.js';
import {
  callable,
  characters,
  dict,
  isKind,
  isSequence,
  keyId,
  list,
  missing,
  orElse,
  TemplateError,
  tuple,
  typeName,
  type Dict,
  type Sequence,
  type Value,
} from './value.js';

/** `value.name`: the attribute, else the item. */
export function attribute(value: Value, name: string, budget: Budget): Value {
  if (isKind(value, 'missing')) {
    throw new TemplateError(value.message);
  }
  return orElse(methodOf(value, name, budget), () => orElse(itemOf(value, name), () => absent(value, name)));
}

/** `value[key]`: the item, else the attribute. */
export function item(value: Value, key: Value, budget: Budget): Value {
  if (isKind(value, 'missing')) {
    throw new TemplateError(value.message);
  }
  return orElse(itemOf(value, key), () => {
    const method = typeof key === 'string' ? methodOf(value, key, budget) : undefined;
    const name = typeof key === 'string' || typeof key === 'number' ? String(key) : typeName(key);
    return orElse(method, () => absent(value, name));
  });
}

/** An item, or undefined where there is none. */
function itemOf(value: Value, key: Value): Value | undefined {
  if (isKind(value, 'dict')) {
    return value.entries.get(keyId(key))?.[1];
  }
  if (isKind(value, 'namespace')) {
    return typeof key === 'string' ? value.values.get(key) : undefined;
  }
  const items = typeof value === 'string' ? characters(value) : isSequence(value) ? value.items : undefined;
  const place = typeof key === 'boolean' ? Number(key) : key;
  return items === undefined || typeof place !== 'number' ? undefined : items.at(place);
}

function absent(value: Value, name: string): Value {
  return missing(`'${typeName(value)} object' has no attribute '${name.slice(0, 60)}'`);
}

/** `value[start:stop:step]`. */
export function slice(value: Value, bounds: readonly (Value | undefined)[], budget: Budget): Value {
  if (typeof value !== 'string' && !isSequence(value)) {
    if (isKind(value, 'missing')) {
      throw new TemplateError(value.message);
    }
    return missing(`'${typeName(value)}' object is not subscriptable`);
  }
  const items: readonly Value[] = typeof value === 'string' ? characters(value) : value.items;
  const step = integerArgument('slice step', bounds[2], 1);
  if (step === 0) {
    throw new TemplateError('slice step cannot be zero');
  }
  const count = items.length;
  const clamp = (bound: Value | undefined, standard: number): number => {
    const at = integerArgument('slice indices', bound, standard);
    const absolute = bound !== undefined && bound !== null && at < 0 ? at + count : at;
    return step > 0 ? Math.min(Math.max(absolute, 0), count) : Math.min(Math.max(absolute, -1), count - 1);
  };
  const [start, stop] = [clamp(bounds[0], step > 0 ? 0 : count - 1), clamp(bounds[1], step > 0 ? count : -1)];
  const picked: Value[] = [];
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) {
    picked.push(items[at] ?? null);
  }
  budget.step(picked.length);
  return typeof value === 'string'
    ? picked.filter((part) => typeof part === 'string').join('')
    : { kind: value.kind, items: picked };
}

/** A method of a value's type, bound to it. */
function methodOf(value: Value, name: string, budget: Budget): Value | undefined {
  if (typeof value === 'string') {
    const method = TEXT_METHODS.get(name);
    return (
      method &&
      callable(name, (given) => {
        budget.step(1 + Math.ceil(value.length / 1024));
        budget.text(value.length);
        return method(value, given, budget);
      })
    );
  }
  if (isKind(value, 'dict')) {
    return dictMethod(value, name, budget);
  }
  return isSequence(value) ? sequenceMethod(value, name, budget) : undefined;
}

function dictMethod(value: Dict, name: string, budget: Budget): Value | undefined {
  const entries = (): readonly (readonly [Value, Value])[] => {
    budget.step(value.entries.size);
    return [...value.entries.values()];
  };
  switch (name) {
    case 'items':
      return callable(name, () => list(entries().map((pair) => tuple(pair))));
    case 'keys':
      return callable(name, () => list(entries().map(([key]) => key)));
    case 'values':
      return callable(name, () => list(entries().map(([, entry]) => entry)));
    case 'get':
      return callable(name, (given) => {
        const [key = null, standard = null] = bind('get', given, ['key', 'default']);
        return orElse(value.entries.get(keyId(key))?.[1], () => standard);
      });
    case 'copy':
      return callable(name, () => dict(entries()));
    case 'clear':
    case 'pop':
    case 'popitem':
    case 'setdefault':
    case 'update':
      return callable(name, () => immutable('dict', name));
    default:
      return undefined;
  }
}

function sequenceMethod(value: Sequence, name: string, budget: Budget): Value | undefined {
  switch (name) {
    case 'index':
    case 'count':
      return callable(name, (given) => {
        const [wanted = null] = bind(name, given, ['value']);
        const found = value.items.map((entry) => equal(entry, wanted, budget));
        if (name === 'count') {
          return found.filter(Boolean).length;
        }
        if (!found.includes(true)) {
          throw new TemplateError('it is not in list');
        }
        return found.indexOf(true);
      });
    case 'copy':
      return callable(name, () => value);
    case 'append':
    case 'clear':
    case 'extend':
    case 'insert':
    case 'pop':
    case 'remove':
    case 'reverse':
    case 'sort':
      return value.kind === 'list' ? callable(name, () => immutable('list', name)) : undefined;
    default:
      return undefined;
  }
}

/** Templates run in an immutable sandbox. */
function immutable(type: string, name: string): never {
  throw new TemplateError(`access to attribute '${name}' of '${type}' object is unsafe.`);
}
