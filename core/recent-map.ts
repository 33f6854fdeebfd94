/** A map that keeps what was used lately. */

/**
 * Entries in the order of their last use, up to a total weight; the longest unused ones leave first. An entry that is heavier than
 * that alone stays until the next one comes.
 */
export class RecentMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #most: number;
  readonly #weightOf: (value: V) => number;
  #weight = 0;

  /**
   * @param most - total weight that is kept
   * @param weightOf - what a value counts for, always the same; 1 by default, so that `most` is a number of entries
   */
  constructor(most: number, weightOf: (value: V) => number = () => 1) {
    this.#most = most;
    this.#weightOf = weightOf;
  }

  /** The value under a key, which thereby is the latest used one. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** Puts a value under a key, in place of another one, and drops what has become too much. */
  set(key: K, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#weight += this.#weightOf(value);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#most || oldest === key) {
        return;
      }
      this.delete(oldest);
    }
  }

  /** Forgets a key. */
  delete(key: K): void {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#weight -= this.#weightOf(value);
      this.#entries.delete(key);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }

  /** All values, the longest unused first. */
  values(): Iterable<V> {
    return this.#entries.values();
  }
}
