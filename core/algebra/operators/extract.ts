/**
 * `Ext(y)` with respect to a reference z, row by row (Hu et al., AAAI 2024, arXiv 2308.08090, in closed form):
 * Ext(v⁻) = v⁻ − (v⁻·v̂°) v̂° with v° = v̂⁺ + v̂⁻, which is ½ (v⁻ − n⁻ v̂⁺).
 *
 * Where a row of z is zero, v° = v̂⁻ and Ext is zero: what z never touched stays untouched. Where a row of y is zero, there is
 * nothing to extract. Where the rows are opposite the closed form gives v⁻, its limit.
 */
import { arithmetic } from '../../numeric/arithmetic.js';
import type { LineLoop } from '../../numeric/line-arithmetic.js';
import type { SlotStep } from '../../numeric/row-slots.js';
import type { Removal, RowOperator } from './operator.js';

/** ½ (v⁻ − n⁻/n⁺ v⁺), coefficient by coefficient, and 0 where one of the norms is 0; extract.wat has the same in the kernel. */
export const extractLines: LineLoop = {
  plain([right, reference, rightNorms, referenceNorms], out) {
    for (let i = 0; i < out.length; i++) {
      const rightNorm = rightNorms[i] ?? 0;
      const referenceNorm = referenceNorms[i] ?? 0;
      out[i] =
        rightNorm === 0 || referenceNorm === 0
          ? 0
          : ((right[i] ?? 0) - (rightNorm / referenceNorm) * (reference[i] ?? 0)) / 2;
    }
  },
  kernel(kernel, [right, reference, rightNorms, referenceNorms], count) {
    kernel.extractLine(right, reference, rightNorms, referenceNorms, count);
  },
};

/**
 * x ⊖ λ·Ext(y) on rows themselves: e·x − (λ/2)·y with e = 1 + (λ/2)·n_y/n_x. Where either norm is 0 the row stays as it is. The
 * bound becomes e·bound + (λ/2)·n_y.
 */
export const extractStep: SlotStep = {
  plain(from, other, to, { half: wholeHalf }, zeroShare) {
    const width = from.vectors.length / from.norms.length;
    for (let i = 0, at = 0; i < from.norms.length; i++) {
      const norm = from.norms[i] ?? 0;
      const otherNorm = other.norms[i] ?? 0;
      const isSilent = norm === 0 || otherNorm === 0;
      const half = isSilent ? 0 : wholeHalf;
      const scale = isSilent ? 1 : 1 + (wholeHalf * otherNorm) / norm;
      let square = 0;
      for (const end = at + width; at < end; at++) {
        const value = scale * (from.vectors[at] ?? 0) - half * (other.vectors[at] ?? 0);
        to.vectors[at] = value;
        square += value * value;
      }
      const bound = scale * (from.bounds[i] ?? 0) + half * otherNorm;
      to.bounds[i] = bound;
      to.norms[i] = square <= zeroShare * bound * bound ? 0 : Math.sqrt(square);
    }
  },
  kernel(kernel, { from, other, to }, { half }, { rows, dimensions, zeroShare }) {
    kernel.extractRows(from, other, to, rows, dimensions, half, zeroShare);
  },
};

/** Ext(right) with respect to the reference. */
export const extract: RowOperator = {
  spelling: { word: 'Ext', noun: 'an extraction', refersTo: 'what to extract from', isReserved: true },
  editsReferenceOnly: true,
  rows({ right, reference, rightNorms, referenceNorms }) {
    const [norms, otherNorms] = [rightNorms(), referenceNorms()];
    const rows = norms.length;
    const edit = new Float64Array(right.length);
    for (let at = 0; at < edit.length; at += rows) {
      const lines = [right.subarray(at, at + rows), reference.subarray(at, at + rows), norms, otherNorms] as const;
      arithmetic().runLines(extractLines, lines, edit.subarray(at, at + rows));
    }
    return edit;
  },
};

/** Ext with respect to the running module. */
export const extRemoval: Removal = {
  form: { kind: 'term', operator: 'extract', reference: 'running' },
  written: 'x ⊖ λ·Ext(y)',
  order: { matters: true, wording: 'matters', step: extractStep },
};

/** Ext with respect to the expert, whatever was removed before: it commutes. */
export const orderFreeRemoval: Removal = {
  form: { kind: 'term', operator: 'extract', reference: 'expert' },
  written: 'x ⊖ λ·Ext(y | expert)',
  order: { matters: false },
};
