/** Ranges of a variable: `{ from, to, step }`, `{ from, to, count, scale }`, or the interval `{ from, to, scale }`. */
import { compareDecimals, countSteps, spacedRange, stepRange } from '../expression/decimal-arithmetic.js';
import { decimalToNumber } from '../expression/decimal.js';
import type { Decimal } from '../expression/types.js';
import type { SweepScale, SweepVariable } from '../sweep/types.js';
import type { SpecProblems } from './problem.js';
import { readDecimal } from './read-decimal.js';
import { MAX_VALUES } from './schema/sweep.js';
import { entryOf, numberOf, textOf, type YamlEntry } from './yaml-tree.js';

type RangeKey = 'from' | 'to' | 'step' | 'count';

/** A range whose ends could be read. */
interface Interval {
  readonly name: string;
  readonly from: Decimal;
  readonly to: Decimal;
  readonly scale: SweepScale;
}

interface Range extends Interval {
  readonly room: ValueRoom;
}

interface RangeProblem {
  readonly kind: 'problem';
  readonly at: RangeKey;
  readonly message: string;
  readonly hint: string;
}

/** How many values the variables of a spec may still have: ranges are counted before they are made. */
export class ValueRoom {
  #left = MAX_VALUES;

  /** Takes room for some values; false when there is too little. */
  take(count: number): boolean {
    if (count > this.#left) {
      return false;
    }
    this.#left -= count;
    return true;
  }
}

/** The variable, or undefined when something is wrong with it; that is reported here, or by the schema. */
export function readRange(
  name: string,
  entry: YamlEntry,
  room: ValueRoom,
  problems: SpecProblems,
): SweepVariable | undefined {
  const entryAt = (key: RangeKey | 'scale'): YamlEntry | undefined => entryOf(entry.value, key);
  const from = readDecimal(entryAt('from')?.value, problems);
  const to = readDecimal(entryAt('to')?.value, problems);
  const step = readDecimal(entryAt('step')?.value, problems, 'signed');
  const count = numberOf(entryAt('count')?.value);
  for (const key of (['from', 'to'] as const).filter((wanted) => entryAt(wanted) === undefined)) {
    const message = `over.${entry.key.slice(0, 60)} needs the key "${key}"`;
    const hint = 'Write a list, { from, to, step }, { from, to, count }, or { follows: OTHER, times: … }.';
    problems.add({ code: 'SPEC_MISSING_KEY', message, hint, span: entry.keySpan });
  }
  const isMistyped =
    (entryAt('step') !== undefined && step === undefined) || (entryAt('count') !== undefined && count === undefined);
  if (from === undefined || to === undefined || isMistyped) {
    return undefined;
  }
  const scale = textOf(entryAt('scale')?.value) === 'log' ? 'log' : 'linear';
  const made = makeVariable({ name, from, to, scale, room }, step, count);
  if (made?.kind === 'problem') {
    const { message, hint, at } = made;
    problems.add({ code: 'SPEC_RANGE', message, hint, span: (entryAt(at)?.value ?? entry.value).span });
    return undefined;
  }
  return made;
}

function makeVariable(
  range: Range,
  step: Decimal | undefined,
  count: number | undefined,
): SweepVariable | RangeProblem | undefined {
  const { room, ...interval } = range;
  const { from, to, scale } = interval;
  if (step !== undefined && count !== undefined) {
    return problem('count', 'step and count cannot be combined', 'Keep one of them.');
  }
  if (step !== undefined && scale === 'log') {
    return problem('step', 'a log range takes count, not step', 'Write count: and a number.');
  }
  if (scale === 'log' && from === '0') {
    return problem('from', 'a log range must begin above 0, got 0', 'Write for example from: 0.01.');
  }
  if (step !== undefined) {
    return stepped(interval, step, room);
  }
  if (compareDecimals(from, to) >= 0) {
    return problem('to', `to must be more than from, got ${from} to ${to}`, 'Write the smaller end first.');
  }
  return count === undefined ? { kind: 'interval', ...interval } : spaced(interval, count, room);
}

function stepped({ name, from, to }: Interval, step: Decimal, room: ValueRoom): SweepVariable | RangeProblem {
  const count = countSteps(from, to, step);
  if (count === undefined) {
    return step === '0'
      ? problem('step', 'a step must not be 0', 'Write a step above 0.')
      : problem(
          'step',
          `a step of ${step} does not lead from ${from} to ${to}`,
          'Change its sign, or swap from and to.',
        );
  }
  if (count > MAX_VALUES) {
    const message = `the range has ${String(count)} values, more than ${MAX_VALUES}`;
    return problem('step', message, 'Write a larger step.');
  }
  if (!room.take(Number(count))) {
    return tooMany('step');
  }
  return { kind: 'values', name, values: stepRange(from, to, step), scale: 'linear' };
}

function spaced(
  { name, from, to, scale }: Interval,
  count: number,
  room: ValueRoom,
): SweepVariable | RangeProblem | undefined {
  if (!Number.isInteger(count) || count < 2 || count > MAX_VALUES) {
    // Reported by the schema.
    return undefined;
  }
  if (!room.take(count)) {
    return tooMany('count');
  }
  const values = spacedRange(from, to, count, scale);
  // As numbers: two decimals that float64 cannot tell apart are one λ.
  const numbers = values.map(decimalToNumber);
  if (numbers.some((value, i) => i > 0 && (numbers[i - 1] ?? value) >= value)) {
    const message = `${count} values from ${from} to ${to} are not all different with six significant digits`;
    return problem('count', message, 'Write a smaller count.');
  }
  return { kind: 'values', name, values, scale };
}

function tooMany(at: RangeKey): RangeProblem {
  const message = `the variables have more than ${MAX_VALUES} values together`;
  return problem(at, message, 'Write fewer values, or an interval { from, to } and search with sobol or optimize.');
}

function problem(at: RangeKey, message: string, hint: string): RangeProblem {
  return { kind: 'problem', at, message, hint };
}
