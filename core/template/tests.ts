/** Jinja's tests: `value is name`. */
import { bind } from './arguments.js';
import type { Budget } from './budget.js';
import { compare, equal } from './operators.js';
import { isKind, isSequence, numberOf, TemplateError, type Arguments, type Value } from './value.js';

type Test = (value: Value, other: Value, budget: Budget) => boolean;

const whole = (value: Value): number => {
  const number = numberOf(value);
  if (number === undefined) {
    throw new TemplateError('the test needs a number');
  }
  return number;
};
const by =
  (operator: string): Test =>
  (value, other, budget) =>
    compare(operator, value, other, budget);

const PLAIN: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['boolean', (value) => typeof value === 'boolean'],
  ['callable', (value) => isKind(value, 'callable')],
  ['defined', (value) => !isKind(value, 'missing')],
  ['even', (value) => whole(value) % 2 === 0],
  ['false', (value) => value === false],
  ['float', (value) => isKind(value, 'float')],
  ['integer', (value) => typeof value === 'number'],
  [
    'iterable',
    (value) => typeof value === 'string' || isSequence(value) || isKind(value, 'dict') || isKind(value, 'missing'),
  ],
  ['lower', (value) => typeof value === 'string' && value === value.toLowerCase() && value !== value.toUpperCase()],
  ['mapping', (value) => isKind(value, 'dict')],
  ['none', (value) => value === null],
  ['number', (value) => numberOf(value) !== undefined],
  ['odd', (value) => Math.abs(whole(value) % 2) === 1],
  [
    'sequence',
    (value) => typeof value === 'string' || isSequence(value) || isKind(value, 'dict') || isKind(value, 'missing'),
  ],
  ['string', (value) => typeof value === 'string'],
  ['true', (value) => value === true],
  ['undefined', (value) => isKind(value, 'missing')],
  ['upper', (value) => typeof value === 'string' && value === value.toUpperCase() && value !== value.toLowerCase()],
]);

const WITH_ONE: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['divisibleby', (value, other) => whole(value) % whole(other) === 0],
  ['in', by('in')],
  ['sameas', (value, other, budget) => typeof value === typeof other && equal(value, other, budget)],
  ...['eq', 'equalto', '=='].map((name) => [name, by('==')] as const),
  ...['ne', '!='].map((name) => [name, by('!=')] as const),
  ...['lt', 'lessthan', '<'].map((name) => [name, by('<')] as const),
  ...['gt', 'greaterthan', '>'].map((name) => [name, by('>')] as const),
  ...['le', '<='].map((name) => [name, by('<=')] as const),
  ...['ge', '>='].map((name) => [name, by('>=')] as const),
]);

/**
 * Whether a value passes a test.
 *
 * @throws TemplateError when there is no such test, or it fails
 */
export function applyTest(name: string, value: Value, given: Arguments, budget: Budget): boolean {
  budget.step();
  const test = PLAIN.get(name);
  if (test !== undefined) {
    bind(`the test ${name}`, given, []);
    return test(value, null, budget);
  }
  const withOne = WITH_ONE.get(name);
  if (withOne === undefined) {
    throw new TemplateError(`no test named '${name.slice(0, 60)}'`);
  }
  const [other = null] = bind(`the test ${name}`, given, ['other']);
  return withOne(value, other, budget);
}
