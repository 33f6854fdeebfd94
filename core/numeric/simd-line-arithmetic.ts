/** {@link LineArithmetic} by the kernel: lines go into its memory, and results come back. */
import type { Kernel } from './kernel/load.js';
import type { KernelMemory } from './kernel/memory.js';
import { type LineArithmetic, plainLineArithmetic } from './line-arithmetic.js';

/** Loops over lines, run by a kernel. */
export function simdLineArithmetic(kernel: Kernel, memory: KernelMemory): LineArithmetic {
  return {
    weightedProducts(terms, out) {
      const { length } = out;
      if (length === 0) {
        return plainLineArithmetic.weightedProducts(terms, out);
      }
      const lines = new Lines(memory, length);
      const [sums, left, right, weights] = lines.at;
      lines.clear(sums);
      for (const { times, x, y, gram } of terms) {
        lines.put(left, x);
        if (x !== y) {
          lines.put(right, y);
        }
        lines.put(weights, gram);
        kernel.addProducts(sums, times, left, x === y ? left : right, weights, length);
      }
      lines.get(sums, out);
      return kernel.sum(sums, length);
    },
    boundedRoots(squares, terms, share, out) {
      const { length } = out;
      if (length === 0) {
        return;
      }
      const lines = new Lines(memory, length);
      const [bounds, factors, values] = lines.at;
      lines.clear(bounds);
      for (const { c, squares: ofLeaf } of terms) {
        lines.put(factors, c);
        lines.put(values, ofLeaf);
        kernel.addBounds(bounds, factors, values, length);
      }
      lines.put(values, squares);
      kernel.rootsAbove(bounds, values, share, length);
      lines.get(bounds, out);
    },
    extractLine({ right, reference, rightNorms, referenceNorms }, out) {
      const { length } = out;
      if (length === 0) {
        return;
      }
      const lines = new Lines(memory, length);
      const [edit, other, norms, otherNorms] = lines.at;
      lines.put(edit, right);
      lines.put(other, reference);
      lines.put(norms, rightNorms);
      lines.put(otherNorms, referenceNorms);
      kernel.extractLine(edit, other, norms, otherNorms, length);
      lines.get(edit, out);
    },
    applyEdit(left, edit, weight, share, out) {
      const { length } = out;
      if (length === 0) {
        return true;
      }
      const lines = new Lines(memory, length);
      const [values, edits] = lines.at;
      lines.put(values, left);
      lines.put(edits, edit);
      const isFinite = kernel.applyEdit(values, edits, weight, share, length) !== 0;
      lines.get(values, out);
      lines.get(edits, edit);
      return isFinite;
    },
    compareRows(products, norms, referenceNorms, margin) {
      const { length } = products;
      if (length === 0) {
        return plainLineArithmetic.compareRows(products, norms, referenceNorms, margin);
      }
      const lines = new Lines(memory, length);
      const [first, second, third, results] = lines.at;
      lines.put(first, products);
      lines.put(second, norms);
      lines.put(third, referenceNorms);
      kernel.compareRows(first, second, third, margin, length, results);
      const found = new Float64Array(COMPARED);
      lines.get(results, found);
      const [compared = 0, cosineSum = 0, cosineMin = 0, cosineMax = 0, ratioSum = 0, ...counts] = found;
      const [zeroNorms = 0, zeroReferenceNorms = 0, opposite = 0] = counts;
      return { compared, cosineSum, cosineMin, cosineMax, ratioSum, zeroNorms, zeroReferenceNorms, opposite };
    },
    multiplyRows(parts, out) {
      const stride = parts.reduce((sum, { width }) => sum + width, 0);
      const rows = out.length / Math.max(1, stride);
      if (out.length === 0) {
        return;
      }
      const { views, at } = memory.layout(out.length * 4, rows * 8, out.length * 8);
      const [from, factors, to] = at;
      let column = 0;
      for (const { b, width, scaling, weights } of parts) {
        views.f32.set(b, from / 4);
        views.f64.set(weights, factors / 8);
        kernel.multiplyRows(from, scaling, factors, rows, width, to + column * 8, stride * 8);
        column += width;
      }
      out.set(views.f64.subarray(to / 8, to / 8 + out.length));
    },
  };
}

/** Numbers that the kernel gives for a comparison. */
const COMPARED = 8;

/** Four lines in the kernel's memory. The kernel takes pairs of numbers, so that an odd length has a zero after it. */
class Lines {
  readonly at: readonly [number, number, number, number];
  readonly #f64: Float64Array;
  readonly #length: number;

  constructor(memory: KernelMemory, length: number) {
    const bytes = Math.max(COMPARED, length) * Float64Array.BYTES_PER_ELEMENT;
    const { views, at } = memory.layout(bytes, bytes, bytes, bytes);
    this.at = at;
    this.#f64 = views.f64;
    this.#length = length;
  }

  clear(line: number): void {
    this.#f64.fill(0, line / 8, line / 8 + this.#length + 1);
  }

  put(line: number, values: Float64Array): void {
    this.#f64.set(values, line / 8);
    this.#f64[line / 8 + this.#length] = 0;
  }

  /** The first numbers of a line. */
  get(line: number, into: Float64Array): void {
    into.set(this.#f64.subarray(line / 8, line / 8 + into.length));
  }
}
