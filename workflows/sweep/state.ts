/**
 * The state of a sweep as a value. Outcomes of slices are folded so that their order does not matter: the state at the end is
 * the same however many lanes there were, and whatever was killed.
 */
import { ApplicationFailure } from '@temporalio/workflow';
import type { PointsOutcome, SweepState } from '../../core/plan/run-types.js';
import { betterPoint } from '../../core/sweep/best.js';
import { putBack, type Range } from './ranges.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** Failures that are kept one by one; all are counted. */
const KEPT_FAILURES = 100;

/** Before the first batch. */
export function beginning(
  input: Pick<SweepState, 'plan' | 'concurrency' | 'startedAt'> & { readonly paused?: boolean },
): SweepState {
  return {
    plan: input.plan,
    startedAt: input.startedAt,
    batch: 0,
    pending: [],
    counts: { total: 0, done: 0, reused: 0, failed: 0 },
    expected: null,
    failures: [],
    best: null,
    concurrency: input.concurrency,
    paused: input.paused ?? false,
  };
}

/** From the first batch on again, with another plan or to retry what failed: what is in the store is found there. */
export function fromTheFirstBatch(state: SweepState, plan: ArtifactRef): SweepState {
  return beginning({ ...state, plan });
}

/** With the points of the batch that was opened. */
export function withBatch(
  state: SweepState,
  batch: { readonly points: number; readonly expected: number | null },
): SweepState {
  return {
    ...state,
    pending: putBack([], [0, batch.points]),
    expected: batch.expected,
    counts: { ...state.counts, total: state.counts.total + batch.points },
  };
}

/** With what a slice gave; the places that it left are pending again. */
export function withOutcome(state: SweepState, [, to]: Range, outcome: PointsOutcome): SweepState {
  const { counts } = state;
  return {
    ...state,
    pending: putBack(state.pending, [outcome.next, to]),
    counts: {
      total: counts.total,
      done: counts.done + outcome.done,
      reused: counts.reused + outcome.reused,
      failed: counts.failed + outcome.failures.length,
    },
    failures: [...state.failures, ...outcome.failures].sort((a, b) => a.index - b.index).slice(0, KEPT_FAILURES),
    best: betterPoint(state.best, outcome.best),
  };
}

/** Share of the points that are done or failed; 0 where their number is not known yet. */
export function shareOf({ counts, expected }: SweepState): number {
  return expected === null || expected === 0 ? 0 : Math.min(1, (counts.done + counts.failed) / expected);
}

/** Of a sweep none of whose points could be evaluated. */
export function allFailed({ counts, failures }: SweepState): ApplicationFailure {
  const first = failures[0];
  return ApplicationFailure.create({
    type: 'RUN_FAILED',
    nonRetryable: true,
    message: `all ${String(counts.failed)} points failed; first: point ${String(first?.index)}: ${first?.code ?? ''} ${first?.message ?? ''}`,
    details: [
      {
        hint: 'Fix the cause of the first failure, then run the spec again.',
        failures: failures.slice(0, 20).map(({ index, code }) => ({ index, code })),
      },
    ],
  });
}
