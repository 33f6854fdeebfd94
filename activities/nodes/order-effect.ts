/** `order-effect`: what the order of removal does to the metrics. */
import { OminusError } from '../../core/errors.js';
import type { OrderEffectNode } from '../../core/plan/types.js';
import type { NodeExecutor } from '../node-result.js';

/** Computes the statistics of a study. */
export const orderEffectExecutor: NodeExecutor<OrderEffectNode> = {
  compute(node) {
    throw new OminusError('INTERNAL', { message: `order effects cannot be computed yet [node=${node.id}]` });
  },
};
