/**
 * `Ext(y)` with respect to a reference z, row by row (Hu et al., AAAI 2024, arXiv 2308.08090, in closed form):
 * Ext(v⁻) = v⁻ − (v⁻·v̂°) v̂° with v° = v̂⁺ + v̂⁻, which is ½ (v⁻ − n⁻ v̂⁺).
 *
 * Where a row of z is zero, v° = v̂⁻ and Ext is zero: what z never touched stays untouched. Where a row of y is zero, there is
 * nothing to extract. Where the rows are opposite the closed form gives v⁻, its limit.
 */
import { arithmetic } from '../../numeric/arithmetic.js';
import type { RowOperator } from './operator.js';

/** Ext(right) with respect to the reference. */
export const extract: RowOperator = {
  spelling: { word: 'Ext', noun: 'an extraction', refersTo: 'what to extract from', isReserved: true },
  onlyRight: (hasReference) => (hasReference ? '' : 'from which nothing is removed'),
  rows({ right, reference, rightNorms, referenceNorms }) {
    const norms = { rightNorms: rightNorms(), referenceNorms: referenceNorms() };
    const rows = norms.rightNorms.length;
    const edit = new Float64Array(right.length);
    for (let at = 0; at < edit.length; at += rows) {
      const lines = { right: right.subarray(at, at + rows), reference: reference.subarray(at, at + rows), ...norms };
      arithmetic().extractLine(lines, edit.subarray(at, at + rows));
    }
    return edit;
  },
};
