/** Rates of running nodes, from when this command first saw them (what an earlier attempt did is no speed). */
import type { NodeCursor } from '../core/plan/run-types.js';

/** Remembers the first cursor of each node. */
export class RateMeter {
  readonly #first = new Map<string, { readonly done: number; readonly ms: number }>();

  /** Progress numbers of a cursor seen at `nowMs`. */
  measure(cursor: NodeCursor, nowMs: number): { done: number; total: number; rate?: number; secondsLeft?: number } {
    const first = this.#first.get(cursor.id) ?? { done: cursor.done, ms: nowMs };
    this.#first.set(cursor.id, first);
    const seconds = (nowMs - first.ms) / 1000;
    const gained = cursor.done - first.done;
    if (seconds < 0.5 || gained <= 0) {
      return { done: cursor.done, total: cursor.total };
    }
    const rate = gained / seconds;
    return { done: cursor.done, total: cursor.total, rate, secondsLeft: (cursor.total - cursor.done) / rate };
  }
}
