/** `x ⊖ λ·y` and `x ⊕ λ·y`: task negation and addition. */
import type { RowOperator } from './operator.js';

/** The right operand itself. */
export const direct: RowOperator = {
  spelling: undefined,
  onlyRight: () => 'which are as it has them',
  rows: ({ right }) => right.slice(),
};
