/**
 * Rows that are changed step by step in many ways, and whose results are compared with each other. They stay in numbered slots,
 * where the loops run, so that nothing is copied between the steps.
 */
import type { Kernel } from './kernel/load.js';
import { symmetricProduct } from './symmetric-product.js';

/** How much there is room for. */
export interface RowSlotsShape {
  /** Rows of a slot. */
  readonly rows: number;
  /** Numbers per row. */
  readonly dimensions: number;
  readonly slots: number;
  /** Results that are compared. */
  readonly lines: number;
  /** A squared norm up to this share of its squared bound counts as zero. */
  readonly zeroShare: number;
}

/** Slots of rows. Each row has a norm, exactly 0 where it counts as zero, and a bound against which it does. */
export interface RowSlots {
  /**
   * Fills a slot; norms are bounds too.
   *
   * @param vectors - `[rows, dimensions]`; where there are fewer rows than the slot has, the others are zero
   * @param norms - `[rows]`
   */
  fill(slot: number, vectors: Float64Array, norms: Float64Array): void;
  /** to ← step(from, other), row by row. */
  step(step: SlotStep, from: number, other: number, to: number, weights: StepWeights): void;
  /** Lines are differences from this slot's rows from now on; line 0 are these rows themselves. */
  setReference(slot: number): void;
  /** line ← slot − reference, row by row. */
  putLine(line: number, slot: number): void;
  /** Inner products of the lines that were put. */
  products(): LineProducts;
  /** The squared distance of two lines, from the differences of their elements. */
  squaredDistance(line: number, other: number): number;
}

/** Inner products of lines i ≤ j at `values[i · stride + j]`; others are undefined. Valid until they are asked for again. */
export interface LineProducts {
  readonly values: Float64Array;
  readonly stride: number;
}

/** One slot in plain TypeScript. */
export interface Slot {
  /** `[rows, dimensions]`. */
  readonly vectors: Float64Array;
  readonly norms: Float64Array;
  readonly bounds: Float64Array;
}

/** How strongly one slot is taken out of another: λ/2 and 1 + λ/2. */
export interface StepWeights {
  readonly half: number;
  readonly scale: number;
}

/** A change of rows that someone else brings along, in both forms, which must give the same bits. */
export interface SlotStep {
  /** @param to - overwritten; norms and bounds too, where later steps ask for them */
  readonly plain: (from: Slot, other: Slot, to: Slot, weights: StepWeights, zeroShare: number) => void;
  /** The same on addresses of slots. */
  readonly kernel: (
    kernel: Kernel,
    slots: { readonly from: number; readonly other: number; readonly to: number },
    weights: StepWeights,
    layout: SlotLayout,
  ) => void;
}

/** Layout of slots in a kernel's memory: norms, bounds, then the vectors, dimension by dimension. */
export interface SlotLayout {
  /** An even number. */
  readonly rows: number;
  readonly dimensions: number;
  /** Bytes from the address of a slot to its vectors. */
  readonly vectors: number;
  readonly zeroShare: number;
}

/** Plain TypeScript. */
export function plainRowSlots({ rows, dimensions, slots, lines, zeroShare }: RowSlotsShape): RowSlots {
  const width = rows * dimensions;
  const all = Array.from({ length: slots }, (): Slot => ({
    vectors: new Float64Array(width),
    norms: new Float64Array(rows),
    bounds: new Float64Array(rows),
  }));
  const slotAt = (slot: number): Slot => all[slot] ?? missing(slot);
  const reference = new Float64Array(width);
  const put = new Float64Array(lines * width);
  return {
    fill(slot, vectors, norms) {
      const to = slotAt(slot);
      to.vectors.fill(0).set(vectors);
      to.norms.fill(0).set(norms);
      to.bounds.set(to.norms);
    },
    step(step, from, other, to, weights) {
      step.plain(slotAt(from), slotAt(other), slotAt(to), weights, zeroShare);
    },
    setReference(slot) {
      reference.set(slotAt(slot).vectors);
      put.set(reference);
    },
    putLine(line, slot) {
      const { vectors } = slotAt(slot);
      for (let at = 0, to = line * width; at < width; at++, to++) {
        put[to] = (vectors[at] ?? 0) - (reference[at] ?? 0);
      }
    },
    products: () => ({ values: symmetricProduct([put], width), stride: lines }),
    squaredDistance(line, other) {
      let sum = 0;
      for (let x = line * width, y = other * width; x < (line + 1) * width; x++, y++) {
        const difference = (put[x] ?? 0) - (put[y] ?? 0);
        sum += difference * difference;
      }
      return sum;
    },
  };
}

function missing(slot: number): never {
  throw new RangeError(`there is no slot ${String(slot)}`);
}
