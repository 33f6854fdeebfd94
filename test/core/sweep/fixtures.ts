/** Small sweeps for tests. */
import { parseDecimal } from '../../../core/expression/decimal.js';
import type { Decimal } from '../../../core/expression/types.js';
import { toDigest } from '../../../core/digest.js';
import type {
  FinishedPoint,
  PointMetric,
  SweepConstraint,
  SweepGoal,
  SweepObjective,
  SweepPoint,
  SweepVariable,
} from '../../../core/sweep/types.js';

/** A decimal as written. */
export function decimal(text: string | number): Decimal {
  const parsed = parseDecimal(String(text));
  if (parsed === undefined) {
    throw new Error(`${text} is no decimal`);
  }
  return parsed;
}

/** A list of values. */
export function list(name: string, values: readonly (string | number)[]): SweepVariable {
  return { kind: 'values', name, values: values.map(decimal), scale: 'linear' };
}

/** An interval. */
export function interval(
  name: string,
  from: string | number,
  to: string | number,
  scale: 'linear' | 'log' = 'linear',
): SweepVariable {
  return { kind: 'interval', name, from: decimal(from), to: decimal(to), scale };
}

/** Goals as `-name` to minimise and `+name` to maximise. */
export function objective(goals: readonly string[], constraints: readonly SweepConstraint[] = []): SweepObjective {
  return {
    goals: goals.map((goal): SweepGoal => ({
      metric: goal.slice(1),
      direction: goal.startsWith('-') ? 'minimize' : 'maximize',
    })),
    constraints,
  };
}

/** `metric relation factor [* of]`. */
export function constraint(
  metric: string,
  relation: '<=' | '>=',
  factor: string | number,
  of?: string,
): SweepConstraint {
  return { metric, relation, factor: decimal(factor), of, text: `${metric} ${relation} ${factor} ${of ?? ''}` };
}

/** One value over all examples and both halves; the `report` half is far off, so that reading it would show. */
export function metricOf(choose: number | null): PointMetric {
  const value = { value: choose, stderr: null, n: 10 };
  return { all: value, choose: value, report: { value: choose === null ? null : -1000 - choose, stderr: null, n: 10 } };
}

/** A point that gave these values. */
export function finish(point: SweepPoint, metrics: Readonly<Record<string, number | null>>): FinishedPoint {
  return {
    ...point,
    result: {
      values: point.values,
      expression: 'chain',
      norm: 1,
      distanceFromBaseline: 0.5,
      metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, metricOf(value)])),
      evaluations: { l: toDigest(`sha256:${'0'.repeat(64)}`) },
    },
  };
}
