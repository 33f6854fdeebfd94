/** {@link RowSlots} in the memory of a kernel of their own. */
import type { Kernel } from './kernel/load.js';
import { KernelMemory } from './kernel/memory.js';
import type { RowSlots, RowSlotsShape, SlotLayout } from './row-slots.js';

/**
 * Slots in a kernel without other users. A slot is norms, bounds and, dimension by dimension, its rows, whose number is rounded
 * up to an even one; lines are packed as kernel.wat says, row by row.
 */
export function simdRowSlots(kernel: Kernel, shape: RowSlotsShape): RowSlots {
  const { dimensions, slots, lines, zeroShare } = shape;
  const rows = Math.ceil(shape.rows / 2) * 2;
  const [width, groups] = [rows * dimensions, Math.ceil(lines / 4)];
  const stride = groups * 4;
  const slotBytes = (2 + dimensions) * rows * 8;
  const { views, at } = new KernelMemory(kernel).layout(
    slots * slotBytes,
    width * 8,
    stride * width * 8,
    stride ** 2 * 8,
  );
  const [firstSlot, reference, packed, sums] = at;
  const { f64 } = views;
  const slotAt = (slot: number): number => firstSlot + slot * slotBytes;
  const vectorsOf = (slot: number): number => slotAt(slot) + 2 * rows * 8;
  const lineAt = (line: number): number => packed + (line >> 2) * width * 32 + (line & 3) * 8;
  const layout: SlotLayout = { rows, dimensions, vectors: 2 * rows * 8, zeroShare };
  return {
    fill(slot, vectors, norms) {
      const start = slotAt(slot) / 8;
      f64.fill(0, start, start + (2 + dimensions) * rows);
      f64.set(norms, start);
      f64.set(norms, start + rows);
      for (let d = 0, to = start + 2 * rows; d < dimensions; d++, to += rows) {
        for (let i = 0; i < norms.length; i++) {
          f64[to + i] = vectors[i * dimensions + d] ?? 0;
        }
      }
    },
    step(step, from, other, to, weights) {
      step.kernel(kernel, { from: slotAt(from), other: slotAt(other), to: slotAt(to) }, weights, layout);
    },
    setReference(slot) {
      f64.fill(0, reference / 8, reference / 8 + width);
      kernel.putLine(vectorsOf(slot), reference, rows, dimensions, lineAt(0));
      f64.copyWithin(reference / 8, vectorsOf(slot) / 8, vectorsOf(slot) / 8 + width);
    },
    putLine(line, slot) {
      kernel.putLine(vectorsOf(slot), reference, rows, dimensions, lineAt(line));
    },
    products() {
      f64.fill(0, sums / 8, sums / 8 + stride ** 2);
      kernel.addSymmetricProduct(packed, width, groups, sums);
      return { values: f64.subarray(sums / 8, sums / 8 + stride ** 2), stride };
    },
    squaredDistance(line, other) {
      let sum = 0;
      for (let k = 0, x = lineAt(line) / 8, y = lineAt(other) / 8; k < width; k++, x += 4, y += 4) {
        const difference = (f64[x] ?? 0) - (f64[y] ?? 0);
        sum += difference * difference;
      }
      return sum;
    },
  };
}
