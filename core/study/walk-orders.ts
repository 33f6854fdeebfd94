/** Removes anti-experts from some rows of one module in every order, on rows in an orthonormal basis (row-basis.ts). */
import type { RowSlots, SlotStep, StepWeights } from '../numeric/row-slots.js';
import type { PrefixNode } from './permutation-tree.js';

/** What is walked over. */
export interface OrderWalk {
  /** One removal. */
  readonly step: SlotStep;
  readonly tree: PrefixNode;
  /** Slot 0: the expert's rows; then the anti-experts', by place in the study's `remove`; then one free slot per anti-expert. */
  readonly slots: RowSlots;
  /** By place in the study's `remove`. */
  readonly strengths: readonly StepWeights[];
}

/** Slots that a walk needs. */
export function slotsOf(removed: number): number {
  return 1 + 2 * removed;
}

/**
 * Calls `onOrder` with the slot of every order's result; it is overwritten afterwards. What one removal does is its operator's
 * (core/algebra/operators).
 */
export function walkOrders(walk: OrderWalk, onOrder: (order: number, slot: number) => void): void {
  const { step, tree, slots, strengths } = walk;
  const visit = (node: PrefixNode, running: number, depth: number): void => {
    for (const order of node.orders) {
      onOrder(order, running);
    }
    // One slot per depth: a beginning is still there when the walk comes back to it.
    const next = 1 + strengths.length + depth;
    for (const child of node.children) {
      const strength = child.place === undefined ? undefined : strengths[child.place];
      if (child.place === undefined || strength === undefined) {
        continue;
      }
      const other = 1 + child.place;
      slots.step(step, running, other, next, strength);
      visit(child, next, depth + 1);
    }
  };
  visit(tree, 0, 0);
}

/** Norms of rows. */
export function normsOf(vectors: Float64Array, rows: number): Float64Array {
  const width = vectors.length / rows;
  return new Float64Array(rows).map((_, i) => {
    let square = 0;
    for (let at = i * width; at < (i + 1) * width; at++) {
      square += (vectors[at] ?? 0) ** 2;
    }
    return Math.sqrt(square);
  });
}
