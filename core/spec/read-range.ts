/** Ranges of a variable: `{ from, to, step }`, `{ from, to, count, scale }`, or the interval `{ from, to, scale }`. */
import { compareDecimals, countSteps, spacedRange, stepRange } from '../expression/decimal-arithmetic.js';
import type { Decimal } from '../expression/types.js';
import type { SweepScale, SweepVariable } from '../sweep/types.js';
import type { SpecProblems } from './problem.js';
import { readDecimal } from './read-decimal.js';
import { MAX_POINTS } from './schema/sweep.js';
import { entryOf, numberOf, textOf, type YamlEntry } from './yaml-tree.js';

type RangeKey = 'from' | 'to' | 'step' | 'count';

/** A range whose ends could be read. */
interface Range {
  readonly name: string;
  readonly from: Decimal;
  readonly to: Decimal;
  readonly scale: SweepScale;
}

interface RangeProblem {
  readonly kind: 'problem';
  readonly at: RangeKey;
  readonly message: string;
  readonly hint: string;
}

/** The variable, or undefined when something is wrong with it; that is reported here, or by the schema. */
export function readRange(name: string, entry: YamlEntry, problems: SpecProblems): SweepVariable | undefined {
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
  const made = makeVariable({ name, from, to, scale }, step, count);
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
  const { from, to, scale } = range;
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
    return stepped(range, step);
  }
  if (compareDecimals(from, to) >= 0) {
    return problem('to', `to must be more than from, got ${from} to ${to}`, 'Write the smaller end first.');
  }
  return count === undefined ? { kind: 'interval', ...range } : spaced(range, count);
}

function stepped({ name, from, to }: Range, step: Decimal): SweepVariable | RangeProblem {
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
  if (count > MAX_POINTS) {
    const message = `the range has ${String(count)} values, more than ${MAX_POINTS}`;
    return problem('step', message, 'Write a larger step.');
  }
  return { kind: 'values', name, values: stepRange(from, to, step), scale: 'linear' };
}

function spaced({ name, from, to, scale }: Range, count: number): SweepVariable | RangeProblem | undefined {
  if (!Number.isInteger(count) || count < 2 || count > MAX_POINTS) {
    // Reported by the schema.
    return undefined;
  }
  const values = spacedRange(from, to, count, scale);
  if (values.some((value, i) => i > 0 && compareDecimals(values[i - 1] ?? value, value) >= 0)) {
    const message = `${count} values from ${from} to ${to} are not all different with six significant digits`;
    return problem('count', message, 'Write a smaller count.');
  }
  return { kind: 'values', name, values, scale };
}

function problem(at: RangeKey, message: string, hint: string): RangeProblem {
  return { kind: 'problem', at, message, hint };
}
