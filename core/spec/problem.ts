/** Problems of a spec, as data: collected all at once, located in the end. */
import type { Diagnostic, Span } from '../diagnostic.js';
import type { ExpressionProblemCode } from '../expression/problem.js';
import { EditedText } from './edited-text.js';

/** What can be wrong with a spec beside its expressions; docs/spec.md lists the same lines. */
export const SPEC_PROBLEMS = {
  YAML_SYNTAX: 'the text is not YAML 1.2',
  YAML_CHARACTER: 'a control character; the text should be UTF-8 without NUL bytes',
  YAML_DOCUMENTS: 'more than one document in a file',
  YAML_DUPLICATE_KEY: 'a key occurs twice in a map',
  YAML_KEY: 'a key that is not text',
  YAML_UNSUPPORTED: 'merge keys (`<<`), custom tags, and directives other than `%YAML 1.2` are not part of a spec',
  YAML_ALIAS: 'an alias without its anchor, inside itself, or aliases that expand to too much',
  YAML_NESTING: 'lists and maps are nested too deep',
  SPEC_SIZE:
    'the file is larger than 1 MiB or has too many words and signs, a map has too many entries, or there are too many orders, settings, points or adapters to write',
  SPEC_EMPTY: 'the file is empty, or no map at its top',
  SPEC_KIND: '`kind` is missing or unknown',
  SPEC_MISSING_KEY: 'a required key is missing',
  SPEC_UNKNOWN_KEY: 'a key that is not known here',
  SPEC_TYPE: 'a value of the wrong type',
  SPEC_VALUE: 'a value out of its range, or not one of those allowed',
  SPEC_NAME: 'a name that does not follow the rule of names',
  SPEC_RESERVED_NAME: '`Ext` or `base` declared as an adapter, a step or a variable',
  SPEC_DUPLICATE_NAME: 'two adapters, steps, variables or labels of the same name',
  SPEC_UNKNOWN_NAME: 'a name that no adapter, step or variable has',
  SPEC_CYCLE: 'steps that use one another in a cycle',
  SPEC_STEPS: '`steps` and `chain` both present, or neither',
  SPEC_BENCHMARK: 'an unknown benchmark, or several in one list item',
  SPEC_PARAMETERS: 'parameters of a benchmark that cannot be combined',
  SPEC_SOURCE: 'an invalid path or URI',
  SPEC_DIGEST: 'a digest that is not `sha256:` and 64 hexadecimal digits',
  SPEC_ORDER: 'an order that does not list every name of `remove` once, or an order listed twice',
  SPEC_MATCH: '`match: distance` without the ext arms, which set the distance, or without others to scale',
  SPEC_RANGE: 'a range without values, with too many, or with keys that cannot be combined',
  SPEC_VARIABLE: 'a variable that the chain does not use, or that cannot be followed',
  SPEC_SEARCH: 'a search that lacks its number of points, its goal or the values of a grid',
  SPEC_METRIC: 'a metric that no benchmark of `evaluate.with` has, or a repeated goal',
  SPEC_CONSTRAINT:
    'a constraint that is not `metric <= number` or `metric <= number * candidate`, or the same with `>=`',
  SPEC_OUTPUT: 'two outputs in the same folder or inside one another, or an output over an input',
  SPEC_NOT_EVALUATED:
    'a candidate that is not evaluated has no metrics: refused in constraints, a warning in comparisons',
  SPEC_PLACEHOLDER:
    '`${…}` that `vars` does not declare, whose variable the environment does not have, or that looks like a secret',
  SPEC_SET: 'a `--set` that is not `key=value`, or whose place the spec does not have',
  SPEC_UNUSED: 'an unused entry of a `lambda` map, or a default that no benchmark has: a warning',
  SPEC_MORE: 'there are more problems than are shown',
} as const;

/** A code of this table or of the expressions'. */
export type SpecProblemCode = keyof typeof SPEC_PROBLEMS | ExpressionProblemCode;

/** One problem, located by offsets into the spec's text. */
export interface SpecProblem {
  readonly code: SpecProblemCode;
  readonly message: string;
  /** What to write instead. */
  readonly hint: string;
  readonly span: Span;
  /** `error` unless said otherwise. */
  readonly severity?: 'error' | 'warning';
}

/** A problem, located. */
export function diagnoseAt(
  file: string,
  text: EditedText,
  { code, message, hint, span, severity }: SpecProblem,
): Diagnostic {
  return { code, severity: severity ?? 'error', message, hint, location: text.locate(file, span) };
}

/** Problems shown at most; the rest are counted. */
const MAX_SHOWN = 100;

/** Collects problems. */
export class SpecProblems {
  readonly #problems: SpecProblem[] = [];

  add(problem: SpecProblem): void {
    this.#problems.push(problem);
  }

  /** Whether there are so many that looking for more is waste. */
  get isFull(): boolean {
    return this.#problems.length > 2 * MAX_SHOWN;
  }

  get hasError(): boolean {
    return this.#problems.some(({ severity }) => severity !== 'warning');
  }

  /** Located, in the order of their place, the first hundred. */
  toDiagnostics(file: string, text: string | EditedText): readonly Diagnostic[] {
    const source = typeof text === 'string' ? EditedText.of(text) : text;
    const sorted = this.#problems.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    const shown = sorted.slice(0, MAX_SHOWN);
    const last = shown.at(-1);
    if (last !== undefined && sorted.length > MAX_SHOWN) {
      const message = `more than ${MAX_SHOWN} problems; the rest are not shown`;
      const hint = 'Correct these, then check again.';
      shown.push({ code: 'SPEC_MORE', message, hint, span: last.span });
    }
    return shown.map((problem) => diagnoseAt(file, source, problem));
  }
}
