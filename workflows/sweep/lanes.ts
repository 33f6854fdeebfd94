/**
 * Lanes over the open batch of a sweep: each takes a slice of the pending points, waits for its activity, and takes the next.
 *
 * Whatever ends is folded in, and its place filled, in the turn in which its end is noted: how many ends reach a workflow
 * together differs between an execution and its replay (see ../run-bounded.ts), their order does not.
 */
import type { PointsOutcome, SweepState } from '../../core/plan/run-types.js';
import { placesIn, putBack, takeFirst, type Range } from './ranges.js';
import { withOutcome } from './state.js';

/** Points of a first slice, before it is known how long they take. */
const FIRST_SLICE = 4;
/** Most points of a slice: what an activity returns stays small. */
const LARGEST_SLICE = 256;
/**
 * Slices of one execution, at about six events each: the history stays below a few thousand. Counted here, since the length
 * that Temporal tells depends on how events were bundled.
 */
const SLICES_PER_EXECUTION = 350;

/** The activity of a slice. */
export type RunSlice = (state: SweepState, slice: Range) => Promise<PointsOutcome>;

/** Hands out slices and folds what they give into the state. */
export class Lanes {
  #state: SweepState;
  /** Why a slice could not be worked on at all, or that the run was cancelled; the first such error. */
  #failure: { readonly error: unknown } | undefined;
  readonly #runSlice: RunSlice;
  readonly #running = new Set<Range>();
  #sliceSize = FIRST_SLICE;
  #handedOut = 0;
  #isHalted = false;
  #over: (() => void) | undefined;

  constructor(state: SweepState, runSlice: RunSlice) {
    this.#state = state;
    this.#runSlice = runSlice;
  }

  /** Progress of the sweep. */
  get state(): SweepState {
    return this.#state;
  }

  /** Changes the state of the sweep. A caller that makes points pending, or lets them be handed out, calls {@link advance} or {@link work} next. */
  change(next: (state: SweepState) => SweepState): void {
    this.#state = next(this.#state);
  }

  /** Places that activities are at work on. */
  running(): readonly Range[] {
    return [...this.#running].reduce<readonly Range[]>(putBack, []);
  }

  /** Whether this execution has handed out as many slices as it may. */
  isSpent(): boolean {
    return this.#handedOut >= SLICES_PER_EXECUTION;
  }

  /**
   * Works on the open batch, until nothing is under way, and nothing is pending or no more may be handed out.
   *
   * @returns the first error that concerns more than one point, or the cancellation of the run
   */
  async work(): Promise<{ readonly error: unknown } | undefined> {
    this.#isHalted = false;
    this.#failure = undefined;
    await new Promise<void>((resolve) => {
      this.#over = resolve;
      this.advance();
    });
    this.#over = undefined;
    return this.#failure;
  }

  /** To be called whenever something changed: hands out what may be handed out, and notices the end. */
  advance(): void {
    while (this.#mayStart()) {
      this.#start();
    }
    if (this.#running.size === 0 && (this.#isOver() || this.#state.pending.length === 0)) {
      this.#over?.();
    }
  }

  /** Hands out no more until {@link work} is called again; what is under way comes to its end. */
  halt(): void {
    this.#isHalted = true;
    this.advance();
  }

  /** Halts because of an error. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.halt();
  }

  #isOver(): boolean {
    return this.#isHalted || this.isSpent();
  }

  #mayStart(): boolean {
    const { paused, pending, concurrency } = this.#state;
    return (
      this.#over !== undefined && !this.#isOver() && !paused && pending.length > 0 && this.#running.size < concurrency
    );
  }

  #start(): void {
    const { pending, concurrency } = this.#state;
    // the last points are shared out, so that lanes end together
    const share = Math.ceil(placesIn(pending) / concurrency);
    const taken = takeFirst(pending, Math.min(this.#sliceSize, share));
    if (taken === undefined) {
      return;
    }
    this.#state = { ...this.#state, pending: taken.rest };
    this.#running.add(taken.slice);
    this.#handedOut++;
    void this.#follow(taken.slice);
  }

  /** Never rejects: what a slice could not do is kept until all have ended. */
  async #follow(slice: Range): Promise<void> {
    try {
      const outcome = await this.#runSlice(this.#state, slice);
      this.#running.delete(slice);
      this.#state = withOutcome(this.#state, slice, outcome);
      this.#adapt(slice, outcome);
      this.advance();
    } catch (error) {
      this.#running.delete(slice);
      this.#state = { ...this.#state, pending: putBack(this.#state.pending, slice) };
      this.fail(error);
    }
  }

  /** Slices grow while they are finished in time, and shrink to what was finished. */
  #adapt([from, to]: Range, { next }: PointsOutcome): void {
    if (next < to) {
      this.#sliceSize = Math.max(1, next - from);
    } else if (to - from >= this.#sliceSize) {
      this.#sliceSize = Math.min(LARGEST_SLICE, 2 * this.#sliceSize);
    }
  }
}
