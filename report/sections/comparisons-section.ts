/** Paired comparisons: the pairs that the recipe asks for (orders, controls), then every step against the baseline. */
import { ABSENT, formatDifference, formatInterval, formatNumber, formatP, formatValue } from '../words/format.js';
import { drawHeat } from '../html/heat-table.js';
import { html, type Html } from '../html/html.js';
import {
  VERDICTS,
  baselinePairs,
  isWrittenStep,
  judge,
  metricKey,
  metricTitle,
  requestedPairs,
} from '../reading/scoreboard.js';
import { describePair } from '../words/steps.js';
import type { MetricComparison, PairComparison } from '../../core/evaluation/comparison.js';
import type { RunReport } from '../types.js';

const TESTS: Readonly<Record<MetricComparison['test'], string>> = {
  'mcnemar-exact': 'exact McNemar',
  bootstrap: 'bootstrap',
  none: ABSENT,
};

/** All comparisons of a run. */
export function comparisonsSection(report: RunReport): Html {
  const requested = requestedPairs(report);
  const baseline = baselinePairs(report);
  return html`${requested.length > 0 && html`<h3>Orders and other pairs</h3>`}
    ${requested.map((pair) => pairBlock(report, pair, describePair(report, pair)))}
    ${baseline.length > 0 && html`<h3>Against ${report.baseline}</h3>`}
    ${baseline.map((pair) => pairBlock(report, pair, undefined))}
    <p class="note">
      Differences are second minus first on the same examples; intervals: paired percentile bootstrap, 95 %,
      ${report.comparisons.draws} draws, seed ${report.comparisons.seed}. Holm adjusts over all pairs of one
      metric${report.steps.some(({ kind }) => kind === 'written') && ', by itself over those of a step and its output'}.
      “Only one side” counts the examples that the first alone, and the second alone, has of what the metric is the
      share of: right choices, toxic answers, unfinished ones.
    </p>`;
}

function pairBlock(report: RunReport, pair: PairComparison, sentence: string | undefined): Html {
  return html`<section class="pair">
    <h4><span class="name">${pair.first}</span> → <span class="name">${pair.second}</span></h4>
    ${
      sentence === undefined
        ? html`<p>
            ‖Δ − Δ′‖ =
            ${formatNumber(pair.weights.norm)}${
              pair.weights.relative !== null &&
              html`, ${formatValue(pair.weights.relative, 'share')} % of ‖Δ‖ of ${pair.first}`
            }.
          </p>`
        : html`<p>${sentence} ‖Δ − Δ′‖ = ${formatNumber(pair.weights.norm)}.</p>`
    }
    ${pair.notes.map((note) => html`<p class="muted">${note}</p>`)}
    ${pair.metrics.length > 0 && comparisonTable(report, pair)}
    ${sentence !== undefined && !isWrittenStep(report, pair.second) && gapByModule(pair)}
  </section>`;
}

function comparisonTable(report: RunReport, pair: PairComparison): Html {
  return html`<div class="wide" tabindex="0">
    <table class="comparison">
      <thead>
        <tr>
          <th scope="col">metric</th>
          <th scope="col" class="number">${pair.first}</th>
          <th scope="col" class="number">${pair.second}</th>
          <th scope="col" class="number">difference</th>
          <th scope="col" class="number">95 % interval</th>
          <th scope="col"></th>
          <th scope="col">test</th>
          <th scope="col" class="number">p</th>
          <th scope="col" class="number">p, Holm</th>
          <th scope="col" class="number" title="examples that count on one side alone: first : second">
            only one side
          </th>
          <th scope="col" class="number">n</th>
        </tr>
      </thead>
      <tbody>
        ${pair.metrics.map((comparison) => comparisonRow(report, comparison))}
      </tbody>
    </table>
  </div>`;
}

function comparisonRow(report: RunReport, comparison: MetricComparison): Html {
  const metric = report.metrics.find((candidate) => metricKey(candidate) === comparison.metric);
  const unit = metric?.unit ?? 'number';
  const verdict = metric === undefined ? 'unknown' : judge(comparison, metric);
  return html`<tr class="${verdict}">
    <th scope="row">
      ${metric === undefined ? comparison.metric : metricTitle(report, metric)}${unit === 'share' && ',\u00a0%'}
    </th>
    <td class="number">${formatValue(comparison.first, unit)}</td>
    <td class="number">${formatValue(comparison.second, unit)}</td>
    <td class="number"><b>${formatDifference(comparison.difference, unit)}</b></td>
    <td class="number">${formatInterval(comparison.low, comparison.high, unit)}</td>
    <td class="verdict"><span class="sign">${VERDICTS[verdict].sign}</span> ${VERDICTS[verdict].words}</td>
    <td class="test">${TESTS[comparison.test]}</td>
    <td class="number">${formatP(comparison.pValue)}</td>
    <td class="number">${formatP(comparison.pAdjusted)}</td>
    <td class="number">${onlyOneSide(comparison)}</td>
    <td class="number">${comparison.n}</td>
  </tr>`;
}

function onlyOneSide({ onlyFirst, onlySecond }: MetricComparison): string {
  return onlyFirst === undefined || onlySecond === undefined ? ABSENT : `${onlyFirst} : ${onlySecond}`;
}

function gapByModule(pair: PairComparison): Html | false {
  const tables = drawHeat(
    pair.weights.byModule.map(({ module, relative }) => ({ module, value: relative })),
    { title: `Weight-space gap by layer, % of ‖Δ‖ of ${pair.first}`, format: (value) => formatValue(value, 'share') },
  );
  return tables.length > 0 && html`<div class="heats">${tables}</div>`;
}
