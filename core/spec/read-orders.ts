/** `orders`: permutations of `remove`, as places. */
import type { Namespace } from './namespace.js';
import type { SpecProblems } from './problem.js';
import type { Removed } from './read-removed.js';
import { MAX_REMOVED } from './schema/order-study.js';
import { entryOf, itemsOf, textOf, type YamlNode } from './yaml-tree.js';

/** All orders of six anti-experts: each is compared with each, so work and memory grow with the square. */
const MAX_ORDERS = 720;

/** All orders in lexicographic order, or those listed; no more than 720. */
export function readOrders(
  root: YamlNode,
  removed: Removed,
  names: Namespace,
  problems: SpecProblems,
): readonly (readonly number[])[] {
  const entry = entryOf(root, 'orders');
  if (entry?.value.kind !== 'list') {
    return allOrders(root, removed, problems);
  }
  const { items } = entry.value;
  if (items.length > MAX_ORDERS) {
    const message = `orders has ${items.length} orders, more than ${MAX_ORDERS}`;
    problems.add({ code: 'SPEC_SIZE', message, hint: 'List fewer orders.', span: entry.keySpan });
    return [];
  }
  const orders = new Map<string, readonly number[]>();
  for (const item of items) {
    const order = readOrder(item, removed, names, problems);
    const key = order?.join() ?? '';
    if (order !== undefined && orders.has(key)) {
      problems.add({
        code: 'SPEC_ORDER',
        message: 'this order is listed twice',
        hint: 'List it once.',
        span: item.span,
      });
    } else if (order !== undefined) {
      orders.set(key, order);
    }
  }
  return [...orders.values()];
}

function allOrders(root: YamlNode, removed: Removed, problems: SpecProblems): readonly (readonly number[])[] {
  const places = [...removed.names.keys()];
  if (places.length > MAX_REMOVED) {
    // Reported by the schema.
    return [];
  }
  const count = places.reduce((product, place) => product * (place + 1), 1);
  if (count > MAX_ORDERS) {
    const entry = entryOf(root, 'orders') ?? entryOf(root, 'remove');
    const message = `${places.length} anti-experts have ${count} orders, more than ${MAX_ORDERS}`;
    const hint = 'List the orders to compare: orders: [[…], […]].';
    problems.add({ code: 'SPEC_SIZE', message, hint, span: (entry?.value ?? root).span });
    return [];
  }
  return permutations(places);
}

/** Lexicographic when the places ascend. */
function permutations(places: readonly number[]): readonly (readonly number[])[] {
  if (places.length === 0) {
    return [[]];
  }
  return places.flatMap((first) =>
    permutations(places.filter((place) => place !== first)).map((rest) => [first, ...rest]),
  );
}

/** Places in `remove`; undefined when one is missing, strange or there twice, which is reported. */
function readOrder(
  list: YamlNode,
  removed: Removed,
  names: Namespace,
  problems: SpecProblems,
): readonly number[] | undefined {
  const places: number[] = [];
  let isGood = list.kind === 'list' && removed.isWhole;
  for (const item of itemsOf(list)) {
    const written = textOf(item);
    const name = written === undefined ? undefined : names.resolve(written, item.span, ['adapter']);
    const place = name === undefined ? -1 : removed.names.indexOf(name);
    if (name !== undefined && removed.isWhole && (place < 0 || places.includes(place))) {
      const message = place < 0 ? `"${name}" is not removed` : `"${name}" occurs twice in this order`;
      const hint = `An order lists each of ${removed.names.join(', ')} once.`;
      problems.add({ code: 'SPEC_ORDER', message, hint, span: item.span });
    }
    isGood &&= place >= 0 && !places.includes(place);
    places.push(place);
  }
  const missing = removed.names.filter((_, place) => !places.includes(place));
  if (isGood && missing.length > 0) {
    const message = `this order lacks ${missing.map((name) => `"${name}"`).join(', ')}`;
    const hint = `An order lists each of ${removed.names.join(', ')} once.`;
    problems.add({ code: 'SPEC_ORDER', message, hint, span: list.span });
  }
  return isGood && missing.length === 0 ? places : undefined;
}
