/**
 * Chat templates as transformers 5.24 renders them (`render_jinja_template`): Jinja 3.1.6 in an immutable sandbox with loop controls,
 * `raise_exception`, `strftime_now`, and its own `tojson` and `namespace`. Python's semantics, within a budget.
 */
import type { Block } from './ast.js';
import { bind, integerArgument, textArgument } from './arguments.js';
import { Budget } from './budget.js';
import { iterate } from './operators.js';
import { textOf } from './print.js';
import { Renderer } from './renderer.js';
import { Scope } from './scope.js';
import { parseTemplate } from './statements.js';
import { strftime } from './strftime.js';
import { callable, dict, fromPlain, isKind, list, TemplateError, type Arguments, type Value } from './value.js';

/** Longest template that is read, in characters; published ones stay below 20,000. */
const LONGEST_TEMPLATE = 2 ** 20;
/** Longest `range`, as in Jinja's sandbox (`MAX_RANGE`). */
const LONGEST_RANGE = 100_000;

/** What a template is rendered with. */
export interface TemplateInput {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Special tokens by name: `bos_token`, `pad_token`, … */
  readonly tokens: Readonly<Record<string, string>>;
  /** The day of `strftime_now`: `YYYY-MM-DD`. */
  readonly day: string;
}

/** A template, ready to be rendered. */
export interface ChatTemplate {
  /** @throws TemplateError when it fails, or goes beyond its budget */
  render(input: TemplateInput): string;
  /** Whether its text names `strftime_now`, so that prompts may depend on the day. */
  readonly asksDay: boolean;
}

/**
 * Reads a template.
 *
 * @throws TemplateError for what is no template
 */
export function compileTemplate(source: string): ChatTemplate {
  if (source.length > LONGEST_TEMPLATE) {
    throw new TemplateError(`it has ${String(source.length)} characters, more than ${String(LONGEST_TEMPLATE)}`);
  }
  const body = parseTemplate(source);
  return { asksDay: asksDay(source), render: (input) => render(body, input) };
}

/** Whether a template's text names `strftime_now`. */
export function asksDay(source: string): boolean {
  return /\bstrftime_now\b/.test(source);
}

function render(body: Block, { messages, tokens, day }: TemplateInput): string {
  const budget = new Budget();
  const scope = new Scope();
  const values: Readonly<Record<string, Value>> = {
    ...Object.fromEntries(Object.entries(tokens)),
    messages: fromPlain(messages),
    tools: null,
    documents: null,
    add_generation_prompt: true,
    range: callable('range', (given) => range(given, budget)),
    namespace: callable('namespace', (given) => namespace(given, budget)),
    dict: callable('dict', (given) => dict(pairsOf(given, budget))),
    raise_exception: callable('raise_exception', (given) => {
      throw new TemplateError(`it says: ${textOf(bind('raise_exception', given, ['message'])[0] ?? '', budget)}`);
    }),
    strftime_now: callable('strftime_now', (given) =>
      strftime(day, textArgument('the format of strftime_now', bind('strftime_now', given, ['format'])[0])),
    ),
  };
  for (const [name, value] of Object.entries(values)) {
    scope.set(name, value);
  }
  try {
    return new Renderer(budget).text(body, new Scope(scope));
  } catch (error) {
    throw error instanceof RangeError ? new TemplateError('it is nested too deep, or makes too much') : error;
  }
}

function range(given: Arguments, budget: Budget): Value {
  const [first, second, third] = bind('range', given, ['start', 'stop', 'step']);
  const [start, stop] =
    second === undefined
      ? [0, integerArgument('range', first, 0)]
      : [integerArgument('range', first, 0), integerArgument('range', second, 0)];
  const step = integerArgument('range', third, 1);
  if (step === 0) {
    throw new TemplateError('range() arg 3 must not be zero');
  }
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (count > LONGEST_RANGE) {
    throw new TemplateError(
      `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${String(LONGEST_RANGE)}).`,
    );
  }
  budget.step(count);
  return list(Array.from({ length: count }, (_, place) => start + place * step));
}

function namespace(given: Arguments, budget: Budget): Value {
  const values = new Map<string, Value>();
  for (const [key, value] of pairsOf(given, budget)) {
    values.set(textArgument('a key of a namespace', key), value);
  }
  return { kind: 'namespace', values };
}

/** Pairs of `dict(…)` and `namespace(…)`: of a mapping or a list of pairs, then the named arguments. */
function pairsOf({ positional, named }: Arguments, budget: Budget): readonly (readonly [Value, Value])[] {
  const [source, ...more] = positional;
  if (more.length > 0) {
    throw new TemplateError(`expected at most 1 argument, got ${String(positional.length)}`);
  }
  const pairs =
    source === undefined
      ? []
      : isKind(source, 'dict')
        ? [...source.entries.values()]
        : iterate(source, budget).map((pair) => {
            const [key, value, ...rest] = iterate(pair, budget);
            if (key === undefined || value === undefined || rest.length > 0) {
              throw new TemplateError('expected pairs of key and value');
            }
            return [key, value] as const;
          });
  budget.step(pairs.length);
  return [...pairs, ...named];
}
