/** Which point a sweep recommends, by the half of the examples that points are chosen by. */
import { judge, type References, valuesOfHalf } from './constraints.js';
import { type Candidate, compareCandidates, paretoFront } from './pareto.js';
import type { FinishedPoint, SweepChoice, SweepObjective } from './types.js';

/** A point and how the search sees it. */
export interface JudgedPoint extends Candidate {
  readonly point: FinishedPoint;
}

/**
 * The Pareto front and the recommended point: among the points of full size that meet all constraints, the best by the first
 * goal, further goals and then the smaller index breaking ties. Points with equal values count once, as the one with the
 * smallest index. If no point is feasible there is a front of those with the least violation but no recommendation.
 *
 * Reads the `choose` half only; `stability` is null until `stabilityOf` says otherwise.
 */
export function choosePoint(
  finished: readonly FinishedPoint[],
  objective: SweepObjective | null,
  references: References,
): SweepChoice {
  const nothing = { pareto: [], recommended: null, feasible: false, stability: null };
  if (objective === null) {
    return { ...nothing, feasible: finished.length > 0 };
  }
  const judged = judgePoints(finished, objective, references);
  const best = judged.toSorted(compareJudged)[0];
  // a point that cannot be judged is no choice at all
  if (best === undefined || best.violation === Number.POSITIVE_INFINITY) {
    return nothing;
  }
  const feasible = best.violation === 0;
  return {
    pareto: paretoFront(judged).flatMap((place) => judged[place]?.point.index ?? []),
    recommended: feasible ? best.point.index : null,
    feasible,
    stability: null,
  };
}

/** The points of full size in order of index, each set of values once, judged by the `choose` half. */
export function judgePoints(
  finished: readonly FinishedPoint[],
  objective: SweepObjective,
  references: References,
): readonly JudgedPoint[] {
  const byValues = new Map<string, FinishedPoint>();
  for (const point of finished.toSorted((a, b) => a.index - b.index)) {
    const values = point.values.join(' ');
    if (point.samples === undefined && !byValues.has(values)) {
      byValues.set(values, point);
    }
  }
  return [...byValues.values()].map((point) => judgePoint(point, objective, references));
}

/** A point judged by the `choose` half. */
export function judgePoint(point: FinishedPoint, objective: SweepObjective, references: References): JudgedPoint {
  return { point, ...judge(objective, valuesOfHalf(point.result.metrics, references, 'choose')) };
}

/** Best first; equal ones by index. */
export function compareJudged(first: JudgedPoint, second: JudgedPoint): number {
  return compareCandidates(first, second) || first.point.index - second.point.index;
}
