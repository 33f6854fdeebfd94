/** A sweep: what is recommended and how sure that is, then the figures, the front, what failed. */
import { figuresIn, type PlacedFigure } from '../figures/figures.js';
import { formatValue, formatWithUnit } from '../words/format.js';
import { html, type Html } from '../html/html.js';
import { metricTitle } from '../reading/scoreboard.js';
import { metricNamed, readConstraints, recommendedPlace, titleOf, type ConstraintReading } from '../reading/sweep.js';
import { describeSweep, recommendedMetrics, valueWithInterval } from '../words/sweep.js';
import type { SweepReport } from '../../core/sweep/types.js';
import type { RunReport } from '../types.js';
import { answersBlock } from './answers.js';
import { figureGrid } from './figures-section.js';
import { failuresTable, frontTable, pointsTable } from './points-tables.js';

/** Everything about the points. */
export function sweepSection(report: RunReport, sweep: SweepReport, figures: readonly PlacedFigure[]): Html {
  const curves = figuresIn(figures, 'curves');
  const grids = figuresIn(figures, 'grids');
  return html`${answersBlock(describeSweep(report, sweep))}
  ${recommendedPlace(sweep) !== undefined && recommendedTable(report, sweep)} ${constraintTable(report, sweep)}
  ${figureGrid(figuresIn(figures, 'pareto'))} ${frontTable(report, sweep)}
  ${curves.length > 0 && html`<h3>Metrics against λ</h3>`} ${figureGrid(curves)}
  ${grids.length > 0 && html`<h3>Both variables at once</h3>`} ${figureGrid(grids)} ${pointsTable(report, sweep)}
  ${failuresTable(sweep)}`;
}

function recommendedTable(report: RunReport, sweep: SweepReport): Html {
  return html`<div class="wide" tabindex="0">
    <table>
      <caption>
        The recommended point, on both halves of the examples
      </caption>
      <thead>
        <tr>
          <th scope="col">metric</th>
          <th scope="col" class="number">reporting half, 95 % interval</th>
          <th scope="col" class="number">${sweep.baseline}, same half</th>
          <th scope="col" class="number">choosing half</th>
          <th scope="col" class="number">n</th>
        </tr>
      </thead>
      <tbody>
        ${recommendedMetrics(report, sweep).map(
          ({ metric, value, interval, baseline, whereChosen, n }) =>
            html`<tr class="${metric.auxiliary === true ? 'aux' : ''}">
              <th scope="row">${metricTitle(report, metric)} ${metric.higherIsBetter ? '↑' : '↓'}</th>
              <td class="number"><b>${valueWithInterval(value, interval, metric.unit)}</b></td>
              <td class="number">${formatWithUnit(baseline, metric.unit)}</td>
              <td class="number">${formatWithUnit(whereChosen, metric.unit)}</td>
              <td class="number">${n}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function constraintTable(report: RunReport, sweep: SweepReport): Html | false {
  const place = recommendedPlace(sweep);
  if (place === undefined || (sweep.plan.objective?.constraints.length ?? 0) === 0) {
    return false;
  }
  const onReportHalf = readConstraints(sweep, place, 'report');
  const cells = (reading: ConstraintReading | undefined): Html => {
    const unit = metricNamed(report, reading?.constraint.metric ?? '')?.unit ?? 'number';
    return html`<td class="number">${formatValue(reading?.bound, unit)}</td>
      <td class="number"><b>${formatValue(reading?.value, unit)}</b></td>
      <td class="verdict">${reading?.isMet === true ? '✔ met' : '✖ not met'}</td>`;
  };
  return html`<div class="wide" tabindex="0">
    <table>
      <caption>
        The constraints at the recommended point
      </caption>
      <thead>
        <tr>
          <th scope="col" rowspan="2">constraint</th>
          <th scope="colgroup" colspan="3">choosing half</th>
          <th scope="colgroup" colspan="3">reporting half</th>
        </tr>
        <tr>
          <th scope="col" class="number">bound</th>
          <th scope="col" class="number">value</th>
          <th scope="col">met?</th>
          <th scope="col" class="number">bound</th>
          <th scope="col" class="number">value</th>
          <th scope="col">met?</th>
        </tr>
      </thead>
      <tbody>
        ${readConstraints(sweep, place, 'choose').map(
          (reading, at) =>
            html`<tr>
              <th scope="row">
                <code>${reading.constraint.text}</code><br /><small
                  >${titleOf(report, reading.constraint.metric)}</small
                >
              </th>
              ${cells(reading)} ${cells(onReportHalf[at])}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
