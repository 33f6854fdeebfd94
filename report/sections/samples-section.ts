/** Answers before and after, side by side. */
import { formatNumber, formatWithUnit } from '../words/format.js';
import { html, type Html } from '../html/html.js';
import type { RunReport, SampleAnswers } from '../types.js';

/** One block per prompt; the baseline stands first, then the others in the order of the steps. */
export function samplesSection(report: RunReport): Html {
  return html`${report.samples.map(
    (sample) =>
      html`<section class="sample">
        <h4><span class="muted">${sample.label}, example ${sample.id}</span></h4>
        <p class="text prompt">${sample.prompt}</p>
        <div class="answers">
          ${ordered(report, sample).map(
            (answer) =>
              html`<div class="answer${answer.candidate === report.baseline && ' is-baseline'}">
                <h5>${answer.candidate}${answer.candidate === report.baseline && html` <small>baseline</small>`}</h5>
                <p class="text">${answer.text === '' ? html`<i class="muted">empty answer</i>` : answer.text}</p>
                <p class="scores">
                  ${Object.entries(answer.scores).map(([name, score]) => html`<span>${scoreText(report, sample.label, name, score)}</span> `)}
                </p>
              </div>`,
          )}
        </div>
      </section>`,
  )}`;
}

function ordered(report: RunReport, sample: SampleAnswers): SampleAnswers['answers'] {
  const place = (candidate: string): number =>
    candidate === report.baseline ? -1 : report.steps.findIndex((step) => step.name === candidate);
  return [...sample.answers].sort((a, b) => place(a.candidate) - place(b.candidate));
}

/** An example's score in its metric's title and unit; zero or one of an accuracy as no or yes. */
function scoreText(report: RunReport, label: string, name: string, score: number | null): string {
  const metric = report.metrics.find((candidate) => candidate.label === label && candidate.name === name);
  if (metric === undefined) {
    return `${name} ${formatNumber(score)}`;
  }
  if (metric.kind === 'accuracy' && (score === 0 || score === 1)) {
    return `${metric.title}: ${score === 1 ? 'yes' : 'no'}`;
  }
  return `${metric.title} ${formatWithUnit(score, metric.unit)}`;
}
