/** Evaluates a slice of points, one after the other; what the store has is not evaluated again. */
import { hostname } from 'node:os';
import { errorCode, errorMessage, OminusError, type ErrorCode } from '../../core/errors.js';
import type { BestPoint, FinishedPoint, PointFailure, SweepPoint } from '../../core/sweep/types.js';
import type { PointsOutcome } from '../../core/plan/run-types.js';
import { betterPoint } from '../../core/sweep/best.js';
import { judgePoint } from '../../core/sweep/choose.js';
import { batchPoints } from './batch-points.js';
import { evaluatePoint } from './evaluate-point.js';
import { putPoint, readPoint } from './point-record.js';
import { sweepFacts, type SweepRun } from './sweep-facts.js';
import type { SweepFacts } from './kept.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/**
 * Codes of what a point's own λ has brought about: the next point may be fine. All others end the activity, since every point
 * would meet them: sources that changed, a store that refuses, a device that is not there; or because another attempt may
 * help (codes that Temporal retries), or because the run was cancelled.
 */
const OWN_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'OVERFLOW',
  'VERIFY_FAILED',
  'SHAPE_MISMATCH',
  'INTERNAL',
]);

/** How often the inference process may end over one point before that is the point's own failure. */
const MOST_CRASHES = 3;

/** After so many points in a row over which it ended, it is not the points. */
const MOST_CRASHED_IN_A_ROW = 3;

/** Which points, and for how long. */
export interface Slice {
  readonly plan: ArtifactRef;
  readonly batch: number;
  /** Places in the batch: [from, to). */
  readonly from: number;
  readonly to: number;
  /** After this time only the first point is begun. */
  readonly budgetMs: number;
}

/**
 * Evaluates points of a batch. Each is finished with its own record in the store, so that the next reader finds it.
 *
 * @throws OminusError `INPUT_LOST` when a node of the sweep's plan is gone, `INFERENCE_CRASHED` when one point after the other
 *   makes the inference process end, and whatever concerns more than one point
 */
export async function runPoints(run: SweepRun, slice: Slice): Promise<PointsOutcome> {
  const facts = await sweepFacts(run, slice.plan);
  const points = await batchPoints(run, facts, slice.batch);
  if (points === null) {
    throw new OminusError('INTERNAL', {
      message: `the search ended before this batch [plan=${slice.plan.digest}, batch=${String(slice.batch)}]`,
    });
  }
  const { from, to } = slice;
  const startedMs = performance.now();
  let outcome: PointsOutcome = { next: from, done: 0, reused: 0, failures: [], best: null };
  let row: readonly PointFailure[] = [];
  const hasTime = (): boolean =>
    outcome.next === from || row.length > 0 || performance.now() - startedMs < slice.budgetMs;
  while (outcome.next < to && hasTime()) {
    run.signal.throwIfAborted();
    run.onProgress(outcome.next - from, to - from);
    const ended = await runPoint(run, facts, points.at(outcome.next));
    outcome = withPoint(outcome, facts, ended);
    row = ended.how === 'failed' && ended.failure.code === 'INFERENCE_CRASHED' ? [...row, ended.failure] : [];
    if (row.length === MOST_CRASHED_IN_A_ROW) {
      throw blameDevice(run, row);
    }
  }
  return outcome;
}

/** The points are tried again by the next attempt, as if nothing had happened to them. */
function blameDevice({ crashes }: SweepRun, row: readonly PointFailure[]): OminusError {
  row.forEach(({ index }) => crashes.delete(index));
  return new OminusError('INFERENCE_CRASHED', {
    message: `the inference process crashed on ${String(row.length)} consecutive points, ${String(MOST_CRASHES)} times each`,
    hint: "Check the machine's memory and device; ominus doctor tests the device.",
  });
}

type PointOutcome =
  | { readonly how: 'done' | 'reused'; readonly point: FinishedPoint }
  | { readonly how: 'failed'; readonly failure: PointFailure };

async function runPoint(run: SweepRun, facts: SweepFacts, point: SweepPoint): Promise<PointOutcome> {
  const { store } = run.context;
  const failed = (code: ErrorCode, message: string): PointOutcome => {
    const { index, values } = point;
    return { how: 'failed', failure: { index, values, code, message } };
  };
  try {
    const planned = facts.planner(point);
    const stored = await readPoint(store, planned);
    if (stored !== undefined) {
      return { how: 'reused', point: stored };
    }
    const computed = await unlessItCrashes(run, point, () => evaluatePoint(run, facts, planned));
    return computed === undefined
      ? failed(
          'INFERENCE_CRASHED',
          `the inference process on ${hostname()} crashed ${String(MOST_CRASHES)} times on this point`,
        )
      : { how: 'done', point: await putPoint(store, planned, computed) };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || !OWN_CODES.has(code)) {
      throw error;
    }
    return failed(code, errorMessage(error));
  }
}

/**
 * Does the work on a point again when the inference process ended, from the last stored batch on: whatever killed it may be gone.
 * It has one caller at a time, so that no point is blamed for another.
 *
 * @returns undefined when that has happened {@link MOST_CRASHES} times, in this attempt and those before
 */
async function unlessItCrashes<T>(
  { crashes, signal }: SweepRun,
  { index }: SweepPoint,
  work: () => Promise<T>,
): Promise<T | undefined> {
  while ((crashes.get(index) ?? 0) < MOST_CRASHES) {
    try {
      return await work();
    } catch (error) {
      if (errorCode(error) !== 'INFERENCE_CRASHED') {
        throw error;
      }
      crashes.set(index, (crashes.get(index) ?? 0) + 1);
      signal.throwIfAborted();
    }
  }
  return undefined;
}

function withPoint(outcome: PointsOutcome, facts: SweepFacts, ended: PointOutcome): PointsOutcome {
  const next = outcome.next + 1;
  if (ended.how === 'failed') {
    return { ...outcome, next, failures: [...outcome.failures, ended.failure] };
  }
  return {
    ...outcome,
    next,
    done: outcome.done + 1,
    reused: outcome.reused + (ended.how === 'reused' ? 1 : 0),
    best: betterPoint(outcome.best, standing(facts, ended.point)),
  };
}

/** A point as a candidate for the best one, if it can be judged: points with fewer examples are not compared with others. */
function standing({ sweep, references }: SweepFacts, point: FinishedPoint): BestPoint | null {
  const { objective, variables } = sweep;
  const metric = objective?.goals[0]?.metric;
  if (objective === null || metric === undefined || point.samples !== undefined) {
    return null;
  }
  const { violation, goals } = judgePoint(point, objective, references);
  const value = point.result.metrics[metric]?.choose.value ?? null;
  if (value === null || !Number.isFinite(violation)) {
    return null;
  }
  return {
    index: point.index,
    values: variables.flatMap(({ name }, place) =>
      point.values.slice(place, place + 1).map((decimal) => ({ name, value: decimal })),
    ),
    metric,
    value,
    feasible: violation === 0,
    sortedBy: [violation, ...goals],
  };
}
