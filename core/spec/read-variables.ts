/** `over`: the variables of a sweep and their values. */
import { multiplyDecimals } from '../expression/decimal-arithmetic.js';
import { decimalToNumber, ONE } from '../expression/decimal.js';
import type { Decimal } from '../expression/types.js';
import type { SweepVariable } from '../sweep/types.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { readDecimal, readDecimals } from './read-decimal.js';
import { readRange, ValueRoom } from './read-range.js';
import { entriesOf, entryOf, textOf, type YamlEntry, type YamlNode } from './yaml-tree.js';

/** A variable whose name is good. */
export interface DeclaredVariable {
  readonly name: string;
  readonly entry: YamlEntry;
  /** The variable that a linked one is a multiple of. */
  readonly follows: string | undefined;
  /** Undefined when its values could not be read; that is reported. */
  readonly variable: SweepVariable | undefined;
}

/** Declares the variables and reads their values. */
export function readVariables(root: YamlNode, names: Namespace, problems: SpecProblems): readonly DeclaredVariable[] {
  const declared = entriesOf(entryOf(root, 'over')?.value).map((entry) => ({
    name: names.declare('variable', entry),
    entry,
  }));
  const free = new Map<string, FreeValues>();
  const room = new ValueRoom();
  for (const { name, entry } of declared.filter(({ entry: { value } }) => !isLinked(value))) {
    // The values of a variable without a good name are checked all the same.
    const variable = readValues(name ?? '', entry, room, problems);
    if (name !== undefined) {
      free.set(name, { variable, ends: endsOf(variable) });
    }
  }
  return declared.flatMap(({ name, entry }) => {
    if (!isLinked(entry.value)) {
      return name === undefined ? [] : [{ name, entry, follows: undefined, variable: free.get(name)?.variable }];
    }
    const linked = readLinked(name ?? '', entry.value, { names, free, problems });
    return name === undefined ? [] : [{ name, entry, ...linked }];
  });
}

/** A variable that others may follow; its ends are found once, however many follow it. */
interface FreeValues {
  /** Undefined when its values could not be read; that is reported. */
  readonly variable: SweepVariable | undefined;
  /** Smallest and largest value; empty without values. */
  readonly ends: readonly Decimal[];
}

function isLinked(node: YamlNode): boolean {
  return entryOf(node, 'follows') !== undefined;
}

function readValues(
  name: string,
  entry: YamlEntry,
  room: ValueRoom,
  problems: SpecProblems,
): SweepVariable | undefined {
  if (entry.value.kind === 'list') {
    const values = readDecimals(entry.value, problems);
    room.take(values.length);
    return values.length === 0 ? undefined : { kind: 'values', name, values, scale: 'linear' };
  }
  if (entry.value.kind !== 'map') {
    return undefined;
  }
  const times = entryOf(entry.value, 'times');
  if (times !== undefined) {
    const hint = 'Name the variable that this one is a multiple of: { follows: a, times: 2 }.';
    problems.add({ code: 'SPEC_RANGE', message: 'times needs follows', hint, span: times.keySpan });
  }
  return readRange(name, entry, room, problems);
}

function readLinked(
  name: string,
  node: YamlNode,
  given: {
    readonly names: Namespace;
    readonly free: ReadonlyMap<string, FreeValues>;
    readonly problems: SpecProblems;
  },
): Pick<DeclaredVariable, 'follows' | 'variable'> {
  const { names, free, problems } = given;
  for (const { key, keySpan } of entriesOf(node)) {
    if (['from', 'to', 'step', 'count', 'scale'].includes(key)) {
      const message = `${key} cannot be combined with follows`;
      const hint = 'A variable that follows another one has no values of its own: { follows: a, times: 2 }.';
      problems.add({ code: 'SPEC_RANGE', message, hint, span: keySpan });
    }
  }
  const followsNode = entryOf(node, 'follows')?.value;
  const written = textOf(followsNode);
  const timesNode = entryOf(node, 'times')?.value;
  const times = timesNode === undefined ? ONE : readDecimal(timesNode, problems);
  const of =
    written === undefined || followsNode === undefined
      ? undefined
      : names.resolve(written, followsNode.span, ['variable']);
  if (of === undefined || followsNode === undefined) {
    return { follows: of, variable: undefined };
  }
  if (!free.has(of)) {
    const message = of === name ? `"${of}" follows itself` : `"${of}" follows another variable itself`;
    const hint = 'Let it follow a variable that has values of its own.';
    problems.add({ code: 'SPEC_VARIABLE', message, hint, span: followsNode.span });
    return { follows: of, variable: undefined };
  }
  if (
    timesNode !== undefined &&
    times !== undefined &&
    !(free.get(of)?.ends ?? []).every((end) => canHold(end, times))
  ) {
    const message = `${times} times the values of "${of}" is more than float64 can hold`;
    problems.add({ code: 'SPEC_VALUE', message, hint: 'Write a multiple closer to 1.', span: timesNode.span });
  }
  return { follows: of, variable: times === undefined ? undefined : { kind: 'linked', name, of, times } };
}

/** Smallest and largest value. */
function endsOf(variable: SweepVariable | undefined): readonly Decimal[] {
  if (variable?.kind === 'interval') {
    return [variable.from, variable.to];
  }
  const values = variable?.kind === 'values' ? variable.values : [];
  const [first] = values;
  if (first === undefined) {
    return [];
  }
  return [
    values.reduce((least, value) => (decimalToNumber(value) < decimalToNumber(least) ? value : least), first),
    values.reduce((most, value) => (decimalToNumber(value) > decimalToNumber(most) ? value : most), first),
  ];
}

function canHold(value: Decimal, times: Decimal): boolean {
  try {
    multiplyDecimals(value, times);
    return true;
  } catch {
    return false;
  }
}
