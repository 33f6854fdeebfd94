/**
 * Rows that are changed step by step in many ways, and whose results are compared with each other. They stay in numbered slots,
 * where the loops run, so that nothing is copied between the steps.
 */
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
  /**
   * to ← e·from − half·other, with e = 1 + half·n_other/n_from row by row. Where either norm is 0, the row stays as it is. The
   * bound becomes e·bound + half·n_other.
   */
  extract(from: number, other: number, to: number, half: number): void;
  /** to ← scale·from − half·other, without norms. */
  extrapolate(from: number, other: number, to: number, scale: number, half: number): void;
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

interface Slot {
  /** `[rows, dimensions]`. */
  readonly vectors: Float64Array;
  readonly norms: Float64Array;
  readonly bounds: Float64Array;
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
    extract(from, other, to, half) {
      extract(slotAt(from), slotAt(other), slotAt(to), half, zeroShare);
    },
    extrapolate(from, other, to, scale, half) {
      const [x, y, results] = [slotAt(from).vectors, slotAt(other).vectors, slotAt(to).vectors];
      for (let at = 0; at < width; at++) {
        results[at] = scale * (x[at] ?? 0) - half * (y[at] ?? 0);
      }
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

function extract(from: Slot, other: Slot, to: Slot, wholeHalf: number, zeroShare: number): void {
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
}

function missing(slot: number): never {
  throw new RangeError(`there is no slot ${String(slot)}`);
}
