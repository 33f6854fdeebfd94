/** Metrics by step: a table with everything, and one drawing per main metric. */
import { ABSENT, formatDifference, formatInterval, formatNumber, formatValue } from '../words/format.js';
import { inlineSvg } from '../figures/figure.js';
import { figuresIn, type PlacedFigure } from '../figures/figures.js';
import { html, type Html } from '../html/html.js';
import { VERDICTS, metricTitle, readMetric, type ReportedMetric } from '../reading/scoreboard.js';
import type { ReportedStep, RunReport } from '../types.js';

/** Drawings of the main metrics. */
export function chartsSection(report: RunReport, figures: readonly PlacedFigure[]): Html {
  return html`<div class="charts">
      ${figuresIn(figures, 'metrics').map(
        ({ id, title, caption, drawing }) =>
          html`<figure id="${id}">
            <figcaption><b>${title}</b> <span class="muted">${caption}</span></figcaption>
            ${inlineSvg(drawing)}
          </figure>`,
      )}
    </div>
    <p class="note">
      Whiskers: 95 % intervals over examples (Wilson for accuracies, ± 1.96 standard errors otherwise). Dashed line:
      ${report.baseline}. Dotted line: base model. ▲ clearly better than ${report.baseline}, ▼ clearly worse, ● ≈ no
      clear difference, ◆ not compared. The signs follow the paired differences, which are sharper than whether two
      whiskers overlap.
    </p>`;
}

/** The table of all metrics by step. */
export function metricsTable(report: RunReport): Html {
  return html`<div class="wide" tabindex="0">
    <table class="metrics">
      <thead>
        <tr>
          <th scope="col">step</th>
          ${report.metrics.map(
            (metric) =>
              html`<th scope="col" class="${metric.auxiliary === true ? 'aux' : ''}">
                ${metricTitle(report, metric)}${metric.unit === 'share' && ',\u00a0%'}<br /><code
                  >${metric.label}.<wbr />${metric.name}</code
                ><br /><small
                  >${directionOf(metric)}${commonCount(report, metric) !== undefined && html`<br />n = ${commonCount(report, metric)}`}</small
                >
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${report.steps.map(
          (step) =>
            html`<tr class="${step.name === report.baseline ? 'is-baseline' : ''}">
              <th scope="row">${step.name}</th>
              ${report.metrics.map((metric) => metricCell(report, step, metric))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Every step with what it computes and how far it is from the baseline. */
export function stepsTable(report: RunReport): Html {
  return html`<div class="wide" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">step</th>
          <th scope="col">expression</th>
          <th scope="col" class="number">‖Δ‖<sub>F</sub></th>
          <th scope="col" class="number">distance from ${report.baseline}</th>
          <th scope="col">digest</th>
        </tr>
      </thead>
      <tbody>
        ${report.steps.map(
          (step) =>
            html`<tr>
              <th scope="row">
                ${step.name}${step.name === report.baseline && html` <small>baseline</small>`}${step.kind === 'written' && html` <small>as written</small>`}
              </th>
              <td><code>${step.expression}</code></td>
              <td class="number">${formatNumber(step.norm)}</td>
              <td class="number">
                ${step.distanceFromBaseline === null ? ABSENT : `${formatValue(step.distanceFromBaseline, 'share')} %`}
              </td>
              <td><code class="digest" title="${step.digest}">${step.digest.slice(7, 19)}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function metricCell(report: RunReport, step: ReportedStep, metric: ReportedMetric): Html {
  const { value, interval, difference, verdict } = readMetric(report, step, metric);
  if (value === undefined) {
    return html`<td class="number">${ABSENT}</td>`;
  }
  const about =
    difference === undefined
      ? `n = ${value.n}`
      : `n = ${value.n}; ${VERDICTS[verdict].words}: ${formatDifference(difference.difference, metric.unit)} ${formatInterval(difference.low, difference.high, metric.unit)} against ${report.baseline}`;
  return html`<td class="number ${verdict}" title="${about}">
    <b>${formatValue(value.value, metric.unit)}</b
    >${value.stderr !== null && html` ± ${formatValue(value.stderr, metric.unit)}`}
    <span class="sign">${VERDICTS[verdict].sign}</span><br />
    <small
      >${interval !== undefined && html`[${formatValue(interval.low, metric.unit)}, ${formatValue(interval.high, metric.unit)}]`}
      ${commonCount(report, metric) === undefined && `n = ${value.n}`}</small
    >
  </td>`;
}

/** The number of examples where all candidates have the same one. */
function commonCount(report: RunReport, metric: ReportedMetric): number | undefined {
  const counts = new Set(report.steps.flatMap((step) => readMetric(report, step, metric).value?.n ?? []));
  return counts.size === 1 ? [...counts][0] : undefined;
}

function directionOf(metric: ReportedMetric): string {
  return metric.higherIsBetter ? '↑ higher is better' : '↓ lower is better';
}
