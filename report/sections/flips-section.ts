/** Which examples changed between two candidates, with their texts. */
import { count, formatNumber, formatWithUnit } from '../words/format.js';
import { html, type Html } from '../html/html.js';
import { metricKey, metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import type { PairFlips, RunReport } from '../types.js';

/** One block per pair and metric; the first one is open. */
export function flipsSection(report: RunReport, flips: readonly PairFlips[]): Html {
  return html`<p class="note">
      Examples whose score differs, the largest change
      first${report.sweep !== undefined && ', from the half of the examples that no point was chosen by'}. ↑ counts
      those whose score rises, ↓ those whose score falls. Of questions with choices the text is the most probable
      choice. Long texts are cut.
    </p>
    <div data-filter="examples">${flips.map((block, place) => flipBlock(report, block, place === 0))}</div>`;
}

function flipBlock(report: RunReport, block: PairFlips, isOpen: boolean): Html {
  const metric = report.metrics.find((candidate) => metricKey(candidate) === `${block.label}.${block.metric}`);
  const title = metric === undefined ? `${block.label}.${block.metric}` : metricTitle(report, metric);
  return html`<details${isOpen && html` open=""`}>
    <summary>
      <b>${block.first} → ${block.second}</b>, ${title}: ${count(block.total, 'example')}
      <span class="muted">${directions(block)}${block.total > block.examples.length && ` (the first ${block.examples.length} shown)`}</span>
    </summary>
    ${block.examples.map(
      (example) =>
        html`<div class="flip" data-row="">
          <p class="text prompt">
            ${example.prompt === '' ? html`<i class="muted">example ${example.id}</i>` : example.prompt}
          </p>
          <div class="answers">
            ${side(block.first, example.firstText, example.firstScore, metric)}
            ${side(block.second, example.secondText, example.secondScore, metric)}
          </div>
        </div>`,
    )}
  </details>`;
}

/** `17 ↑ 133 ↓` of all examples that changed; of those shown it would be another, misleading proportion. */
function directions({ total, higher, examples }: PairFlips): string {
  const known =
    higher ??
    (total === examples.length
      ? examples.filter(({ firstScore, secondScore }) => secondScore > firstScore).length
      : undefined);
  return known === undefined ? '' : `${known} ↑ ${total - known} ↓`;
}

function side(name: string, text: string | null, score: number, metric: ReportedMetric | undefined): Html {
  return html`<div class="answer">
    <h5>${name} <span class="scores">${scoreText(score, metric)}</span></h5>
    ${text !== null && html`<p class="text">${text === '' ? html`<i class="muted">empty answer</i>` : text}</p>`}
  </div>`;
}

function scoreText(score: number, metric: ReportedMetric | undefined): string {
  if (metric === undefined) {
    return formatNumber(score);
  }
  return metric.kind === 'accuracy' ? (score === 1 ? 'yes' : 'no') : formatWithUnit(score, metric.unit);
}
