/** `lambda`: the default coefficient of every ⊖ term without a written one. */
import type { Span } from '../diagnostic.js';
import { type LambdaUse, lambdaUses } from '../expression/lambda-uses.js';
import { normaliseName } from '../expression/names.js';
import type { ParseResult } from '../expression/parser.js';
import type { LambdaDefaults } from '../expression/resolve.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { readDecimal } from './read-decimal.js';
import { entriesOf, entryOf, type YamlNode } from './yaml-tree.js';

/** One λ for all, or by anti-expert; wrong types and negative numbers are reported by the schema. */
export function readLambda(root: YamlNode, names: Namespace, problems: SpecProblems): LambdaDefaults {
  const node = entryOf(root, 'lambda')?.value;
  if (node?.kind !== 'map') {
    const all = readDecimal(node, problems);
    return all === undefined ? {} : { all };
  }
  return { byAdapter: readByAdapter(node, (value) => readDecimal(value, problems), { names, problems }) };
}

/** Why an adapter's λ is not taken, and what to do; the first that holds is told. */
const WHY_UNUSED: readonly (readonly [
  use: LambdaUse,
  why: (name: string) => string,
  hint: (name: string) => string,
])[] = [
  [
    'written',
    (name) => `the ⊖ terms of ${name} have a coefficient`,
    (name) => `Remove the entry, or the coefficient before ${name}: a written one replaces it.`,
  ],
  [
    'inside',
    (name) => `${name} is only part of a term, and a λ is for the whole term`,
    (name) => `Remove the entry, or write the coefficient before the whole term: 0.8·Ext(${name}).`,
  ],
  [
    'added',
    (name) => `${name} is added by ⊕, whose coefficient is 1`,
    (name) => `Remove the entry, or write the coefficient: ⊕ 0.8·${name}.`,
  ],
  [
    'first',
    (name) => `${name} is a first term, whose coefficient is 1`,
    (name) => `Remove the entry, or write the coefficient: 0.8·${name}.`,
  ],
  [
    'argument',
    (name) => `${name} is the first term inside a call, whose coefficient is 1`,
    (name) => `Remove the entry, or write the coefficient: 0.8·${name}.`,
  ],
  ['reference', (name) => `${name} occurs only after the bar of Ext(x | y)`, () => 'Remove the entry.'],
];

/** Warns of entries of the map that no term takes, unless there are errors: an expression that cannot be read may take any. */
export function warnUnusedLambdas(root: YamlNode, expressions: readonly ParseResult[], problems: SpecProblems): void {
  if (problems.hasError) {
    return;
  }
  const uses = lambdaUses(expressions.flatMap(({ expression }) => (expression === undefined ? [] : [expression])));
  for (const { key, keySpan: span } of entriesOf(entryOf(root, 'lambda')?.value)) {
    const name = normaliseName(key);
    const own = uses.get(name) ?? new Set();
    if (own.has('taken')) {
      continue;
    }
    const [, why, hint] = WHY_UNUSED.find(([use]) => own.has(use)) ?? [];
    problems.add({
      code: 'SPEC_UNUSED',
      severity: 'warning',
      message: `no term takes the λ of "${name}": ${why?.(name) ?? `no expression has ${name}`}`,
      hint: hint?.(name) ?? `Remove the entry, or subtract ${name} in a step.`,
      span,
    });
  }
}

/** A map by adapter; a name in two spellings is reported, and what `read` finds nothing in is left out. */
export function readByAdapter<T>(
  node: YamlNode,
  read: (value: YamlNode, name: string, keySpan: Span) => T | undefined,
  { names, problems }: { readonly names: Namespace; readonly problems: SpecProblems },
): ReadonlyMap<string, T> {
  const byAdapter = new Map<string, T>();
  for (const { key, keySpan, value } of entriesOf(node)) {
    const name = names.resolve(key, keySpan, ['adapter']);
    const found = read(value, name ?? key, keySpan);
    if (name !== undefined && byAdapter.has(name)) {
      const message = `λ of "${name}" is given twice`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint: 'A final - is the same as ⁻.', span: keySpan });
    } else if (name !== undefined && found !== undefined) {
      byAdapter.set(name, found);
    }
  }
  return byAdapter;
}
