/** `x ⊖ λ·y` and `x ⊕ λ·y`: task negation and addition. */
import type { Removal, RowOperator } from './operator.js';

/** The right operand itself. */
export const direct: RowOperator = {
  spelling: undefined,
  editsReferenceOnly: false,
  rows: ({ right }) => right.slice(),
};

/** As a control of order studies: subtraction commutes. */
export const directRemoval: Removal = {
  form: { kind: 'term', operator: 'direct', reference: 'running' },
  written: 'x ⊖ λ·y',
  order: { matters: false },
};
