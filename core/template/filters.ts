/** Jinja's filters that chat templates use; `tojson` as transformers defines it. */
import { bind, integerArgument, textArgument } from './arguments.js';
import { attribute } from './attributes.js';
import type { Budget } from './budget.js';
import type { Filter, FilterTools } from './filter.js';
import { SEQUENCE_FILTERS } from './sequence-filters.js';
import { jsonText, textOf } from './print.js';
import { printf } from './printf.js';
import { capitalize, replace, strip } from './text-methods.js';
import { iterate } from './operators.js';
import {
  characters,
  float,
  integer,
  isKind,
  isSequence,
  isTrue,
  list,
  numberOf,
  TemplateError,
  tuple,
  typeName,
  type Arguments,
  type Value,
} from './value.js';

const onText =
  (work: (text: string, budget: Budget) => string): Filter =>
  (value, given, { budget }) => {
    bind('the filter', given, []);
    const text = textOf(value, budget);
    budget.text(text.length);
    return work(text, budget);
  };

const length: Filter = (value) => {
  if (typeof value === 'string') {
    return characters(value).length;
  }
  if (isSequence(value)) {
    return value.items.length;
  }
  if (isKind(value, 'dict')) {
    return value.entries.size;
  }
  if (isKind(value, 'missing')) {
    return 0;
  }
  throw new TemplateError(`object of type '${typeName(value)}' has no len()`);
};

const standard: Filter = (value, given) => {
  const [otherwise = '', boolean = false] = bind('default', given, ['default_value', 'boolean']);
  return isKind(value, 'missing') || (isTrue(boolean) && !isTrue(value)) ? otherwise : value;
};

const toInteger: Filter = (value, given) => {
  const [otherwise = 0] = bind('int', given, ['default', 'base']);
  const number = numberOf(value);
  if (number !== undefined && Number.isFinite(number)) {
    return integer(Math.trunc(number));
  }
  const text = typeof value === 'string' ? strip(value, undefined, 'both').replaceAll(/(?<=\d)_(?=\d)/g, '') : '';
  return /^[-+]?\d+$/.test(text)
    ? integer(Number(text))
    : /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)
      ? integer(Math.trunc(Number(text)))
      : otherwise;
};

const toFloat: Filter = (value, given) => {
  const [otherwise = float(0)] = bind('float', given, ['default']);
  const number = numberOf(value);
  if (number !== undefined) {
    return float(number);
  }
  const text = typeof value === 'string' ? strip(value, undefined, 'both') : '';
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? float(Number(text)) : otherwise;
};

const toJson: Filter = (value, given, { budget }) => {
  const [ascii = false, indent = null, separators = null, sortKeys = false] = bind('tojson', given, [
    'ensure_ascii',
    'indent',
    'separators',
    'sort_keys',
  ]);
  const [between, behindKey] = isSequence(separators) ? separators.items : [indent === null ? ', ' : ',', ': '];
  return jsonText(
    value,
    {
      indent: indent === null ? undefined : integerArgument('indent', indent, 0),
      separators: [textArgument('separators', between), textArgument('separators', behindKey)],
      ensureAscii: isTrue(ascii),
      sortKeys: isTrue(sortKeys),
    },
    budget,
  );
};

const indent: Filter = (value, given, { budget }) => {
  const [width = 4, first = false, blank = false] = bind('indent', given, ['width', 'first', 'blank']);
  const pad = typeof width === 'string' ? width : ' '.repeat(Math.min(integerArgument('width', width, 4), 10_000));
  const lines = textOf(value, budget).split('\n');
  budget.text(lines.length * (pad.length + 1) + lines.join('').length);
  const [start = '', ...rest] = lines;
  const indented = rest.map((line) => (line === '' && !isTrue(blank) ? line : pad + line));
  return [isTrue(first) ? pad + start : start, ...indented].join('\n');
};

/** Jinja's own: the first letter behind a blank, a hyphen or an opening bracket. */
const title = (text: string): string =>
  text
    .split(/([-\s([{<]+)/)
    .map((part) => capitalize(part))
    .join('');

const round: Filter = (value, given) => {
  const [precision, method = 'common'] = bind('round', given, ['precision', 'method']);
  const digits = integerArgument('precision', precision, 0);
  const number = numberOf(value);
  if (number === undefined) {
    throw new TemplateError(`type ${typeName(value)} doesn't define __round__ method`);
  }
  const scaled = number * 10 ** digits;
  const whole = method === 'ceil' ? Math.ceil(scaled) : method === 'floor' ? Math.floor(scaled) : halfToEven(scaled);
  return float(whole / 10 ** digits);
};

function halfToEven(value: number): number {
  const below = Math.floor(value);
  const part = value - below;
  return part < 0.5 || (part === 0.5 && below % 2 === 0) ? below : below + 1;
}

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;' };

const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ...SEQUENCE_FILTERS,
  [
    'abs',
    (value) => (isKind(value, 'float') ? float(Math.abs(value.value)) : integer(Math.abs(numberOf(value) ?? NaN))),
  ],
  [
    'attr',
    (value, given, { budget }) => attribute(value, textArgument('attr', bind('attr', given, ['name'])[0]), budget),
  ],
  ['capitalize', onText(capitalize)],
  ['count', length],
  ['d', standard],
  ['default', standard],
  ['e', onText((text) => text.replaceAll(/[&<>'"]/g, (mark) => HTML[mark] ?? mark))],
  ['escape', onText((text) => text.replaceAll(/[&<>'"]/g, (mark) => HTML[mark] ?? mark))],
  ['float', toFloat],
  [
    'format',
    (value, given, { budget }) => {
      const named = [...given.named].map(([key, entry]) => [`s${key}`, [key, entry] as const] as const);
      const values = named.length > 0 ? ({ kind: 'dict', entries: new Map(named) } as const) : tuple(given.positional);
      return printf(textOf(value, budget), values, budget);
    },
  ],
  ['indent', indent],
  ['int', toInteger],
  [
    'items',
    (value, _, { budget }) => {
      if (isKind(value, 'missing')) {
        return list([]);
      }
      if (!isKind(value, 'dict')) {
        throw new TemplateError('Can only get item pairs from a mapping.');
      }
      budget.step(value.entries.size);
      return list([...value.entries.values()].map((pair) => tuple(pair)));
    },
  ],
  ['length', length],
  ['list', (value, _, { budget }) => list(iterate(value, budget))],
  ['lower', onText((text) => text.toLowerCase())],
  [
    'replace',
    (value, given, { budget }) => {
      const [old = null, by = null, count] = bind('replace', given, ['old', 'new', 'count']);
      const most = integerArgument('count', count, -1);
      return replace(textOf(value, budget), textOf(old, budget), textOf(by, budget), most, budget);
    },
  ],
  ['round', round],
  ['safe', onText((text) => text)],
  ['string', onText((text) => text)],
  ['title', onText(title)],
  ['tojson', toJson],
  ['trim', (value, given, { budget }) => strip(textOf(value, budget), bind('trim', given, ['chars'])[0], 'both')],
  ['upper', onText((text) => text.toUpperCase())],
  ['wordcount', (value, _, { budget }) => textOf(value, budget).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0],
]);

/**
 * Puts a filter on a value.
 *
 * @throws TemplateError when there is no such filter, or it fails
 */
export function applyFilter(name: string, value: Value, given: Arguments, tools: FilterTools): Value {
  const filter = FILTERS.get(name);
  if (filter === undefined) {
    throw new TemplateError(`no filter named '${name.slice(0, 60)}'`);
  }
  tools.budget.step(1 + (typeof value === 'string' ? Math.ceil(value.length / 1024) : 0));
  return filter(value, given, tools);
}
