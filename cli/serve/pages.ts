/** Pages of `ominus serve`: the list of runs, and a run that is under way. Complete without scripts, which only keep them current. */
import { createHash } from 'node:crypto';
import { formatDuration, formatNumber, formatPace } from '../../report/words/format.js';
import { html, trusted, type Html } from '../../report/html/html.js';
import { countNodes, type RunProgress, type SweepProgress, type Trouble } from '../../report/progress.js';
import { pageHtml } from '../../report/html/shell.js';
import { blocksHtml } from '../../report/html/blocks.js';
import { documentOf } from '../../report/document/document.js';
import type { RunReport } from '../../report/types.js';
import { LIST_SCRIPT } from './list-script.js';
import type { ListedRun } from '../../app/runs/run-directory.js';

/** Replaces the part that changes by what the server sends; a finished run reloads into its report. */
const SCRIPT = `
const part = document.getElementById('live');
const source = new EventSource(part.dataset.events);
source.addEventListener('part', (event) => { part.innerHTML = event.data; });
source.addEventListener('end', () => { source.close(); location.reload(); });
`;

/** In one piece, since its digest must be that of the very text in the page. */
const SCRIPT_ELEMENT = trusted(`<script>${SCRIPT}</script>`);

/** In one piece as well. */
const LIST_SCRIPT_ELEMENT = trusted(`<script>${LIST_SCRIPT}</script>`);

const hashOf = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

/** What the pages may load and run: their own style and script, and nothing from anywhere else. */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src ${hashOf(SCRIPT)} ${hashOf(LIST_SCRIPT)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What a page may say of a run beside its progress. */
export interface RunMore {
  /** What it has reached. */
  readonly report?: RunReport | undefined;
  /** Its address in Temporal's own pages. */
  readonly temporal?: string | undefined;
}

/** How often a browser without scripts looks again. */
const REFRESH_SECONDS = 5;

/** A run's address below the root. */
export function runPath({ name, runId }: Pick<ListedRun, 'name' | 'runId'>): string {
  return `/runs/${encodeURIComponent(name)}/${encodeURIComponent(runId)}`;
}

/** The script of the list, with its element, so that its digest is in the policy. */
export function listScript(): Html {
  return LIST_SCRIPT_ELEMENT;
}

/** A run without a report: what it has reached, and links to that as files. */
export function runPage(run: ListedRun, progress: RunProgress | undefined, more: RunMore = {}): string {
  const body = html`<header>
      <p class="kicker"><a href="/">ominus</a> · ${run.kind}</p>
      <h1>${run.name}</h1>
      <p class="muted">
        run <code>${run.runId}</code> · so far, as files:
        ${['html', 'md', 'csv', 'json'].map((suffix) => html`<a href="${runPath(run)}/partial.${suffix}">${suffix}</a> `)}
        ·
        <a href="/api${runPath(run)}">this page as JSON</a>
        ${more.temporal === undefined ? undefined : html`· <a href="${more.temporal}" rel="noreferrer">Temporal</a>`}
      </p>
    </header>
    <main>${livePart(`${runPath(run)}/events`, runPart(run, progress, more.report))}</main>`;
  return page(run.name, body);
}

/** The part of a run's page that changes. */
export function runPart(run: ListedRun, progress: RunProgress | undefined, report?: RunReport): Html {
  const reached =
    report === undefined ? undefined : blocksHtml(documentOf(report).parts('partial', 'findings', 'metrics'));
  if (progress === undefined) {
    return html`<p class="lead">${WORDS[run.state]}</p>
      ${reached}`;
  }
  const { done, reused, failed, total } = countNodes(progress);
  return html`<p class="lead">
      ${progress.state}: ${done + reused} of ${total} nodes${failed > 0 ? `, ${String(failed)} failed` : ''}
    </p>
    ${progress.troubles === undefined ? undefined : troublesPart(progress.troubles)}
    ${progress.secondsLeft === undefined ? undefined : html`<p>About ${formatDuration(progress.secondsLeft)} left.</p>`}
    ${progress.sweep === undefined ? undefined : pointsPart(progress.sweep)} ${reached}
    <h2>Nodes</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>Node</th>
            <th>State</th>
            <th class="number">Done</th>
          </tr>
        </thead>
        <tbody>
          ${progress.nodes.map(
            (node) =>
              html`<tr>
                <th>${node.title}</th>
                <td>${node.state}${node.message === undefined ? '' : `: ${node.message}`}</td>
                <td class="number">
                  ${node.total === undefined ? '' : `${String(node.done ?? 0)} / ${String(node.total)}`}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

/** What failed and is tried again. */
function troublesPart(troubles: readonly Trouble[]): Html {
  return html`<h2>Tried again</h2>
    <ul>
      ${troubles.map(({ title, attempt, message, host }) => html`<li>${title}${host === undefined ? '' : ` on ${host}`}, after attempt ${attempt}: ${message}</li>`)}
    </ul>`;
}

/** How far the points of a sweep are, and the best of them. */
function pointsPart(sweep: SweepProgress): Html {
  const { done, total, failed, best, rate, secondsLeft } = sweep;
  const pace = rate === undefined ? '' : `, ${formatPace(rate, 'point')}`;
  const left = secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`;
  return html`<h2>Points</h2>
    <p>
      <progress max="${Math.max(1, total)}" value="${done}"></progress>
      ${sweep.phase}: ${done} of ${total}${pace}${left}${failed > 0 ? `, ${String(failed)} failed` : ''}
    </p>
    ${
      best === null
        ? undefined
        : html`<p>
            Best so far: ${best.metric} ${formatNumber(best.value)} at
            ${best.values.map(({ name, value }) => `${name} = ${value}`).join(', ')}${best.feasible ? '' : '; no point meets all constraints yet'}
          </p>`
    }`;
}

const WORDS: Readonly<Record<ListedRun['state'], string>> = {
  running: 'Running; no worker has answered yet.',
  paused: 'Paused; ominus resume goes on.',
  finished: 'Finished, but its report is not in this store.',
  failed: 'Failed. Run the spec again to resume.',
  cancelled: 'Cancelled. Run the spec again to resume.',
  unknown: 'Started; its state is unknown, since no Temporal server answers.',
};

/** What there is to say when something is not there. */
export function errorPage(title: string, text: string): string {
  return page(
    title,
    html`<header>
        <p class="kicker"><a href="/">ominus</a></p>
        <h1>${title}</h1>
      </header>
      <p>${text}</p>`,
  );
}

/** The part of a page that the server replaces. */
export function livePart(events: string, part: Html): Html {
  return html`<div id="live" data-events="${events}" aria-live="polite">${part}</div>
    ${SCRIPT_ELEMENT}`;
}

/** A page of its own. */
export function page(title: string, body: Html): string {
  const head = html`<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}" /></noscript>`;
  return pageHtml(`${title} – ominus`, head, body);
}
