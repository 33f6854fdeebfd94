/** An order study: the answers first, then the figures, the tests, the orders. */
import { ABSENT, formatDifference, formatInterval, formatNumber, formatP, formatValue } from '../words/format.js';
import { figuresIn, type PlacedFigure } from '../figures/figures.js';
import { html, type Html } from '../html/html.js';
import { judge, mainMetrics, metricKey, metricTitle, SIGNIFICANCE, VERDICTS } from '../reading/scoreboard.js';
import { armLabel, groupLabel, largestPairs, orderLabel } from '../reading/study.js';
import { describeStudy } from '../words/study.js';
import type { StudyReport } from '../../core/study/types.js';
import type { RunReport } from '../types.js';
import { answersBlock } from './answers.js';
import { figureGrid } from './figures-section.js';

/** Pairs per metric in the table; the figures' CSV files have all. */
const MOST_PAIRS = 60;

/** Everything about the order. */
export function studySection(report: RunReport, study: StudyReport, figures: readonly PlacedFigure[]): Html {
  const effects = figuresIn(figures, 'order-effects');
  const layers = figuresIn(figures, 'gap-by-layer');
  const matrices = figuresIn(figures, 'order-matrices');
  const predictions = figuresIn(figures, 'gap-effects');
  return html`${answersBlock(describeStudy(report, study))}
  ${effects.length > 0 && html`<h3>Differences between orders</h3>`} ${figureGrid(effects, 3)}
  ${study.effects.omnibus.length > 0 && omnibusTable(report, study)}
  ${study.effects.pairs.length > 0 && pairsTable(report, study)}
  ${layers.length > 0 && html`<h3>The gap in weights</h3>`} ${figureGrid(layers)} ${figureGrid(matrices)}
  ${study.gap.gaps.length > 0 && ordersTable(study)} ${predictions.length > 0 && html`<h3>Weights and metrics</h3>`}
  ${figureGrid(predictions)}`;
}

function omnibusTable(report: RunReport, { effects, plan }: StudyReport): Html {
  return html`<div class="wide" tabindex="0">
      <table>
        <caption>
          Does any order differ from the others? Omnibus tests
        </caption>
        <thead>
          <tr>
            <th scope="col">metric</th>
            <th scope="col">operator</th>
            <th scope="col" class="number">orders</th>
            <th scope="col" class="number">spread of means</th>
            <th scope="col" class="number">p</th>
            <th scope="col" class="number">p, Holm</th>
            <th scope="col"></th>
            <th scope="col" class="number">n</th>
          </tr>
        </thead>
        <tbody>
          ${effects.omnibus.map((test) => {
            const metric = report.metrics.find((candidate) => metricKey(candidate) === test.metric);
            const isFound = test.pAdjusted !== null && test.pAdjusted < SIGNIFICANCE;
            return html`<tr class="${metric?.auxiliary === true ? 'aux' : ''}">
              <th scope="row">${metric === undefined ? test.metric : metricTitle(report, metric)}</th>
              <td>${groupLabel(plan, test)}</td>
              <td class="number">${test.arms.length}</td>
              <td class="number">${formatValue(Math.sqrt(Math.max(0, test.statistic)), metric?.unit ?? 'number')}</td>
              <td class="number">${formatP(test.pValue)}</td>
              <td class="number"><b>${formatP(test.pAdjusted)}</b></td>
              <td class="verdict">
                ${test.pAdjusted === null ? ABSENT : isFound ? 'orders differ' : 'not told apart'}
              </td>
              <td class="number">${test.n}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    <p class="note">
      Per metric, operator and λ: the variance of the orders’ means against what it is when every example’s scores are
      shuffled among the orders (${effects.draws} draws, seed ${effects.seed}). Spread: the standard deviation of those
      means, in points for shares. Holm adjusts over operators and λ within the metric.
    </p>`;
}

function pairsTable(report: RunReport, study: StudyReport): Html {
  const { plan } = study;
  const readings = mainMetrics(report).flatMap((metric) => {
    const all = largestPairs(study, metricKey(metric));
    return all.slice(0, MOST_PAIRS).map((reading) => ({ ...reading, metric }));
  });
  const total = mainMetrics(report).reduce((sum, metric) => sum + largestPairs(study, metricKey(metric)).length, 0);
  return html`<details data-filter="pairs">
    <summary>
      Pairs of orders in numbers: ${readings.length === total ? total : `the largest ${readings.length} of ${total}`}
    </summary>
    <div class="wide" tabindex="0">
      <table class="comparison">
        <thead>
          <tr>
            <th scope="col">metric</th>
            <th scope="col">first</th>
            <th scope="col">second</th>
            <th scope="col">operator</th>
            <th scope="col" class="number">gap, %</th>
            <th scope="col" class="number">difference</th>
            <th scope="col" class="number">95 % interval</th>
            <th scope="col" class="number">p, Holm</th>
            <th scope="col" class="number">effect</th>
            <th scope="col"></th>
          </tr>
        </thead>
        <tbody>
          ${readings.map(({ metric, pair, comparison }) => {
            const verdict = judge(comparison, metric);
            return html`<tr data-row="" class="${verdict}">
              <th scope="row">${metricTitle(report, metric)}</th>
              <td>${armLabel(plan, pair.first)}</td>
              <td>${armLabel(plan, pair.second)}</td>
              <td>${groupLabel(plan, pair)}</td>
              <td class="number">${formatValue(pair.gap, 'share')}</td>
              <td class="number"><b>${formatDifference(comparison.difference, metric.unit)}</b></td>
              <td class="number">${formatInterval(comparison.low, comparison.high, metric.unit)}</td>
              <td class="number">${formatP(comparison.pAdjusted)}</td>
              <td class="number">${formatNumber(comparison.effectSize)}</td>
              <td class="verdict"><span class="sign">${VERDICTS[verdict].sign}</span> ${VERDICTS[verdict].words}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
    <p class="note">
      Second minus first on the same examples. Effect: standardised mean difference of the pairs, or Cohen’s g for
      accuracies (share of discordant examples − ½).
    </p>
  </details>`;
}

function ordersTable({ plan, gap }: StudyReport): Html {
  return html`<details data-filter="orders" ${plan.orders.length <= 8 && html` open=""`}>
    <summary>The ${plan.orders.length} orders, and how far from ${plan.expert} each ends</summary>
    <div class="wide" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">order, first to last removed</th>
            ${gap.gaps.map((one) => html`<th scope="col" class="number">${groupLabel(plan, one)}, %</th>`)}
          </tr>
        </thead>
        <tbody>
          ${plan.orders.map(
            (_, order) =>
              html`<tr data-row="">
                <th scope="row">${orderLabel(plan, order)}</th>
                ${gap.gaps.map((one) => {
                  const stands = one.representative[order] ?? order;
                  return html`<td class="number">
                    ${formatValue(one.distances[order], 'share')}${stands !== order && html`<br /><small>as ${orderLabel(plan, stands)}</small>`}
                  </td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">‖Δ − Δ<sub>expert</sub>‖ in per cent of ‖Δ<sub>expert</sub>‖.</p>
  </details>`;
}
