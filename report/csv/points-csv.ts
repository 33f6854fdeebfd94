/** The points of a sweep as CSV: a row each, every metric over all examples and over both halves. */
import type { SweepReport } from '../../core/sweep/types.js';
import { csvTable, type CsvValue } from './csv-table.js';
import { feasiblePoints, type Half } from '../reading/sweep.js';

const HALVES = ['all', 'choose', 'report'] as const satisfies readonly Half[];

/** All points of full size in order of index, then the reference candidates, which have a name instead of a point. */
export function pointsCsv(sweep: SweepReport): string {
  const { plan, points, choice } = sweep;
  const metrics = Object.keys(points.metrics);
  const variables = plan.variables.map(({ name }) => name);
  const feasible = feasiblePoints(sweep);
  const front = new Set(choice.pareto);
  const columns = [
    'point',
    'candidate',
    ...variables,
    'distance',
    'feasible',
    'pareto',
    'recommended',
    ...metrics.flatMap((metric) =>
      HALVES.flatMap((half) => ['value', 'stderr', 'n'].map((part) => `${metric} ${half} ${part}`)),
    ),
  ];
  const rows = points.index.map((index, place): readonly CsvValue[] => [
    index,
    null,
    ...variables.map((name) => points.values[name]?.[place]),
    points.distance[place],
    feasible[place],
    front.has(index),
    index === choice.recommended,
    ...metrics.flatMap((metric) =>
      HALVES.flatMap((half) => {
        const column = points.metrics[metric]?.[half];
        return [column?.value[place], column?.stderr[place], column?.n[place]];
      }),
    ),
  ]);
  const references = Object.entries(sweep.references).map(([name, values]): readonly CsvValue[] => [
    null,
    name,
    ...variables.map(() => null),
    ...[null, null, null, null],
    ...metrics.flatMap((metric) =>
      HALVES.flatMap((half) => {
        const value = values[metric]?.[half];
        return [value?.value, value?.stderr, value?.n];
      }),
    ),
  ]);
  return csvTable(columns, [...rows, ...references]);
}
