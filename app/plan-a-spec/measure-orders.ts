/** What planning an order study needs measured. Planning itself runs nothing: its caller passes in how it is done. */
import type { Gram } from '../../core/algebra/types.js';
import type { OrderGapNode } from '../../core/plan/nodes/order-gap.js';
import type { PlanOf } from '../../core/plan/types.js';
import type { OrderGapResult } from '../../core/study/types.js';

/** How far apart orders are. */
export interface MeasuredOrders {
  readonly gap: OrderGapResult;
  /** The Gram matrices that the gaps were measured from. */
  readonly gram: () => Promise<Gram>;
}

/** Runs the order-gap node of a plan and what it depends on, or finds their results in the store. */
export type MeasureOrders = (plan: PlanOf<'order-study'>, node: OrderGapNode) => Promise<MeasuredOrders>;
