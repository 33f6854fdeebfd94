/** Pages of `ominus serve`: the list of runs, and a run that is under way. Complete without scripts, which only keep them current. */
import { createHash } from 'node:crypto';
import { formatDuration, formatNumber, formatTime } from '../../report/words/format.js';
import { html, trusted, type Html } from '../../report/html/html.js';
import { countNodes, type RunProgress, type SweepProgress, type Trouble } from '../../report/progress.js';
import { pageHtml } from '../../report/html/shell.js';
import type { ListedRun, RunListing } from '../../app/runs/run-directory.js';

/** Replaces the part that changes by what the server sends; a finished run reloads into its report. */
const SCRIPT = `
const part = document.getElementById('live');
const source = new EventSource(part.dataset.events);
source.addEventListener('part', (event) => { part.innerHTML = event.data; });
source.addEventListener('end', () => { source.close(); location.reload(); });
`;

/** In one piece, since its digest must be that of the very text in the page. */
const SCRIPT_ELEMENT = trusted(`<script>${SCRIPT}</script>`);

/** What the pages may load and run: their own style and script, and nothing from anywhere else. */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** How often a browser without scripts looks again. */
const REFRESH_SECONDS = 5;

/** A run's address below the root. */
export function runPath({ name, runId }: Pick<ListedRun, 'name' | 'runId'>): string {
  return `/runs/${encodeURIComponent(name)}/${encodeURIComponent(runId)}`;
}

/** The list of runs. */
export function listPage(listing: RunListing, store: string): string {
  const body = html`<header>
      <p class="kicker">ominus</p>
      <h1>Runs</h1>
      <p class="muted">Store <code>${store}</code></p>
    </header>
    <main>${livePart('/events', listPart(listing))}</main>`;
  return page('Runs', body);
}

/** The part of the list that changes. */
export function listPart({ runs, serverAnswers }: RunListing): Html {
  const note = serverAnswers
    ? undefined
    : html`<p class="note">No Temporal server answers, so the state of unfinished runs is unknown.</p>`;
  if (runs.length === 0) {
    return html`${note}
      <p>No runs yet. Begin with <code>ominus run specs/first-recipe.yaml</code>.</p>`;
  }
  return html`${note}
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>Run</th>
            <th>Kind</th>
            <th>State</th>
            <th class="number">Last change</th>
            <th>Id</th>
          </tr>
        </thead>
        <tbody>
          ${runs.map(
            (run) =>
              html`<tr>
                <th><a href="${runPath(run)}">${run.name}</a>${aboutPart(run)}</th>
                <td>${run.kind}</td>
                <td>${run.state}</td>
                <td class="number">${formatTime(new Date(run.changedMs).toISOString())}</td>
                <td><code>${run.runId}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

/** What the spec says of the run, below its name. */
function aboutPart({ about: { description, tags = [] } }: ListedRun): Html | undefined {
  const words = [description, ...tags.map((tag) => `#${tag}`)].filter((word) => word !== undefined).join(' ');
  return words === '' ? undefined : html`<br /><span class="muted">${words}</span>`;
}

/** A run without a report. */
export function runPage(run: ListedRun, progress: RunProgress | undefined): string {
  const body = html`<header>
      <p class="kicker"><a href="/">ominus</a> · ${run.kind}</p>
      <h1>${run.name}</h1>
      <p class="muted">run <code>${run.runId}</code></p>
    </header>
    <main>${livePart(`${runPath(run)}/events`, runPart(run, progress))}</main>`;
  return page(run.name, body);
}

/** The part of a run's page that changes. */
export function runPart(run: ListedRun, progress: RunProgress | undefined): Html {
  if (progress === undefined) {
    return html`<p class="lead">${WORDS[run.state]}</p>`;
  }
  const { done, reused, failed, total } = countNodes(progress);
  return html`<p class="lead">
      ${progress.state}: ${done + reused} of ${total} nodes${failed > 0 ? `, ${String(failed)} failed` : ''}
    </p>
    ${progress.troubles === undefined ? undefined : troublesPart(progress.troubles)}
    ${progress.sweep === undefined ? undefined : pointsPart(progress.sweep)}
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
      ${troubles.map(({ id, attempt, message }) => html`<li><code>${id}</code> after attempt ${attempt}: ${message}</li>`)}
    </ul>`;
}

/** How far the points of a sweep are, and the best of them. */
function pointsPart(sweep: SweepProgress): Html {
  const { done, total, failed, best, rate, secondsLeft } = sweep;
  const pace = rate === undefined ? '' : `, ${formatNumber(rate)} per second`;
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
    }
    <h2>Nodes</h2>`;
}

const WORDS: Readonly<Record<ListedRun['state'], string>> = {
  running: 'Running; no worker has answered yet.',
  paused: 'Paused; ominus resume goes on.',
  finished: 'Finished, but its report is not in this store.',
  failed: 'Failed. The command that ran it printed why; run the spec again to resume.',
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

function livePart(events: string, part: Html): Html {
  return html`<div id="live" data-events="${events}" aria-live="polite">${part}</div>
    ${SCRIPT_ELEMENT}`;
}

function page(title: string, body: Html): string {
  const head = html`<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}" /></noscript>`;
  return pageHtml(`${title} – ominus`, head, body);
}
