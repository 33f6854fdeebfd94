/**
 * Whole numbers from 0 to 2³¹ − 1 as int64 tensors want them. Their low words are written and read directly: a BigInt for
 * every token and every slot of a mask would be a good part of the time outside of a model.
 */

/** Where the low word of a number is in its pair. */
const LOW = new Int32Array(BigInt64Array.of(1n).buffer)[0] === 1 ? 0 : 1;

/** A list of fixed length, zero at first. */
export class WholeNumbers {
  /** The same numbers as a tensor has them. */
  readonly int64: BigInt64Array;
  readonly #words: Int32Array;

  constructor(lengthOrValues: number | BigInt64Array) {
    this.int64 = typeof lengthOrValues === 'number' ? new BigInt64Array(lengthOrValues) : lengthOrValues;
    this.#words = new Int32Array(this.int64.buffer, this.int64.byteOffset, 2 * this.int64.length);
  }

  /** A list of these numbers. */
  static of(values: readonly number[]): WholeNumbers {
    const numbers = new WholeNumbers(values.length);
    values.forEach((value, place) => {
      numbers.set(place, value);
    });
    return numbers;
  }

  set(place: number, value: number): void {
    this.#words[2 * place + LOW] = value;
  }

  /** Copies part of another list: [from, to). */
  copy(other: WholeNumbers, from: number, to: number, place: number): void {
    this.#words.set(other.#words.subarray(2 * from, 2 * to), 2 * place);
  }

  toArray(): readonly number[] {
    const values: number[] = []; // quicker than Array.from
    for (let at = LOW; at < this.#words.length; at += 2) {
      values.push(this.#words[at] ?? 0);
    }
    return values;
  }
}
