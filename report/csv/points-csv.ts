/** The points of a sweep as CSV: a row each, every metric over all examples and over both halves. */
import type { MetricValue } from '../../core/evaluation/types.js';
import type { SweepReport } from '../../core/sweep/types.js';
import { feasiblePoints, pointMetric, referenceMetric, type Half } from '../reading/sweep.js';
import { csvTable, type CsvColumns } from './csv-table.js';

const HALVES = ['all', 'choose', 'report'] as const satisfies readonly Half[];
const PARTS = ['value', 'stderr', 'n'] as const satisfies readonly (keyof MetricValue)[];

/** A point, by its index and its place in the columns, or a reference candidate by its name. */
interface Row {
  readonly index?: number;
  readonly place?: number;
  readonly candidate?: string;
  readonly metric: (key: string, half: Half) => MetricValue | undefined;
}

/**
 * All points of full size in order of index, then the reference candidates, which have a name instead of a point.
 *
 * @param isPartial - whether the run has not finished: its choice is then the best so far
 */
export function pointsCsv(sweep: SweepReport, isPartial: boolean): string {
  const { plan, points, choice } = sweep;
  const feasible = feasiblePoints(sweep);
  const front = new Set(choice.pareto);
  const rows: readonly Row[] = [
    ...points.index.map((index, place): Row => ({
      ...{ index, place },
      metric: (key, half) => pointMetric(sweep, place, key, half),
    })),
    ...Object.keys(sweep.references).map((candidate): Row => ({
      candidate,
      metric: (key, half) => referenceMetric(sweep, candidate, key, half),
    })),
  ];
  const metrics = Object.keys(points.metrics).flatMap((key) =>
    HALVES.flatMap((half) =>
      PARTS.map((part) => [`${key} ${half} ${part}`, ({ metric }: Row) => metric(key, half)?.[part]] as const),
    ),
  );
  const variables: CsvColumns<Row> = plan.variables.map(({ name }) => [
    name,
    ({ place }) => (place === undefined ? null : points.values[name]?.[place]),
  ]);
  return csvTable(rows, [
    ['point', ({ index }) => index],
    ['candidate', ({ candidate }) => candidate],
    ...variables,
    ['distance', ({ place }) => (place === undefined ? null : points.distance[place])],
    ['feasible', ({ place }) => (place === undefined ? null : feasible[place])],
    ['pareto', ({ index }) => (index === undefined ? null : front.has(index))],
    ['recommended', ({ index }) => (index === undefined ? null : isPartial ? null : index === choice.recommended)],
    ...metrics,
    ['partial', () => isPartial],
  ]);
}
