/**
 * `(1 + λ/2)·x ⊖ (λ/2)·y`: Ext with every ratio of norms set to 1, a control of order studies. Its order matters through the factors.
 */
import type { SlotStep } from '../../numeric/row-slots.js';
import type { Removal } from './operator.js';

/** (1 + λ/2)·x − (λ/2)·y, without norms; extrapolate.wat has the same in the kernel. */
export const extrapolateStep: SlotStep = {
  plain({ vectors: x }, { vectors: y }, { vectors: results }, { scale, half }) {
    for (let at = 0; at < results.length; at++) {
      results[at] = scale * (x[at] ?? 0) - half * (y[at] ?? 0);
    }
  },
  kernel(kernel, { from, other, to }, { scale, half }, { rows, dimensions, vectors }) {
    kernel.extrapolateRows(from + vectors, other + vectors, to + vectors, rows * dimensions, scale, half);
  },
};

/** Expressions need no word for it: it is a sum of multiples. */
export const extrapolateRemoval: Removal = {
  form: { kind: 'blend' },
  written: '(1 + λ/2)·x ⊖ (λ/2)·y',
  order: { matters: true, wording: 'matters through the factors', step: extrapolateStep },
};
