/** Resamples of a bootstrap, drawn once and shared by all statistics of the same seed over as many examples. */
import { digestOf, type Digest } from '../digest.js';
import { RecentMap } from '../recent-map.js';
import { seededRandom } from './random.js';

/** How often and from which seed. */
export interface ResampleOptions {
  readonly seed: number;
  /** Resamples; 10 000 is what reports use. */
  readonly draws: number;
}

/** Places that are kept, over all numbers of examples: 128 MB. Tables beyond are drawn anew whenever they are needed. */
const MOST_PLACES = 2 ** 25;
/** Bytes of sums that are kept by the values they were made of. */
const MOST_SUM_BYTES = 2 ** 26;
/** Places drawn at a time. */
const BLOCK_PLACES = 2 ** 16;

/**
 * Which examples are in each resample depends on the seed and on how many examples there are, not on what is compared. So they
 * are drawn once, and the comparisons of one report have resamples in common.
 */
export class Resamples {
  readonly draws: number;
  readonly #seed: number;
  readonly #mostPlaces: number;
  /** By number of examples. */
  readonly #tables: RecentMap<number, readonly Uint32Array[]>;
  /** By digest of the values. */
  readonly #sums: RecentMap<Digest, Float64Array>;

  /** @param mostPlaces - drawn places to keep in memory; no number depends on it */
  constructor({ seed, draws }: ResampleOptions, mostPlaces = MOST_PLACES) {
    this.draws = draws;
    this.#seed = seed;
    this.#mostPlaces = mostPlaces;
    this.#tables = new RecentMap(mostPlaces, (blocks) => blocks.reduce((places, { length }) => places + length, 0));
    this.#sums = new RecentMap(MOST_SUM_BYTES, ({ byteLength }) => byteLength);
  }

  /** Sum of the values in each resample, added in the order in which they were drawn: `[draws]`. */
  sums(values: Float64Array): Float64Array {
    const sums = new Float64Array(this.draws);
    let draw = 0;
    for (const block of this.#blocks(values.length)) {
      draw = sumRows(block, values, sums, draw);
    }
    return sums;
  }

  /**
   * As {@link sums}, and remembered: for values of one candidate, which is compared with many.
   *
   * @returns not to be modified
   */
  rememberedSums(values: Float64Array): Float64Array {
    const key = digestOf(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const known = this.#sums.get(key) ?? this.sums(values);
    this.#sums.set(key, known);
    return known;
  }

  /** Places of the examples in all resamples, each block with whole resamples. */
  #blocks(examples: number): Iterable<Uint32Array> {
    const known = this.#tables.get(examples);
    if (known !== undefined || examples * this.draws > this.#mostPlaces) {
      return known ?? this.#drawBlocks(examples);
    }
    const table = [...this.#drawBlocks(examples)];
    this.#tables.set(examples, table);
    return table;
  }

  *#drawBlocks(examples: number): Generator<Uint32Array> {
    const random = seededRandom(this.#seed);
    const most = Math.max(1, Math.floor(BLOCK_PLACES / examples));
    for (let draw = 0; draw < this.draws; draw += most) {
      const block = new Uint32Array(Math.min(most, this.draws - draw) * examples);
      for (let at = 0; at < block.length; at++) {
        block[at] = random.below(examples);
      }
      yield block;
    }
  }
}

/** @returns the number of the resample after the block's last */
function sumRows(block: Uint32Array, values: Float64Array, sums: Float64Array, firstDraw: number): number {
  const examples = values.length;
  let draw = firstDraw;
  for (let start = 0; start < block.length; start += examples) {
    let sum = 0;
    for (let at = start; at < start + examples; at++) {
      sum += values[block[at] ?? 0] ?? 0;
    }
    sums[draw++] = sum;
  }
  return draw;
}
