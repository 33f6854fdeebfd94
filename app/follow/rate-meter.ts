/** Rates of running nodes, from when this command first saw them (what an earlier attempt did is no speed). */
import type { NodeCursor, SweepProgressAnswer } from '../../core/plan/run-types.js';
import type { NodeId } from '../../core/plan/node.js';
import { NODE_KINDS } from '../../core/plan/node-kinds.js';
import type { NodeProgress, SweepProgress } from '../../report/progress.js';

/** The points of a sweep, among the nodes. */
const SWEEP = 'points' as NodeId;

/** The evaluations of a run, among the nodes: counted in nodes, those that are under way by their share. */
const WORK = 'work' as NodeId;
/** Less work than this says nothing about the rest, in nodes. */
const LEAST_WORK = 0.5;

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

  /** How long the nodes that take long will still take, at the pace of those that were computed since the first look. */
  secondsLeft(nodes: readonly NodeProgress[], nowMs: number): number | undefined {
    const long = nodes.filter(({ kind }) => isLong(kind));
    const shareOf = ({ state, done = 0, total = 0 }: NodeProgress): number =>
      state === 'done' ? 1 : state === 'running' && total > 0 ? done / total : 0;
    const over = long.filter(({ state }) => state === 'reused' || state === 'failed' || state === 'skipped').length;
    const done = long.reduce((sum, node) => sum + shareOf(node), 0);
    const total = long.length - over;
    const first = this.#first.get(WORK)?.done ?? done;
    const { secondsLeft } = this.measure({ id: WORK, done, total }, nowMs);
    return done - first < LEAST_WORK ? undefined : secondsLeft;
  }

  /** Progress of a sweep seen at `nowMs`; what was found in the store is no speed. */
  sweep(answer: SweepProgressAnswer, nowMs: number): SweepProgress {
    const { counts } = answer;
    return sweepProgress(answer, this.measure({ id: SWEEP, done: counts.done - counts.reused, total: 0 }, nowMs).rate);
  }

  /** The same from one look alone: the pace since the run began. */
  static since(answer: SweepProgressAnswer, seconds: number): SweepProgress {
    const { counts } = answer;
    const computed = counts.done - counts.reused;
    return sweepProgress(answer, computed > 0 && seconds > 0 ? computed / seconds : undefined);
  }
}

function sweepProgress(answer: SweepProgressAnswer, rate: number | undefined): SweepProgress {
  const { counts, concurrency, best, running } = answer;
  const total = Math.max(answer.expected ?? 0, counts.total);
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
    ...(rate === undefined || answer.state !== 'searching' ? {} : { rate, secondsLeft: left / rate }),
  };
}

function isLong(kind: string): boolean {
  return Object.hasOwn(NODE_KINDS, kind) && NODE_KINDS[kind as keyof typeof NODE_KINDS].limits === 'evaluate';
}
