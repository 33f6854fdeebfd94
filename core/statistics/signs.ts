/** Signs of a sign-flip test: one per example and draw, drawn once and shared by everything that is tested on the examples. */
import { hashedUnit } from './hashed-unit.js';
import { seededRandom } from './random.js';

/** Up to so many examples all 2ⁿ signs are used instead of random ones, so that p-values are exact. */
export const MOST_EXACT = 13;
/** Examples per byte of signs: a sum looks up eight of them at a time. */
const PER_BYTE = 8;
const VALUES = 1 << PER_BYTE;
/** Bytes of signs that are drawn at a time. */
const BLOCK_BYTES = 2 ** 21;
/** Draws of a block at least: the tables of a sum pay off over so many. */
const LEAST_DRAWS = 1024;

/** Some draws: `[bytes, draws]`, row-major, a bit per example, the lowest first; 1 is plus. */
export interface SignBlock {
  readonly draws: number;
  readonly bits: Uint8Array;
}

/** The draws of a sign-flip test, without the signs that are all plus: those are the observed scores. */
export class Signs {
  /** Number of draws. */
  readonly draws: number;
  /** Whether the draws are all signs there are. */
  readonly isExact: boolean;
  readonly #seed: number;
  readonly #bytes: number;

  /**
   * @param examples - at least 1
   * @param options.draws - random draws where there are more than {@link MOST_EXACT} examples
   */
  constructor(examples: number, options: { readonly seed: number; readonly draws: number }) {
    this.isExact = examples <= MOST_EXACT;
    this.draws = this.isExact ? 2 ** examples - 1 : options.draws;
    this.#bytes = Math.ceil(examples / PER_BYTE);
    // a sequence of its own: the bootstrap draws from the seed itself
    this.#seed = Math.floor(hashedUnit('signs', options.seed) * 2 ** 32);
  }

  /** All draws, a block at a time; the same ones on every call. */
  *blocks(): Generator<SignBlock> {
    const random = seededRandom(this.#seed);
    const bytes = this.#bytes;
    const most = Math.max(LEAST_DRAWS, Math.floor(BLOCK_BYTES / bytes));
    for (let from = 0; from < this.draws; from += most) {
      const draws = Math.min(most, this.draws - from);
      const bits = new Uint8Array(draws * bytes);
      for (let draw = 0; draw < draws; draw++) {
        for (let byte = 0; byte < bytes; byte += 4) {
          const word = this.isExact ? from + draw : random.below(2 ** 32);
          for (let i = byte; i < Math.min(byte + 4, bytes); i++) {
            bits[i * draws + draw] = (word >>> (PER_BYTE * (i - byte))) & (VALUES - 1);
          }
        }
      }
      yield { draws, bits };
    }
  }

  /**
   * Σ ±value in every draw of a block: `[draws]`.
   *
   * @param values - `[examples]`
   */
  sums({ draws, bits }: SignBlock, values: Float64Array): Float64Array {
    const sums = new Float64Array(draws);
    const table = new Float64Array(VALUES);
    for (let byte = 0; byte < this.#bytes; byte++) {
      fillTable(table, values, byte * PER_BYTE);
      const start = byte * draws;
      for (let draw = 0; draw < draws; draw++) {
        sums[draw] = (sums[draw] ?? 0) + (table[bits[start + draw] ?? 0] ?? 0);
      }
    }
    return sums;
  }
}

/** Signed sums of the eight values from a place on, by their signs; values behind the last one count as 0. */
function fillTable(table: Float64Array, values: Float64Array, first: number): void {
  table[0] = 0;
  for (let i = first; i < Math.min(first + PER_BYTE, values.length); i++) {
    table[0] -= values[i] ?? 0;
  }
  for (let signs = 1; signs < VALUES; signs++) {
    const lowest = 31 - Math.clz32(signs & -signs);
    table[signs] = (table[signs & (signs - 1)] ?? 0) + 2 * (values[first + lowest] ?? 0);
  }
}
