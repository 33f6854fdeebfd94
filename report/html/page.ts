/** The report of one run: a single HTML file without network or fonts of its own, complete without its one script; equal inputs give equal bytes. */
import { drawGraph } from '../figures/graph-svg.js';
import { count, formatDuration, formatTime, secondsBetween } from '../words/format.js';
import { html, trusted, type Html } from './html.js';
import { figuresOf } from '../figures/figures.js';
import { CONTENT_POLICY, SCRIPT } from './page-script.js';
import { STYLE } from './style.js';
import { comparisonsSection } from '../sections/comparisons-section.js';
import { diagnosticsSection, hasDiagnostics } from '../sections/diagnostics-section.js';
import { flipsSection } from '../sections/flips-section.js';
import { chartsSection, metricsTable, stepsTable } from '../sections/metrics-section.js';
import { provenanceSection } from '../sections/provenance-section.js';
import { samplesSection } from '../sections/samples-section.js';
import { studySection } from '../sections/study-section.js';
import { sweepSection } from '../sections/sweep-section.js';
import { describeChange, describeRun, explainVerdicts, summarizeSteps, type StepSummary } from '../words/steps.js';
import { metricTitle, resultSteps, type Reading } from '../reading/scoreboard.js';
import { collectWarnings } from '../words/warnings.js';
import type { RunReport } from '../types.js';

/** Renders the whole page. Everything that comes from the report is escaped; hidden characters are made visible. */
export function renderReport(report: RunReport): string {
  const sections = sectionsOf(report);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(CONTENT_POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="ominus" />
        <title>${report.run.name} – ominus report</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <p class="kicker">ominus · ${report.specKind}</p>
          <h1>${report.run.name}</h1>
          <p class="muted">${headline(report)}</p>
        </header>
        <nav aria-label="Sections">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}</nav>
        <main>
          ${sections.map(
            ({ id, title, body }) =>
              html`<section id="${id}">
                <h2>${title}</h2>
                ${body}
              </section>`,
          )}
        </main>
        <footer>
          <p>
            Intervals cover examples, not training seeds. Plan <code>${report.planDigest}</code>, run
            <code>${report.run.runId}</code>, ominus ${report.provenance.versions['ominus'] ?? ''}.
          </p>
        </footer>
        <template id="run-report">${asciiJson(embedded(report))}</template>
        ${trusted(`<script>${SCRIPT}</script>`)}
      </body>
    </html> `;
  return page.markup;
}

/** Cards that are open at once, and boxes of a chain that can still be read. */
const MOST_CARDS = 8;
const MOST_DRAWN = 40;
/** Points whose columns the page carries as data; a file of ten thousand would be mostly data that nobody reads there. */
const MOST_EMBEDDED = 500;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

function sectionsOf(report: RunReport): readonly Section[] {
  const has = (condition: boolean, section: Section): readonly Section[] => (condition ? [section] : []);
  const { study, sweep, flips = [] } = report;
  const figures = figuresOf(report);
  const steps = resultSteps(report).length;
  return [
    ...(study === undefined
      ? []
      : [{ id: 'orders', title: 'Does the order matter?', body: studySection(report, study, figures) }]),
    ...(sweep === undefined ? [] : [{ id: 'sweep', title: 'Which λ?', body: sweepSection(report, sweep, figures) }]),
    ...has(isRecipe(report) || steps > 0 || collectWarnings(report).length > 0, {
      id: 'summary',
      title: 'What was forgotten, what was kept',
      body: summarySection(report),
    }),
    ...has(report.graph.length > 0, {
      id: 'chain',
      title: 'The chain',
      body: chainSection(report),
    }),
    {
      id: 'metrics',
      title: 'Metrics by step',
      body: html`${chartsSection(report, figures)}${metricsTable(report)}${sweep !== undefined && halvesNote(report)}`,
    },
    ...has(report.comparisons.pairs.length > 0, {
      id: 'comparisons',
      title: 'Comparisons',
      body: comparisonsSection(report),
    }),
    ...has(flips.length > 0, {
      id: 'flips',
      title: 'Examples that changed',
      body: flipsSection(report, flips),
    }),
    ...has(report.samples.length > 0, {
      id: 'samples',
      title: 'Answers before and after',
      body: samplesSection(report),
    }),
    ...has(report.steps.some(hasDiagnostics), {
      id: 'diagnostics',
      title: 'Diagnostics by layer',
      body: diagnosticsSection(report),
    }),
    { id: 'provenance', title: 'Provenance', body: provenanceSection(report) },
  ];
}

function headline(report: RunReport): string {
  const seconds = secondsBetween(report.run.startedAt, report.run.finishedAt);
  const { total, reused } = report.provenance.nodes;
  const took = seconds === undefined ? '' : ` after ${formatDuration(seconds)}`;
  // A sweep's last plan finds the results of its own points in the store, so that number would say nothing.
  const work =
    report.sweep === undefined
      ? `${count(total, 'node')}, ${reused} taken from the store`
      : `${count(report.sweep.counts.points, 'point')}, ${count(total, 'node')}`;
  return `Finished ${formatTime(report.run.finishedAt)}${took}; ${work}.`;
}

function isRecipe(report: RunReport): boolean {
  return report.study === undefined && report.sweep === undefined;
}

/** Values are over all examples, comparisons are not: said where the two stand side by side. */
function halvesNote(report: RunReport): Html {
  return html`<p class="note">
    Values are over all examples, so those of chosen points are a little flattered by the choice. Signs and comparisons
    with ${report.baseline} are over the half that points are reported on.
  </p>`;
}

function summarySection(report: RunReport): Html {
  const warnings = collectWarnings(report);
  const summaries = summarizeSteps(report);
  const cards = html`<div class="verdicts">${summaries.map((summary) => stepCard(report, summary))}</div>`;
  return html`${isRecipe(report) && html`<p class="lead">${describeRun(report)}</p>`}
    ${
      summaries.length > MOST_CARDS
        ? html`<details>
            <summary>${count(summaries.length, 'step')} against ${report.baseline}, one by one</summary>
            ${cards}
          </details>`
        : cards
    }
    <p class="note">
      ${explainVerdicts(report)}${report.sweep !== undefined && ' Values and differences here are over the half of the examples that points are reported on.'}
    </p>
    ${
      warnings.length > 0 &&
      html`<aside class="warnings">
        <h3>⚠ Warnings</h3>
        <ul>
          ${warnings.map((text) => html`<li>${text}</li>`)}
        </ul>
      </aside>`
    }`;
}

function stepCard(report: RunReport, summary: StepSummary): Html {
  const { step, forgotten, kept, lost, alarms } = summary;
  const list = (title: string, kind: string, readings: readonly Reading[], text: (reading: Reading) => string): Html =>
    html`<div class="${kind}">
      <h4>${title}</h4>
      ${
        readings.length === 0
          ? html`<p class="muted">nothing</p>`
          : html`<ul>
              ${readings.map((reading) => html`<li>${text(reading)}</li>`)}
            </ul>`
      }
    </div>`;
  const change = (reading: Reading): string => describeChange(report, reading);
  return html`<article class="card">
    <h3>${step.name}</h3>
    <p><code>${step.expression}</code></p>
    <div class="columns">
      ${list('▲ Forgotten', 'better', forgotten, change)}
      ${list('≈ Kept', 'unclear', kept, (reading) => (reading.difference === undefined ? metricTitle(report, reading.metric) : change(reading)))}
      ${list('▼ Lost', 'worse', lost, change)}
    </div>
    ${alarms.length > 0 && html`<p class="alarm"><b>Beware:</b> ${alarms.map(change).join('; ')}. A broken model can look harmless.</p>`}
  </article>`;
}

function chainSection(report: RunReport): Html {
  if (report.graph.length > MOST_DRAWN) {
    return html`<p class="note">The drawing of ${report.graph.length} nodes is left out: nobody could read it.</p>
      ${stepsTable(report)}`;
  }
  return html`<div class="wide" tabindex="0">${drawGraph(report.graph)}</div>
    <p class="note">
      Rounded boxes: adapters. Pills: operators, with the step that they complete. Square boxes: written adapters. Solid
      line: left operand; dashed: right operand, what is subtracted or added; dotted: reference of an extraction.
    </p>
    ${stepsTable(report)}`;
}

/** The report as the page carries it: the columns of long sweeps are left to `ominus report --format json` and `csv`. */
function embedded(report: RunReport): RunReport {
  const { sweep } = report;
  return sweep === undefined || sweep.points.index.length <= MOST_EMBEDDED
    ? report
    : { ...report, sweep: { ...sweep, points: { index: [], values: {}, distance: [], metrics: {} } } };
}

/** The report's data as JSON in ASCII, so that hidden characters survive as they are; inert in a template element. */
function asciiJson(report: RunReport): string {
  return JSON.stringify(report).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
