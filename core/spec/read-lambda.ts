/** `lambda`: the default coefficient of every ⊖ term without a written one. */
import type { Span } from '../diagnostic.js';
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
