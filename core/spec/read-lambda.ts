/** `lambda`: the default coefficient of every ⊖ term without a written one. */
import { parseDecimal } from '../expression/decimal.js';
import type { LambdaDefaults } from '../expression/resolve.js';
import type { Decimal } from '../expression/types.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { entriesOf, entryOf, numberOf, type YamlNode } from './yaml-tree.js';

/** One λ for all, or by anti-expert; wrong types and negative numbers are reported by the schema. */
export function readLambda(root: YamlNode, names: Namespace, problems: SpecProblems): LambdaDefaults {
  const node = entryOf(root, 'lambda')?.value;
  if (node?.kind !== 'map') {
    const all = readDecimal(node, problems);
    return all === undefined ? {} : { all };
  }
  const byAdapter = new Map<string, Decimal>();
  for (const { key, keySpan, value } of entriesOf(node)) {
    const name = names.resolve(key, keySpan, ['adapter']);
    const decimal = readDecimal(value, problems);
    if (name !== undefined && byAdapter.has(name)) {
      const message = `λ of "${name}" is given twice`;
      problems.add({ code: 'SPEC_DUPLICATE_NAME', message, hint: 'A final - is the same as ⁻.', span: keySpan });
    } else if (name !== undefined && decimal !== undefined) {
      byAdapter.set(name, decimal);
    }
  }
  return { byAdapter };
}

/** The decimal as written: `0.80` is 0.8 exactly, not the float64 nearest to it. */
function readDecimal(node: YamlNode | undefined, problems: SpecProblems): Decimal | undefined {
  const value = numberOf(node);
  if (node?.kind !== 'scalar' || value === undefined || !Number.isFinite(value) || value < 0) {
    return undefined;
  }
  const decimal = parseDecimal(node.source);
  if (decimal === undefined) {
    const message = `λ must be a decimal number, got ${node.source.slice(0, 40)}`;
    problems.add({ code: 'SPEC_VALUE', message, hint: 'Write for example 0.8 or 8e-1.', span: node.span });
  }
  return decimal;
}
