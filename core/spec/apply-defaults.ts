/** `evaluate.defaults`: parameters of every benchmark that has them and does not say them itself. */
import { nearest } from '../diagnostic.js';
import { BENCHMARKS, benchmarkNamed } from '../evaluation/registry.js';
import type { Benchmark } from '../evaluation/types.js';
import type { SpecProblems } from './problem.js';
import { entriesOf, entryOf, type YamlEntry, type YamlNode } from './yaml-tree.js';

/** The tree with the defaults in the benchmarks, where their problems are then told at the place of the default. */
export function applyDefaults(root: YamlNode, problems: SpecProblems): YamlNode {
  const evaluate = entryOf(root, 'evaluate')?.value;
  const defaults = entriesOf(entryOf(evaluate, 'defaults')?.value);
  const list = entryOf(evaluate, 'with')?.value;
  if (defaults.length === 0 || list?.kind !== 'list') {
    return root;
  }
  reportClash(evaluate, problems);
  const items = list.items.map((item) => withDefaults(item, defaults));
  reportUnused(defaults, list.items, problems);
  return withValue(root, 'evaluate', withValue(evaluate, 'with', { ...list, items }));
}

function withDefaults(item: YamlNode, defaults: readonly YamlEntry[]): YamlNode {
  const [entry, ...others] = entriesOf(item);
  const benchmark = entry === undefined ? undefined : benchmarkNamed(entry.key);
  if (item.kind !== 'map' || entry?.value.kind !== 'map' || benchmark === undefined || others.length > 0) {
    return item;
  }
  const { value } = entry;
  const added = defaults.filter(({ key }) => hasParameter(benchmark, key) && entryOf(value, key) === undefined);
  return { ...item, entries: [{ ...entry, value: { ...value, entries: [...value.entries, ...added] } }] };
}

function withValue(node: YamlNode | undefined, key: string, value: YamlNode | undefined): YamlNode {
  if (node?.kind !== 'map' || value === undefined) {
    throw new TypeError('applyDefaults follows maps that it has found');
  }
  return { ...node, entries: node.entries.map((entry) => (entry.key === key ? { ...entry, value } : entry)) };
}

/** Said twice: which one holds? */
function reportClash(evaluate: YamlNode | undefined, problems: SpecProblems): void {
  const clash = entryOf(entryOf(evaluate, 'defaults')?.value, 'chat_template');
  if (clash !== undefined && entryOf(evaluate, 'chat_template') !== undefined) {
    const message = 'chat_template is set in both evaluate and evaluate.defaults';
    problems.add({ code: 'SPEC_PARAMETERS', message, hint: 'Remove one of them.', span: clash.keySpan });
  }
}

/** A default that no benchmark of this language has is a mistake; one that none of this spec takes may be one. */
function reportUnused(defaults: readonly YamlEntry[], items: readonly YamlNode[], problems: SpecProblems): void {
  const known = BENCHMARKS.flatMap((benchmark) => Object.keys(propertiesOf(benchmark)));
  const used = items.flatMap((item) => entriesOf(item).flatMap(({ key }) => benchmarkNamed(key) ?? []));
  for (const { key, keySpan: span } of defaults) {
    if (known.includes(key) && used.length > 0 && !used.some((benchmark) => hasParameter(benchmark, key))) {
      const message = `no benchmark of this spec has the parameter "${key}"`;
      problems.add({ code: 'SPEC_UNUSED', message, hint: 'Remove the default.', span, severity: 'warning' });
    } else if (!known.includes(key)) {
      const near = nearest(key, known);
      const hint = near === undefined ? `Parameters: ${[...new Set(known)].join(', ')}.` : `Did you mean ${near}?`;
      const message = `no benchmark has the parameter "${key.slice(0, 60)}"`;
      problems.add({ code: 'SPEC_UNKNOWN_KEY', message, hint, span });
    }
  }
}

function hasParameter(benchmark: Benchmark, key: string): boolean {
  return Object.hasOwn(propertiesOf(benchmark), key);
}

function propertiesOf({ parameters }: Benchmark): object {
  return (parameters as { readonly properties: object }).properties;
}
