/** Numbers of a spec as exact decimals: `0.80` is 0.8, not the float64 nearest to it. */
import { parseDecimal } from '../expression/decimal.js';
import type { Decimal } from '../expression/types.js';
import type { SpecProblems } from './problem.js';
import { itemsOf, numberOf, type YamlNode } from './yaml-tree.js';

/** A number as written. Wrong types and negative numbers are reported by the schema; `signed` ones may be negative. */
export function readDecimal(
  node: YamlNode | undefined,
  problems: SpecProblems,
  sign: 'unsigned' | 'signed' = 'unsigned',
): Decimal | undefined {
  const value = numberOf(node);
  if (node?.kind !== 'scalar' || value === undefined || !Number.isFinite(value)) {
    return undefined;
  }
  if (value < 0 && sign === 'unsigned') {
    return undefined;
  }
  const decimal = parseDecimal(node.source);
  if (decimal === undefined) {
    const message = `this must be a decimal number, got ${node.source.slice(0, 40)}`;
    problems.add({ code: 'SPEC_VALUE', message, hint: 'Write for example 0.8 or 8e-1.', span: node.span });
  }
  return decimal;
}

/** A list of different numbers, each as written. */
export function readDecimals(list: YamlNode | undefined, problems: SpecProblems): readonly Decimal[] {
  const decimals = new Set<Decimal>();
  for (const item of itemsOf(list)) {
    const decimal = readDecimal(item, problems);
    if (decimal !== undefined && decimals.has(decimal)) {
      const message = `${decimal} is listed twice`;
      problems.add({ code: 'SPEC_VALUE', message, hint: 'List it once.', span: item.span });
    } else if (decimal !== undefined) {
      decimals.add(decimal);
    }
  }
  return [...decimals];
}
