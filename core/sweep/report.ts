/** Points of a sweep as columns: ten thousand rows with the same keys would be mostly keys. */
import { decimalToNumber } from '../expression/decimal.js';
import type { FinishedPoint, PointMetric, SweepColumn, SweepPlan, SweepReport } from './types.js';

/** The points of full size in order of index; a metric that a point lacks is null with n = 0. */
export function sweepColumns(
  plan: Pick<SweepPlan, 'variables'>,
  finished: readonly FinishedPoint[],
): SweepReport['points'] {
  const points = finished.filter((point) => point.samples === undefined).sort((a, b) => a.index - b.index);
  const metrics = [...new Set(points.flatMap((point) => Object.keys(point.result.metrics)))];
  return {
    index: points.map((point) => point.index),
    values: Object.fromEntries(
      plan.variables.map(({ name }, place) => [
        name,
        points.flatMap((point) => point.values.slice(place, place + 1).map(decimalToNumber)),
      ]),
    ),
    distance: points.map((point) => point.result.distanceFromBaseline),
    metrics: Object.fromEntries(
      metrics.map((metric) => [
        metric,
        {
          all: columnOf(points, metric, 'all'),
          choose: columnOf(points, metric, 'choose'),
          report: columnOf(points, metric, 'report'),
        },
      ]),
    ),
  };
}

function columnOf(points: readonly FinishedPoint[], metric: string, half: keyof PointMetric): SweepColumn {
  const values = points.map((point) => point.result.metrics[metric]?.[half]);
  return {
    value: values.map((value) => value?.value ?? null),
    stderr: values.map((value) => value?.stderr ?? null),
    n: values.map((value) => value?.n ?? 0),
  };
}
