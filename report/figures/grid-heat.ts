/** A metric over the two variables of a grid. */
import type { SweepReport } from '../../core/sweep/types.js';
import { csvTable } from '../csv/csv-table.js';
import { formatValue, formatWithUnit } from '../words/format.js';
import { metricKey, metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import { feasiblePoints, freeVariables, pointMetric } from '../reading/sweep.js';
import type { RunReport } from '../types.js';
import { extent } from './kit/axes.js';
import { idPart, type Figure } from './kit/figure.js';
import { drawHeatGrid } from './kit/heat-grid.js';

/** The figure of one metric, or undefined unless the sweep is a grid over exactly two free variables. */
export function gridHeat(report: RunReport, sweep: SweepReport, metric: ReportedMetric): Figure | undefined {
  const [across, down, ...others] = freeVariables(sweep);
  if (sweep.plan.search.method !== 'grid' || across === undefined || down === undefined || others.length > 0) {
    return undefined;
  }
  const key = metricKey(metric);
  const xs = sweep.points.values[across.name] ?? [];
  const ys = sweep.points.values[down.name] ?? [];
  const columns = [...new Set(xs)].sort((a, b) => a - b);
  // the largest at the top, as on an axis
  const rows = [...new Set(ys)].sort((a, b) => b - a);
  const placeAt = new Map(sweep.points.index.map((_, place) => [`${String(xs[place])} ${String(ys[place])}`, place]));
  const at = (row: number, column: number): number | undefined =>
    placeAt.get(`${String(columns[column])} ${String(rows[row])}`);
  const values = rows.map((_, row) =>
    columns.map((__, column) => {
      const place = at(row, column);
      return place === undefined ? null : pointMetric(sweep, place, key, 'all').value;
    }),
  );
  const found = values.flat().filter((value) => value !== null);
  if (found.length === 0) {
    return undefined;
  }
  const feasible = feasiblePoints(sweep);
  const [low, high] = extent(found);
  const title = metricTitle(report, metric);
  const hasConstraints = (sweep.plan.objective?.constraints.length ?? 0) > 0;
  return {
    id: `grid-${idPart(key)}`,
    title: `${title} over ${across.name} and ${down.name}`,
    caption:
      `${metric.unit === 'share' ? 'Per cent. ' : ''}${metric.higherIsBetter ? 'Higher is better.' : 'Lower is better.'}` +
      (found.length < rows.length * columns.length ? ' Empty: no value.' : ''),
    note:
      'Darker is higher. Over all examples.' +
      (hasConstraints ? ' Struck through: a constraint is not met on the choosing half.' : '') +
      (sweep.choice.recommended === null ? '' : ' Framed: the recommended point.'),
    drawing: drawHeatGrid({
      kind: 'grid',
      label: `${title} over ${across.name} and ${down.name}: from ${formatWithUnit(low, metric.unit)} to ${formatWithUnit(high, metric.unit)}`,
      rows: rows.map(String),
      columns: columns.map(String),
      values,
      format: (value) => formatValue(value, metric.unit),
      rowName: down.name,
      columnName: across.name,
      framed: (row, column) => {
        const place = at(row, column);
        return place !== undefined && sweep.points.index[place] === sweep.choice.recommended;
      },
      crossed: (row, column) => {
        const place = at(row, column);
        return hasConstraints && place !== undefined && feasible[place] === false;
      },
    }),
    csv: csvTable(
      sweep.points.index.map((_, place) => place),
      [
        ['point', (place) => sweep.points.index[place]],
        [across.name, (place) => xs[place]],
        [down.name, (place) => ys[place]],
        ['value', (place) => pointMetric(sweep, place, key, 'all').value],
        ['feasible', (place) => feasible[place]],
      ],
    ),
  };
}
