/** What an objective makes of a point's metrics: how far it is from meeting the constraints, and how good it is. */
import { OminusError } from '../errors.js';
import { decimalToNumber } from '../expression/decimal.js';
import type { Candidate } from './pareto.js';
import type { PointMetric, PointResult, ReferenceMetrics, SweepConstraint, SweepObjective } from './types.js';

/** Metrics of reference candidates by name. */
export type References = Readonly<Record<string, ReferenceMetrics>>;

/** Where the values come from that an objective is judged by: a half of the examples, a resample, … */
export interface ObjectiveValues {
  /** Value of a metric (`label.metric`) of the point. */
  readonly ofPoint: (metric: string) => number | null;
  /** Value of a metric of a reference candidate. */
  readonly ofReference: (candidate: string, metric: string) => number | null;
}

/**
 * Sum over the constraints of what the point is beyond the bound, relative to the bound (absolute where the bound is 0).
 * Infinity when a goal or a constraint has no value: a point that cannot be judged is worse than any that can.
 *
 * @returns 0 exactly when all constraints are met
 */
export function violationOf(
  metrics: PointResult['metrics'],
  objective: SweepObjective,
  references: References,
  half: keyof PointMetric,
): number {
  return judge(objective, valuesOfHalf(metrics, references, half)).violation;
}

/** A point as the search sees it: goals to be minimised (those to be maximised with their sign turned) and the violation. */
export function judge(objective: SweepObjective, values: ObjectiveValues): Candidate {
  const goals = objective.goals.map((goal) => {
    const value = finite(values.ofPoint(goal.metric));
    return value === null ? Number.POSITIVE_INFINITY : goal.direction === 'minimize' ? value : -value;
  });
  const violation = objective.constraints.reduce(
    (sum, constraint) => sum + violationOfOne(constraint, values),
    goals.every(Number.isFinite) ? 0 : Number.POSITIVE_INFINITY,
  );
  return { goals, violation };
}

/** The values of one half of the examples. */
export function valuesOfHalf(
  metrics: PointResult['metrics'],
  references: References,
  half: keyof PointMetric,
): ObjectiveValues {
  return {
    ofPoint: (metric) => metrics[metric]?.[half].value ?? null,
    ofReference: (candidate, metric) => {
      const reference = references[candidate]?.[metric];
      if (reference === undefined) {
        throw new OminusError('INTERNAL', { message: `no metric ${metric} of the reference ${candidate}` });
      }
      return reference[half].value;
    },
  };
}

function violationOfOne(constraint: SweepConstraint, values: ObjectiveValues): number {
  const value = finite(values.ofPoint(constraint.metric));
  const unit = constraint.of === undefined ? 1 : finite(values.ofReference(constraint.of, constraint.metric));
  if (value === null || unit === null) {
    return Number.POSITIVE_INFINITY;
  }
  const bound = decimalToNumber(constraint.factor) * unit;
  const beyond = constraint.relation === '<=' ? value - bound : bound - value;
  return beyond <= 0 ? 0 : beyond / (bound === 0 ? 1 : Math.abs(bound));
}

/** NaN and infinities count as no value, since that is what a record in JSON makes of them. */
function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
