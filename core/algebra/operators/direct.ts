/** `x ⊖ λ·y` and `x ⊕ λ·y`: task negation and addition. */
import type { Operator } from './operator.js';

/** The right operand itself. */
export const direct: Operator = ({ right }) => right.slice();
