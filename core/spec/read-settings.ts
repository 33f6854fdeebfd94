/** `lambda` of an order study: settings of one λ per anti-expert. */
import { ONE } from '../expression/decimal.js';
import type { Decimal } from '../expression/types.js';
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import { readDecimal, readDecimals } from './read-decimal.js';
import { readByAdapter } from './read-lambda.js';
import type { Removed } from './read-removed.js';
import type { LambdaSetting } from '../study/types.js';
import { entryOf, type YamlNode } from './yaml-tree.js';

const MAX_SETTINGS = 1000;

/**
 * A number, or each number of a list, is one setting for all anti-experts; the lists of a map are combined each with each,
 * the last anti-expert's running fastest. What is not given is 1.
 */
export function readSettings(
  root: YamlNode,
  removed: Removed,
  context: { readonly names: Namespace; readonly problems: SpecProblems },
): readonly LambdaSetting[] {
  const { problems } = context;
  const entry = entryOf(root, 'lambda');
  const lists =
    entry?.value.kind === 'map'
      ? readLists(entry.value, removed, context)
      : [readNumbers(entry?.value, problems) ?? [ONE]];
  const count = lists.reduce((product, list) => product * list.length, 1);
  if (count > MAX_SETTINGS) {
    const message = `lambda has ${count} settings, more than ${MAX_SETTINGS}`;
    problems.add({ code: 'SPEC_SIZE', message, hint: 'List fewer numbers.', span: entry?.keySpan ?? root.span });
    return [];
  }
  const product = crossProduct(lists);
  return product.map((lambdas) => {
    const all = entry?.value.kind === 'map' ? lambdas : removed.names.map(() => lambdas[0] ?? ONE);
    return { label: labelOf(removed.names, all), lambdas: all };
  });
}

/** One list per anti-expert, in the order of `remove`. */
function readLists(
  node: YamlNode,
  removed: Removed,
  context: { readonly names: Namespace; readonly problems: SpecProblems },
): readonly (readonly Decimal[])[] {
  const { names, problems } = context;
  const byName = readByAdapter(
    node,
    (value, name, span) => {
      if (removed.isWhole && names.kindOf(name) === 'adapter' && !removed.names.includes(name)) {
        const message = `"${name}" is not removed, so it has no λ`;
        problems.add({ code: 'SPEC_UNKNOWN_NAME', message, hint: `Removed: ${removed.names.join(', ')}.`, span });
      }
      return readNumbers(value, problems);
    },
    context,
  );
  return removed.names.map((name) => byName.get(name) ?? [ONE]);
}

/** A number or a list of numbers. */
function readNumbers(node: YamlNode | undefined, problems: SpecProblems): readonly Decimal[] | undefined {
  if (node?.kind === 'list') {
    return readDecimals(node, problems);
  }
  const decimal = readDecimal(node, problems);
  return decimal === undefined ? undefined : [decimal];
}

function crossProduct(lists: readonly (readonly Decimal[])[]): readonly (readonly Decimal[])[] {
  return lists.reduce<readonly (readonly Decimal[])[]>(
    (heads, list) => heads.flatMap((head) => list.map((value) => [...head, value])),
    [[]],
  );
}

function labelOf(names: readonly string[], lambdas: readonly Decimal[]): string {
  const [first = ONE] = lambdas;
  return lambdas.every((lambda) => lambda === first)
    ? first
    : names.map((name, place) => `${name}=${lambdas[place] ?? ONE}`).join(', ');
}
