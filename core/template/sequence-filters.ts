/** Filters over lists. */
import { bind, integerArgument, textArgument } from './arguments.js';
import type { Filter, FilterTools } from './filter.js';
import { pathValue } from './path-value.js';
import { binary, equal, iterate, ordered } from './operators.js';
import { textOf } from './print.js';
import {
  characters,
  isKind,
  isSequence,
  isTrue,
  list,
  missing,
  orElse,
  TemplateError,
  tuple,
  type Arguments,
  type Value,
} from './value.js';

const end =
  (place: 0 | -1): Filter =>
  (value, _, { budget }) =>
    orElse(iterate(value, budget).at(place), () => missing('No item, sequence was empty.'));

const folded = (value: Value, isSensitive: boolean): Value =>
  typeof value === 'string' && !isSensitive ? value.toLowerCase() : value;

function sorted(
  items: readonly Value[],
  keyOf: (item: Value) => Value,
  isReverse: boolean,
  { budget }: FilterTools,
): readonly Value[] {
  const keyed = items.map((item) => [keyOf(item), item] as const);
  budget.step(items.length * Math.ceil(Math.log2(items.length + 2)));
  const order = isReverse ? -1 : 1;
  return keyed.toSorted(([a], [b]) => order * ordered('<', a, b, budget)).map(([, item]) => item);
}

const sort: Filter = (value, given, tools) => {
  const [reverse = false, sensitive = false, path] = bind('sort', given, ['reverse', 'case_sensitive', 'attribute']);
  const keyOf = (item: Value): Value => {
    const key = path === undefined || path === null ? item : pathValue(item, path, tools.budget);
    return folded(key, isTrue(sensitive));
  };
  return list(sorted(iterate(value, tools.budget), keyOf, isTrue(reverse), tools));
};

const dictsort: Filter = (value, given, tools) => {
  const [sensitive = false, by = 'key', reverse = false] = bind('dictsort', given, ['case_sensitive', 'by', 'reverse']);
  if (!isKind(value, 'dict')) {
    throw new TemplateError('dictsort needs a dict');
  }
  const pairs = [...value.entries.values()].map((pair) => tuple(pair));
  const keyOf = (pair: Value): Value =>
    folded((isSequence(pair) ? pair.items[by === 'value' ? 1 : 0] : null) ?? null, isTrue(sensitive));
  return list(sorted(pairs, keyOf, isTrue(reverse), tools));
};

const join: Filter = (value, given, { budget }) => {
  const [mark = '', path] = bind('join', given, ['d', 'attribute']);
  const items = iterate(value, budget).map((item) =>
    textOf(path === undefined || path === null ? item : pathValue(item, path, budget), budget),
  );
  const between = textOf(mark, budget);
  budget.text(items.reduce((sum, text) => sum + text.length + between.length, 0));
  return items.join(between);
};

const unique: Filter = (value, given, { budget }) => {
  const [sensitive = false, path] = bind('unique', given, ['case_sensitive', 'attribute']);
  const seen: Value[] = [];
  const kept = iterate(value, budget).filter((item) => {
    const key = folded(path === undefined || path === null ? item : pathValue(item, path, budget), isTrue(sensitive));
    const isNew = !seen.some((other) => equal(other, key, budget));
    seen.push(...(isNew ? [key] : []));
    return isNew;
  });
  return list(kept);
};

const map: Filter = (value, given, tools) => {
  const { budget } = tools;
  const path = given.named.get('attribute');
  const items = iterate(value, budget);
  if (path !== undefined) {
    const standard = given.named.get('default');
    return list(
      items.map((item) => {
        const found = pathValue(item, path, budget);
        return isKind(found, 'missing') && standard !== undefined ? standard : found;
      }),
    );
  }
  const [name, ...positional] = given.positional;
  const filter = textArgument('the filter of map', name);
  return list(items.map((item) => tools.filter(filter, item, { positional, named: given.named })));
};

/** `select`, `reject` and their forms over an attribute. */
const select =
  (keeps: boolean, hasAttribute: boolean): Filter =>
  (value, given, tools) => {
    const [path, name, ...positional] = hasAttribute ? given.positional : [null, ...given.positional];
    const passes = (item: Value): boolean => {
      const tested = hasAttribute ? pathValue(item, path ?? null, tools.budget) : item;
      return name === undefined
        ? isTrue(tested)
        : tools.test(textArgument('the test', name), tested, { positional, named: given.named });
    };
    return list(iterate(value, tools.budget).filter((item) => passes(item) === keeps));
  };

const extreme =
  (sign: 1 | -1): Filter =>
  (value, given, { budget }) => {
    const [sensitive = false, path] = bind('min', given, ['case_sensitive', 'attribute']);
    const keyOf = (item: Value): Value =>
      folded(path === undefined || path === null ? item : pathValue(item, path, budget), isTrue(sensitive));
    const items = iterate(value, budget);
    const [first] = items;
    return first === undefined
      ? missing('No aggregated item, sequence was empty.')
      : items.reduce((best, item) => (sign * ordered('<', keyOf(item), keyOf(best), budget) < 0 ? item : best), first);
  };

const sum: Filter = (value, given, { budget }) => {
  const [path, start = 0] = bind('sum', given, ['attribute', 'start']);
  return iterate(value, budget).reduce<Value>(
    (total, item) =>
      binary('+', total, path === undefined || path === null ? item : pathValue(item, path, budget), budget),
    start,
  );
};

const batch: Filter = (value, given, { budget }) => {
  const [count, fill = null] = bind('batch', given, ['linecount', 'fill_with']);
  const size = Math.max(1, integerArgument('linecount', count, 1));
  const items = iterate(value, budget);
  const rows = Array.from({ length: Math.ceil(items.length / size) }, (_, row) =>
    items.slice(row * size, (row + 1) * size),
  );
  budget.step(rows.length * Math.min(size, items.length + 1));
  return list(
    rows.map((row) =>
      list(fill === null ? row : [...row, ...Array.from({ length: Math.min(size - row.length, 10_000) }, () => fill)]),
    ),
  );
};

const reverse: Filter = (value: Value, _: Arguments, { budget }) =>
  typeof value === 'string' ? characters(value).toReversed().join('') : list(iterate(value, budget).toReversed());

/** By name. */
export const SEQUENCE_FILTERS: readonly (readonly [string, Filter])[] = [
  ['batch', batch],
  ['dictsort', dictsort],
  ['first', end(0)],
  ['join', join],
  ['last', end(-1)],
  ['map', map],
  ['max', extreme(-1)],
  ['min', extreme(1)],
  ['reject', select(false, false)],
  ['rejectattr', select(false, true)],
  ['reverse', reverse],
  ['select', select(true, false)],
  ['selectattr', select(true, true)],
  ['sort', sort],
  ['sum', sum],
  ['unique', unique],
];
