/** Orders that are the same within a tolerance: one of each group stands for all. */

/**
 * Groups greedily, in listed order: an order is represented by the first representative before it whose gap, relative to the
 * order's own norm, is at most the tolerance; else it represents itself.
 *
 * @param relativeGap - ‖Δ_order − Δ_other‖ / ‖Δ_order‖
 * @param tolerance - null: no order stands for another
 * @returns by order, the place of its representative
 */
export function groupOrders(
  orders: number,
  relativeGap: (order: number, other: number) => number,
  tolerance: number | null,
): readonly number[] {
  const representatives: number[] = [];
  return Array.from({ length: orders }, (_, order) => {
    const known =
      tolerance === null ? undefined : representatives.find((other) => relativeGap(order, other) <= tolerance);
    if (known === undefined) {
      representatives.push(order);
    }
    return known ?? order;
  });
}
