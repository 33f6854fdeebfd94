/**
 * `Ext(y)` with respect to a reference z, row by row (Hu et al., AAAI 2024, arXiv 2308.08090, in closed form):
 * Ext(v⁻) = v⁻ − (v⁻·v̂°) v̂° with v° = v̂⁺ + v̂⁻, which is ½ (v⁻ − n⁻ v̂⁺).
 *
 * Where a row of z is zero, v° = v̂⁻ and Ext is zero: what z never touched stays untouched. Where a row of y is zero, there is
 * nothing to extract. Where the rows are opposite the closed form gives v⁻, its limit.
 */
import type { Operator } from './operator.js';

/** Ext(right) with respect to the reference. */
export const extract: Operator = ({ right, reference, rightNorms, referenceNorms }) => {
  const rows = rightNorms.length;
  const edit = new Float64Array(right.length);
  for (let i = 0; i < rows; i++) {
    const rightNorm = rightNorms[i] ?? 0;
    const referenceNorm = referenceNorms[i] ?? 0;
    if (rightNorm === 0 || referenceNorm === 0) {
      continue;
    }
    const ratio = rightNorm / referenceNorm;
    for (let at = i; at < edit.length; at += rows) {
      edit[at] = ((right[at] ?? 0) - ratio * (reference[at] ?? 0)) / 2;
    }
  }
  return edit;
};
