/** Tables of a sweep's points: the front, the best, what failed. */
import { formatValue } from '../words/format.js';
import { html, type Html } from '../html/html.js';
import {
  feasiblePoints,
  judgedMetrics,
  metricNamed,
  placeOfPoint,
  pointMetric,
  titleOf,
  variableText,
  type Half,
} from '../reading/sweep.js';
import type { SweepReport } from '../../core/sweep/types.js';
import type { RunReport } from '../types.js';

/** Rows of the front and of the points in the page; CSV has all. */
const MOST_FRONT = 100;
const MOST_POINTS = 200;

/** The Pareto front; nothing without one. */
export function frontTable(report: RunReport, sweep: SweepReport): Html | false {
  const places = sweep.choice.pareto.flatMap((index) => placeOfPoint(sweep, index) ?? []);
  if (places.length === 0) {
    return false;
  }
  const shown = places.slice(0, MOST_FRONT);
  return html`<div data-filter="the front">
    ${table(report, sweep, shown, {
      caption:
        (sweep.choice.feasible ? 'The Pareto front' : 'The front of the points that violate the constraints least') +
        (shown.length < places.length ? `, the first ${shown.length} of ${places.length} points` : ''),
      halves: ['choose', 'report'],
    })}
  </div>`;
}

/** The points, best first by what they were chosen by: feasible ones, then by the first goal. */
export function pointsTable(report: RunReport, sweep: SweepReport): Html | false {
  const [goal] = sweep.plan.objective?.goals ?? [];
  const feasible = feasiblePoints(sweep);
  const rank = (place: number): number => {
    const value = goal === undefined ? null : pointMetric(sweep, place, goal.metric, 'choose').value;
    return value === null ? Number.POSITIVE_INFINITY : goal?.direction === 'maximize' ? -value : value;
  };
  const places = sweep.points.index
    .map((_, place) => ({ place, isOut: feasible[place] === true ? 0 : 1, rank: rank(place) }))
    .sort((a, b) => a.isOut - b.isOut || (a.rank === b.rank ? a.place - b.place : a.rank - b.rank))
    .map(({ place }) => place);
  const shown = places.slice(0, MOST_POINTS);
  return (
    shown.length > 0 &&
    html`<details data-filter="points">
      <summary>
        ${
          shown.length < places.length
            ? `The best ${shown.length} of ${places.length} points`
            : `All ${places.length} points${goal === undefined ? '' : ', best first'}`
        }
      </summary>
      ${table(report, sweep, shown, { caption: undefined, halves: ['choose', 'report'] })}
      ${shown.length < places.length && html`<p class="note"><code>ominus report ${report.run.name} --format csv</code> prints all of them.</p>`}
    </details>`
  );
}

function table(
  report: RunReport,
  sweep: SweepReport,
  places: readonly number[],
  options: { readonly caption: string | undefined; readonly halves: readonly Half[] },
): Html {
  const metrics = judgedMetrics(sweep);
  const names = sweep.plan.variables.map(({ name }) => name);
  const feasible = feasiblePoints(sweep);
  const words: Readonly<Record<Half, string>> = { all: 'all', choose: 'choosing half', report: 'reporting half' };
  return html`<div class="wide" tabindex="0">
    <table class="points">
      ${
        options.caption !== undefined &&
        html`<caption>
          ${options.caption}
        </caption>`
      }
      <thead>
        <tr>
          <th scope="col">point</th>
          ${names.map((name) => html`<th scope="col" class="number">${name}</th>`)}
          ${metrics.flatMap((metric) =>
            options.halves.map(
              (half) =>
                html`<th scope="col" class="number">
                  ${titleOf(report, metric)}${metricNamed(report, metric)?.unit === 'share' && ',\u00a0%'}<br /><small
                    >${words[half]}</small
                  >
                </th>`,
            ),
          )}
          <th scope="col" class="number">distance, %</th>
          <th scope="col">constraints</th>
        </tr>
      </thead>
      <tbody>
        ${places.map((place) => {
          const index = sweep.points.index[place];
          const isChosen = index === sweep.choice.recommended;
          return html`<tr data-row="" class="${isChosen ? 'is-baseline' : ''}">
            <th scope="row">${index}${isChosen && html` <small>recommended</small>`}</th>
            ${names.map((name) => html`<td class="number">${variableText(sweep, name, place)}</td>`)}
            ${metrics.flatMap((metric) =>
              options.halves.map(
                (half) =>
                  html`<td class="number">
                    ${formatValue(pointMetric(sweep, place, metric, half).value, metricNamed(report, metric)?.unit ?? 'number')}
                  </td>`,
              ),
            )}
            <td class="number">${formatValue(sweep.points.distance[place], 'share')}</td>
            <td>${feasible[place] === true ? '✔ met' : '✖ not met'}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** Points that failed for good; nothing where none did. */
export function failuresTable({ failures, counts, plan }: SweepReport): Html | false {
  return (
    failures.length > 0 &&
    html`<h3>Points that failed</h3>
      <div data-filter="failures">
        <div class="wide" tabindex="0">
          <table>
            ${
              failures.length < counts.failed &&
              html`<caption>
                The first ${failures.length} of ${counts.failed}
              </caption>`
            }
            <thead>
              <tr>
                <th scope="col">point</th>
                ${plan.variables.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
                <th scope="col">code</th>
                <th scope="col">message</th>
              </tr>
            </thead>
            <tbody>
              ${failures.map(
                ({ index, values, code, message }) =>
                  html`<tr data-row="">
                    <th scope="row">${index}</th>
                    ${plan.variables.map((_, place) => html`<td class="number">${values[place] ?? ''}</td>`)}
                    <td><code>${code}</code></td>
                    <td>${message}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </div>`
  );
}
