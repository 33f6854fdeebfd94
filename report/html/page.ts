/** The report of one run: a single HTML file without network or fonts of its own, complete without its one script; equal inputs give equal bytes. */
import { documentOf, type PartName, type ReportDocument } from '../document/document.js';
import { STANDALONE_STYLE } from '../figures/kit/figure.js';
import type { RunReport } from '../types.js';
import { blocksHtml } from './blocks.js';
import { html, trusted, type Html } from './html.js';
import { CONTENT_POLICY, SCRIPT } from './page-script.js';
import { pageHtml } from './shell.js';

/** Points whose columns the page carries as data; a file of ten thousand would be mostly data that is not read there. */
const MOST_EMBEDDED = 500;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly parts: readonly PartName[];
}

/** Renders the whole page. Everything that comes from the report is escaped; hidden characters are made visible. */
export function renderReport(report: RunReport): string {
  const document = documentOf(report);
  const sections = outlineOf(document)
    .map(({ id, title, parts }) => ({ id, title, body: blocksHtml(document.parts(...parts)) }))
    .filter(({ body }) => body.length > 0);
  const head = html`<meta http-equiv="Content-Security-Policy" content="${trusted(CONTENT_POLICY)}" />
    <meta name="generator" content="ominus" />`;
  return pageHtml(`${document.title} – ominus report`, head, bodyOf(report, document, sections));
}

function bodyOf(
  report: RunReport,
  document: ReportDocument,
  sections: readonly { readonly id: string; readonly title: string; readonly body: readonly Html[] }[],
): Html {
  return html`<header>
      <p class="kicker">ominus · ${report.specKind}</p>
      <h1>${document.title}</h1>
      <p class="muted">${document.headline}</p>
      ${blocksHtml(document.parts('partial'))}
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
      <p class="print-only">
        Not in print: examples, answers, diagnostics by layer, and what was folded when the page was printed.
      </p>
    </footer>
    <template id="figure-style">${trusted(STANDALONE_STYLE)}</template>
    <template id="run-report">${asciiJson(embedded(report))}</template>
    ${trusted(`<script>${SCRIPT}</script>`)}`;
}

/** The sections; those without a block are left out. */
function outlineOf({ opening, summaryTitle }: ReportDocument): readonly Section[] {
  const summary: readonly PartName[] = ['steps', 'verdicts', 'warnings'];
  return [
    ...(opening === undefined ? [] : [{ ...opening, parts: ['findings'] } as const]),
    {
      id: 'summary',
      title: summaryTitle,
      parts: opening === undefined ? ['findings', ...summary] : summary,
    },
    { id: 'chain', title: 'The chain', parts: ['chain'] },
    { id: 'metrics', title: 'Metrics by step', parts: ['charts', 'metrics'] },
    { id: 'comparisons', title: 'Comparisons', parts: ['requestedPairs', 'baselinePairs'] },
    { id: 'flips', title: 'Examples that changed', parts: ['flips'] },
    { id: 'samples', title: 'Answers before and after', parts: ['samples'] },
    { id: 'diagnostics', title: 'Diagnostics by layer', parts: ['diagnostics'] },
    { id: 'provenance', title: 'Provenance', parts: ['outputs', 'inputs', 'prompts', 'reproduction'] },
  ];
}

/** The report as the page carries it: the columns of long sweeps are left to `ominus report --format json` and `csv`. */
function embedded(report: RunReport): RunReport {
  return report.specKind !== 'sweep' || report.sweep.points.index.length <= MOST_EMBEDDED
    ? report
    : { ...report, sweep: { ...report.sweep, points: { index: [], values: {}, distance: [], metrics: {} } } };
}

/** The report's data as JSON in ASCII, so that hidden characters survive as they are; inert in a template element. */
function asciiJson(report: RunReport): string {
  return JSON.stringify(report).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
