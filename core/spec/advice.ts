/** What to write instead of what the schema refuses: one imperative sentence for every violation. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import { SEARCH_KEYS } from '../sweep/search-keys.js';
import type { YamlEntry, YamlNode } from './yaml-tree.js';

/** What to write where a required key is missing. */
const MISSING_KEYS: Readonly<Record<string, string>> = {
  version: 'Write version: 1.',
  name: 'Write name: and a name for the run.',
  adapters: 'Write adapters: { expert: path/to/adapter }.',
  chain: 'Write chain: and the expression, such as "expert ⊖ a·Ext(truth⁻)".',
  expert: 'Write expert: and the name of the adapter from which the others are removed.',
  remove: 'Write remove: and the names of two adapters or more, such as [truth⁻, tox⁻].',
  over: 'Write over: and the values of every variable, such as { a: [0.5, 1] }.',
  path: 'Write path: and the folder.',
  with: 'Write with: and below it the benchmarks, such as - gsm: { data: path/to/test.jsonl }.',
  data: 'Write data: and the path of the data file.',
  classifier: 'Write classifier: and the folder of an ONNX text classifier.',
  keep: 'Write keep: and one of best, pareto, all, none.',
  method: `Write method: and one of ${Object.keys(SEARCH_KEYS).join(', ')}.`,
};

/** Examples of values by their place. */
const EXAMPLES: readonly (readonly [place: RegExp, example: string])[] = [
  [/^adapters$/, '{ expert: path/to/adapter }'],
  [/^(?:base|adapters\.[^.]+|output\.(?!keep$|dtype$|ranks$)[^.]+)(?:\.path)?$/, 'path/to/folder'],
  [/^steps$/, '{ both: "expert ⊖ Ext(truth⁻)" }'],
  [/^over$/, '{ a: [0.5, 1] }'],
  [/^over\.[^.[\]]+$/, '[0.5, 1]'],
  [/^expert$/, 'expert'],
  [/^(?:remove|orders\[\d+\]|compare\.pairs\[\d+\])$/, '[truth⁻, tox⁻]'],
  [/^orders$/, '[[truth⁻, tox⁻], [tox⁻, truth⁻]]'],
  [/^operators$/, '[ext, direct]'],
  [/^operators\[\d+\]$/, 'direct'],
  [/^match$/, '[lambda, distance]'],
  [/^match\[\d+\]$/, 'distance'],
  [/^lambda$/, '0.8'],
  [/^evaluate$/, '{ with: [gsm: { data: path/to/test.jsonl }] }'],
  [/^evaluate\.steps$/, '[base, expert]'],
  [/^evaluate\.with$/, '[gsm: { data: path/to/test.jsonl }]'],
  [/^evaluate\.with\[\d+\]$/, 'gsm: { data: path/to/test.jsonl }'],
  [/^compare$/, '{ baseline: expert }'],
  [/^compare\.pairs$/, '[[truth⁻, tox⁻]]'],
  [/^objective$/, '{ maximize: gsm.accuracy }'],
  [/^objective\.(?:max|min)imize(?:\[\d+\])?$/, 'gsm.accuracy'],
  [/^objective\.subject-to$/, '["toxicity.mean <= 0.9 * expert"]'],
  [/^objective\.subject-to\[\d+\]$/, '"toxicity.mean <= 0.9 * expert"'],
  [/^search$/, '{ method: sobol, points: 64 }'],
  [/^search\.samples$/, '[50, 200]'],
];
const TYPE_EXAMPLES: Readonly<Record<string, string>> = {
  string: 'Write text.',
  number: 'Write a decimal number such as 0.8.',
  integer: 'Write a whole number such as 10.',
  boolean: 'Write true or false.',
  object: 'Write a map: { key: value }.',
  array: 'Write a list: [first, second].',
};
const PATTERN_EXAMPLES: Readonly<Record<string, string>> = {
  digest: 'Take the digest from ominus plan --json, or leave the key out.',
  name: 'Write a name such as truth-then-tox.',
  as: 'Write a label such as toxicity-long.',
};

/** What to write for a key that is missing. */
export function adviseMissing(key: string): string {
  return (Object.hasOwn(MISSING_KEYS, key) ? MISSING_KEYS[key] : undefined) ?? `Write ${key}: and its value.`;
}

/** What to write where a list or a map has too few entries, or the wrong number of them. */
export function adviseEntries(error: ErrorObject, words: string): string {
  return adviseExample(error, words) ?? 'Write at least one entry, or leave the key out.';
}

/** What to write where a text does not follow its pattern. */
export function advisePattern(key: string): string {
  const known = Object.hasOwn(PATTERN_EXAMPLES, key) ? PATTERN_EXAMPLES[key] : undefined;
  return known ?? 'docs/spec.md describes the form.';
}

/** What to write where another type is expected. */
export function adviseType(
  error: ErrorObject,
  types: readonly string[],
  { node, words, key }: { readonly node: YamlNode; readonly words: string; readonly key: YamlEntry | undefined },
): string {
  const isText = types.includes('string');
  const isNumber = types.includes('number') || types.includes('integer');
  if (node.kind === 'scalar' && node.value === null && key !== undefined) {
    return `Write a value after ${key.key}:, or indent its lines below it.`;
  }
  if (isText && node.kind === 'list' && /^(?:steps\.|chain)/.test(words)) {
    return 'Put the expression in quotes: YAML reads [ ] as a list.';
  }
  if (isText && node.kind === 'scalar' && !/^(?:orders|operators|match|search|objective)\b/.test(words)) {
    return 'Put it in quotes.';
  }
  if (/^evaluate\.with\[\d+\]$/.test(words) && node.kind === 'scalar') {
    return `Write - ${String(node.value).slice(0, 40)}: { data: … }.`;
  }
  if (/^over\.[^.[\]]+$/.test(words) && node.kind === 'scalar') {
    return 'Write a list such as [0.5, 1], or a range such as { from: 0.2, to: 2, step: 0.2 }.';
  }
  if (isNumber && node.kind === 'scalar' && typeof node.value === 'string' && /^[\d.]+$/.test(node.value)) {
    return 'Write it without quotes.';
  }
  const byType = TYPE_EXAMPLES[types[0] ?? ''] ?? 'docs/spec.md describes the form.';
  return isNumber && words.startsWith('lambda') ? byType : (adviseExample(error, words) ?? byType);
}

/** An example of what may stand at a place, if there is one. */
function adviseExample({ parentSchema }: ErrorObject, words: string): string | undefined {
  const key = /(?:^|\.)([^.[\]]+)$/.exec(words)?.[1];
  const example = words === 'output' ? exampleOfOutput(parentSchema) : EXAMPLES.find(([at]) => at.test(words))?.[1];
  return example === undefined ? undefined : `Write for example ${key === undefined ? example : `${key}: ${example}`}.`;
}

/** Recipes write steps, sweeps write points. */
function exampleOfOutput(schema: ErrorObject['parentSchema']): string {
  const properties = (schema?.['properties'] as object | undefined) ?? {};
  return 'keep' in properties ? '{ keep: best, path: path/to/folder }' : '{ both: path/to/folder }';
}
