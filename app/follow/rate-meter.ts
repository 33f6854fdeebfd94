/** Rates of running nodes, from when this command first saw them (what an earlier attempt did is no speed). */
import type { NodeCursor, SweepProgressAnswer } from '../../core/plan/run-types.js';
import type { NodeId } from '../../core/plan/node.js';
import type { SweepProgress } from '../../report/progress.js';

/** The points of a sweep, among the nodes. */
const SWEEP = 'points' as NodeId;

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

  /** Progress of a sweep seen at `nowMs`; what was found in the store is no speed. */
  sweep(answer: SweepProgressAnswer, nowMs: number): SweepProgress {
    const { counts, concurrency, best, running } = answer;
    const total = Math.max(answer.expected ?? 0, counts.total);
    const { rate } = this.measure({ id: SWEEP, done: counts.done - counts.reused, total }, nowMs);
    const left = total - counts.done - counts.failed;
    return {
      phase: answer.state,
      done: counts.done,
      reused: counts.reused,
      failed: counts.failed,
      total,
      concurrency,
      running: running.reduce((sum, [from, to]) => sum + to - from, 0),
      best,
      ...(rate === undefined ? {} : { rate, secondsLeft: left / rate }),
    };
  }
}
