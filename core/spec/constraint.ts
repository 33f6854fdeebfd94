/** Constraints of a sweep: `label.metric <= 0.9 * expert`, `label.metric >= 0.7`. */
import type { Span } from '../diagnostic.js';
import { ONE, parseDecimal } from '../expression/decimal.js';
import { NAME_PATTERN } from '../expression/names.js';
import type { Decimal } from '../expression/types.js';
import type { SweepConstraint } from '../sweep/types.js';

/** `label.metric`, or `label.metric.category=history`; the sign is part of a metric nowhere else. */
const METRIC = /\s*([^\s<>=≤≥.]+\.[^\s<>=≤≥.]+\.[^\s<>=≤≥.]+=[^\s<>=≤≥]+|[^\s<>=≤≥]+)/uy;
const RELATION = /\s*(<=|>=|≤|≥)/uy;
const FACTOR = /\s*((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/uy;
/** Between a factor and its candidate, as in expressions: `·`, `*` or blanks. */
const TIMES = /(?:\s*[·*]|\s)\s*(?=\p{L})/uy;
const NAME = new RegExp(String.raw`\s*(${NAME_PATTERN})`, 'uy');
const REST = /\s*(\S+)/uy;
const FORM = 'Write for example toxicity.mean <= 0.9 * expert, or gsm.accuracy >= 0.7.';

/** A part of the text with its place. */
interface Part {
  readonly text: string;
  readonly span: Span;
}

/** The parts of a constraint, or the one thing that is wrong. Spans are offsets into the text. */
export type ParsedConstraint =
  | {
      readonly constraint: Pick<SweepConstraint, 'relation' | 'factor'> & {
        readonly metric: Part;
        readonly of: Part | undefined;
      };
      readonly problem?: never;
    }
  | {
      readonly constraint?: never;
      readonly problem: { readonly message: string; readonly hint: string; readonly span: Span };
    };

/** Reads a constraint; never throws. Metric and candidate are not looked up. */
export function parseConstraint(text: string): ParsedConstraint {
  let at = 0;
  const take = (pattern: RegExp): Part | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) {
      return undefined;
    }
    const part = match[1] ?? '';
    const end = at + match[0].length;
    at = end;
    return { text: part, span: { start: end - part.length, end } };
  };
  /** What is wrong with what comes next. */
  const fail = (describe: (next: string | undefined) => string, hint = FORM): ParsedConstraint => {
    const next = take(REST);
    const span = next?.span ?? { start: Math.max(0, text.length - 1), end: text.length };
    const shown = next === undefined ? undefined : `"${next.text.slice(0, 40)}"`;
    return { problem: { message: describe(shown), hint, span } };
  };

  const metric = take(METRIC);
  if (metric === undefined) {
    return fail((next) => (next === undefined ? 'the constraint is empty' : `a metric is missing before ${next}`));
  }
  const relation = take(RELATION);
  if (relation === undefined) {
    return fail((next) => (next === undefined ? 'a bound is missing' : `${next} is not <= or >=`), 'Write <= or >=.');
  }
  const number = take(FACTOR);
  const factor: Decimal | undefined = number === undefined ? ONE : parseDecimal(number.text);
  if (factor === undefined) {
    const message = `a bound must be a finite number, got ${number?.text.slice(0, 40) ?? ''}`;
    return { problem: { message, hint: FORM, span: number?.span ?? metric.span } };
  }
  const of = number === undefined || take(TIMES) !== undefined ? take(NAME) : undefined;
  if (number === undefined && of === undefined) {
    return fail((next) => (next === undefined ? 'a bound is missing' : `${next} is not a bound`));
  }
  if (text.slice(at).trim() !== '') {
    return fail((next) => `unexpected ${next ?? ''} after the bound`);
  }
  const isAtMost = relation.text === '<=' || relation.text === '≤';
  return { constraint: { metric, relation: isAtMost ? '<=' : '>=', factor, of } };
}
