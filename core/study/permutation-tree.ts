/** Orders as a tree of their beginnings: what two orders have in common at their beginning is computed once. */

/** A beginning: the anti-experts removed so far. */
export interface PrefixNode {
  /** What is removed last; undefined at the root. */
  readonly place: number | undefined;
  /** Places in the list of orders that end here. */
  readonly orders: number[];
  readonly children: PrefixNode[];
}

/**
 * The tree of the beginnings of all orders. Visited depth first, children as they stand, the first order of the list is the
 * first that ends.
 *
 * @param orders - permutations of the same places
 */
export function permutationTree(orders: readonly (readonly number[])[]): PrefixNode {
  const root: PrefixNode = { place: undefined, orders: [], children: [] };
  for (const [index, order] of orders.entries()) {
    let node = root;
    for (const place of order) {
      let child = node.children.find((candidate) => candidate.place === place);
      if (child === undefined) {
        child = { place, orders: [], children: [] };
        node.children.push(child);
      }
      node = child;
    }
    node.orders.push(index);
  }
  return root;
}
