/** `order-gap`: weight-space gaps between all orders of a study. */
import { OminusError } from '../../core/errors.js';
import type { OrderGapNode } from '../../core/plan/types.js';
import type { NodeExecutor } from '../node-result.js';

/** Computes the gaps from Gram matrices. */
export const orderGapExecutor: NodeExecutor<OrderGapNode> = {
  compute(node) {
    throw new OminusError('INTERNAL', { message: `order gaps cannot be computed yet [node=${node.id}]` });
  },
};
