/** The arguments of a call, checked against what its operator takes. */
import type { CallSyntax, OptionSyntax } from '../algebra/operators/operator.js';
import { nearest, type Span } from '../diagnostic.js';
import type { ProblemList } from './problem-list.js';
import type { CallOption, Decimal, Expression } from './types.js';

/** Collects the arguments of one call, and reports those that do not fit. */
export class CallArguments {
  readonly #word: string;
  readonly #syntax: CallSyntax;
  readonly #problems: ProblemList;
  readonly #operands: (Expression | undefined)[] = [];
  readonly #options: CallOption[] = [];
  readonly #named = new Set<string>();

  /** @param word - of the call */
  constructor(word: string, syntax: CallSyntax, problems: ProblemList) {
    this.#word = word;
    this.#syntax = syntax;
    this.#problems = problems;
  }

  /** Operands that were written, without those that have problems of their own. */
  get operands(): readonly Expression[] {
    return this.#operands.filter((operand) => operand !== undefined);
  }

  /** Options as they were written. */
  get options(): readonly CallOption[] {
    return this.#options;
  }

  /** @param operand - undefined for one that has problems of its own */
  addOperand(operand: Expression | undefined, span: Span): void {
    if (this.#named.size > 0) {
      this.#add(span, `the operands of ${this.#word} come before its options`, `Write ${this.#syntax.example}.`);
    } else if (this.#operands.length === this.#syntax.operands.most) {
      this.#add(span, `${this.#word} takes ${this.#count()}`, `Write ${this.#syntax.example}.`);
    }
    this.#operands.push(operand);
  }

  /** Whether there is such an option, and it was not given before. */
  nameOption(name: string, span: Span): void {
    const { options, exactlyOne = [] } = this.#syntax;
    if (!Object.hasOwn(options, name)) {
      const near = nearest(name, Object.keys(options));
      const known = Object.keys(options).join(', ');
      const hint = near === undefined ? `Known options: ${known === '' ? 'none' : known}.` : `Did you mean ${near}?`;
      this.#add(span, `${this.#word} has no option "${name.slice(0, 60)}"`, hint);
    } else if (this.#named.has(name)) {
      this.#add(span, `option ${name} is given twice`, 'Give it once.');
    }
    const rivals = exactlyOne.find((names) => names.includes(name) && names.some((other) => this.#named.has(other)));
    if (rivals !== undefined && !this.#named.has(name)) {
      this.#add(span, `${this.#word} takes only one of ${rivals.join(', ')}`, `Write ${this.#syntax.example}.`);
    }
    this.#named.add(name);
  }

  /** @param value - undefined for a number that was refused already */
  setOption(name: string, value: Decimal | undefined, span: Span): void {
    const option = Object.hasOwn(this.#syntax.options, name) ? this.#syntax.options[name] : undefined;
    if (option === undefined || value === undefined) {
      return;
    }
    if (!fits(option, value)) {
      const message = `option ${name} of ${this.#word} is ${describeRange(option)}, got ${value.slice(0, 40)}`;
      this.#add(span, message, `Write for example ${name}: ${option.example}.`);
    }
    this.#options.push({ name, value, span });
  }

  /** The value of an option is not a number. */
  refuseValue(name: string, written: string, span: Span): void {
    const example = (Object.hasOwn(this.#syntax.options, name) ? this.#syntax.options[name] : undefined)?.example;
    const message = `option ${name.slice(0, 60)} of ${this.#word} takes a number, got ${written}`;
    this.#add(span, message, `Write for example ${name.slice(0, 60)}: ${example ?? '1'}.`);
  }

  /**
   * Reports what is missing.
   *
   * @param word - where the call's word is
   * @param close - where its brackets close
   */
  finish(word: Span, close: Span): void {
    const { operands, options, exactlyOne = [], example } = this.#syntax;
    if (this.#operands.length < operands.least) {
      const got = this.#operands.length === 0 ? 'none' : String(this.#operands.length);
      this.#add(word, `${this.#word} takes ${this.#count()}, got ${got}`, `Write ${example}.`);
    }
    const alone = Object.entries(options)
      .filter(([name, option]) => option.default === undefined && !exactlyOne.some((names) => names.includes(name)))
      .map(([name]) => [name]);
    const missing = [...alone, ...exactlyOne].filter((names) => !names.some((name) => this.#named.has(name)));
    if (missing.length > 0) {
      const what = missing.map((names) => names.join(' or ')).join(', and ');
      this.#add(close, `${this.#word} needs an option: ${what}`, `Write ${example}.`);
    }
  }

  #add(span: Span, message: string, hint: string): void {
    this.#problems.add('EXPRESSION_CALL', span, message, hint);
  }

  #count(): string {
    const { least, most } = this.#syntax.operands;
    const operands = most === 1 ? 'operand' : 'operands';
    return least === most
      ? `${String(least)} ${operands}`
      : most === Infinity
        ? `at least ${String(least)} operand${least === 1 ? '' : 's'}`
        : `${String(least)} to ${String(most)} ${operands}`;
  }
}

/** Options in the order in which the operator lists them, defaults put in. */
export function completeOptions(
  { options }: CallSyntax,
  written: readonly CallOption[],
  parse: (text: string) => Decimal,
): Readonly<Record<string, Decimal>> {
  const complete: Record<string, Decimal> = {};
  for (const [name, option] of Object.entries(options)) {
    const value =
      written.find((one) => one.name === name)?.value ??
      (option.default === undefined ? undefined : parse(option.default));
    if (value !== undefined) {
      complete[name] = value;
    }
  }
  return complete;
}

function fits({ kind, least, above, most, below }: OptionSyntax, value: Decimal): boolean {
  const number = Number(value);
  return (
    (kind === 'decimal' || Number.isSafeInteger(number)) &&
    (least === undefined || number >= least) &&
    (above === undefined || number > above) &&
    (most === undefined || number <= most) &&
    (below === undefined || number < below)
  );
}

/** `a whole number of at least 1`, `a number above 0 and below 1`. */
export function describeRange({ kind, least, above, most, below }: OptionSyntax): string {
  const limits = [
    ...(least === undefined ? [] : [`at least ${String(least)}`]),
    ...(above === undefined ? [] : [`above ${String(above)}`]),
    ...(most === undefined ? [] : [`at most ${String(most)}`]),
    ...(below === undefined ? [] : [`below ${String(below)}`]),
  ];
  const [first = ''] = limits;
  const joint = limits.length === 0 ? '' : /^at/.test(first) ? ' of ' : ' ';
  return `${kind === 'whole' ? 'a whole number' : 'a number'}${joint}${limits.join(' and ')}`;
}
