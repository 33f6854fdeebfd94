/** Hands the modules of a merge to the threads that share it. */

/** Counters in the shared memory. */
const [NEXT, DONE] = [0, 1];

/** What the threads share. */
export interface SharedQueue {
  /** Modules. */
  readonly count: number;
  readonly threads: number;
  readonly counters: SharedArrayBuffer;
}

/**
 * Places of modules, in order. Every thread takes the next few, fewer towards the end, so that all come to their end together, however
 * fast each of them is.
 */
export class ModuleQueue {
  /** For other threads, which make a queue of it. */
  readonly shared: SharedQueue;
  readonly #counters: Int32Array;

  constructor(shared: Omit<SharedQueue, 'counters'> & Partial<SharedQueue>) {
    const { counters = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT) } = shared;
    this.shared = { ...shared, counters };
    this.#counters = new Int32Array(counters);
  }

  /** Places until none are left. */
  *places(): Generator<number, void, undefined> {
    const { count, threads } = this.shared;
    for (;;) {
      const start = Atomics.load(this.#counters, NEXT);
      if (start >= count) {
        return;
      }
      const end = start + Math.ceil((count - start) / (2 * threads));
      if (Atomics.compareExchange(this.#counters, NEXT, start, end) === start) {
        for (let place = start; place < end; place++) {
          yield place;
        }
      }
    }
  }

  /** Nobody gets more; what was taken already is finished, so that of several failures the first one is found. */
  stop(): void {
    Atomics.store(this.#counters, NEXT, this.shared.count);
  }

  /** Counts a module that is finished; how many there are, of all threads. */
  finish(): number {
    return Atomics.add(this.#counters, DONE, 1) + 1;
  }
}
