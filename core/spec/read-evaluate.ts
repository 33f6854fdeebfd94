/** `evaluate`: which candidates, with which benchmarks. */
import type { Json } from '../digest.js';
import { sourceNames } from '../evaluation/sources.js';
import { ROLES } from '../evaluation/presentation.js';
import { BENCHMARKS, benchmarkNamed } from '../evaluation/registry.js';
import type { Benchmark } from '../evaluation/types.js';
import type { NameKind, Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { checkUri } from './read-sources.js';
import type { SpecBenchmark } from './types.js';
import { entriesOf, entryOf, itemsOf, textOf, toPlain, type YamlEntry, type YamlNode } from './yaml-tree.js';

/** Names of `evaluate.steps` in normal form, all of the kinds given; undefined when the key is absent. */
export function readCandidates(
  root: YamlNode,
  names: Namespace,
  problems: SpecProblems,
  kinds?: readonly NameKind[],
): readonly string[] | undefined {
  const list = entryOf(entryOf(root, 'evaluate')?.value, 'steps');
  if (list === undefined) {
    return undefined;
  }
  const candidates = new Set<string>();
  for (const item of itemsOf(list.value)) {
    const written = textOf(item);
    const name = written === undefined ? undefined : names.resolve(written, item.span, kinds);
    if (name !== undefined && candidates.has(name)) {
      const message = `"${name}" is listed twice`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint: 'List it once.', span: item.span });
    } else if (name !== undefined) {
      candidates.add(name);
    }
  }
  return [...candidates];
}

/** Benchmarks of `evaluate.with`, with defaults filled in and labels that are unique. */
export function readBenchmarks(root: YamlNode, problems: SpecProblems): readonly SpecBenchmark[] {
  const evaluate = entryOf(root, 'evaluate');
  if (evaluate !== undefined && entryOf(root, 'base') === undefined) {
    const hint = 'Write base: and the folder of the base model.';
    problems.add({ code: 'SPEC_MISSING_KEY', message: 'evaluate needs the key "base"', hint, span: evaluate.keySpan });
  }
  const items = itemsOf(entryOf(evaluate?.value, 'with')?.value);
  // An item with several keys or an unknown one is reported by the schema.
  const entries = items.flatMap((item) => {
    const [entry, ...others] = entriesOf(item);
    const benchmark = entry === undefined ? undefined : benchmarkNamed(entry.key);
    return entry === undefined || benchmark === undefined || others.length > 0 ? [] : [{ entry, benchmark }];
  });
  const labels = readLabels(
    entries.map(({ entry }) => entry),
    problems,
  );
  const shared = sharedTemplate(evaluate?.value);
  return entries.map(({ entry, benchmark }, place) => ({
    benchmark: benchmark.name,
    label: labels[place] ?? benchmark.name,
    ...roleOf(entry),
    parameters: readParameters(benchmark, entry, shared, problems),
    span: entry.keySpan,
    places: new Map(entriesOf(entry.value).map(({ key, value }) => [key, value.span])),
  }));
}

/** Any other word is reported by the schema. */
function roleOf({ value }: YamlEntry): Pick<SpecBenchmark, 'role'> {
  const written = textOf(entryOf(value, 'role')?.value);
  const role = ROLES.find((one) => one === written);
  return role === undefined ? {} : { role };
}

/** Labels as written (`as:`) first; the others are the benchmark's name, with a number where that is taken. */
function readLabels(entries: readonly YamlEntry[], problems: SpecProblems): readonly string[] {
  const taken = new Set<string>();
  const written = entries.map(({ value }) => {
    const node = entryOf(value, 'as')?.value;
    const label = textOf(node);
    if (node !== undefined && label !== undefined && (taken.has(label) || benchmarkNamed(label) !== undefined)) {
      const message = `the label "${label}" is taken`;
      const hint = `Choose a label that no other item has and that is not one of ${BENCHMARKS.map(({ name }) => name).join(', ')}.`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint, span: node.span });
    }
    if (label !== undefined) {
      taken.add(label);
    }
    return label;
  });
  // The next number to try for each benchmark, so that many of one kind are not counted from 2 for each.
  const next = new Map<string, number>();
  return entries.map(({ key }, place) => {
    let label = written[place] ?? key;
    let number = next.get(key) ?? 2;
    for (; written[place] === undefined && taken.has(label); number++) {
      label = `${key}-${number}`;
    }
    next.set(key, number);
    taken.add(label);
    return label;
  });
}

function readParameters(
  benchmark: Benchmark,
  { value }: YamlEntry,
  shared: boolean | undefined,
  problems: SpecProblems,
): Readonly<Record<string, Json>> {
  // Validated against the schema, or the spec has errors and is not used.
  const parameters: Record<string, Json> = {};
  for (const { key, value: node } of entriesOf(value)) {
    if (key !== 'as' && key !== 'role') {
      Object.defineProperty(parameters, key, { value: toPlain(node), enumerable: true, writable: true });
    }
    const path = isPath(benchmark, key) ? textOf(node) : undefined;
    if (path !== undefined) {
      checkUri(path, node.span, problems);
    }
  }
  for (const [key, standard] of defaultsOf(benchmark)) {
    parameters[key] ??= standard;
  }
  const withShared = { ...parameters, chat_template: shared ?? null };
  if (shared !== undefined && hasTemplate(benchmark) && benchmark.conflict?.(withShared) === undefined) {
    parameters['chat_template'] ??= shared;
  }
  const conflict = benchmark.conflict?.(parameters);
  if (conflict !== undefined) {
    const { parameter, message, hint } = conflict;
    const span = (entryOf(value, parameter)?.value ?? value).span;
    problems.add({ code: 'SPEC_PARAMETERS', message, hint, span });
  }
  return parameters;
}

/** `evaluate.chat_template`: that of every benchmark that does not say it, and whose style allows it. */
function sharedTemplate(evaluate: YamlNode | undefined): boolean | undefined {
  const node = entryOf(evaluate, 'chat_template')?.value;
  const value = node === undefined ? undefined : toPlain(node);
  return typeof value === 'boolean' ? value : undefined;
}

function hasTemplate({ parameters }: Benchmark): boolean {
  return 'chat_template' in (parameters as { readonly properties: object }).properties;
}

/** Whether a parameter names a file or a folder. */
function isPath(benchmark: Benchmark, parameter: string): boolean {
  return parameter === 'classifier' || sourceNames(benchmark).includes(parameter);
}

function defaultsOf({ parameters }: Benchmark): readonly (readonly [key: string, value: Json])[] {
  const { properties } = parameters as { readonly properties?: Readonly<Record<string, { readonly default?: Json }>> };
  return Object.entries(properties ?? {}).flatMap(([key, schema]) =>
    schema.default === undefined ? [] : [[key, schema.default] as const],
  );
}
