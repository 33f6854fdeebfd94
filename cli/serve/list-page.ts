/** The list of runs, and two of them side by side. */
import { shortMessage } from '../../core/plan/run-end.js';
import { html, type Html } from '../../report/html/html.js';
import { formatDifference, formatDuration, formatTime, formatValue } from '../../report/words/format.js';
import type { ReportDifference } from '../../report/reading/compare-reports.js';
import { firstReason, type RunOverview } from './overview.js';
import { listScript, livePart, page, runPath } from './pages.js';

/** All runs, latest first. */
export interface Overview {
  readonly runs: readonly RunOverview[];
  readonly serverAnswers: boolean;
}

/** The list of runs. */
export function listPage(listing: Overview, store: string): string {
  const body = html`<header>
      <p class="kicker">ominus</p>
      <h1>Runs</h1>
      <p class="muted">Store <code>${store}</code> · <a href="/api/runs">JSON</a></p>
    </header>
    <main>
      <p>
        <input id="find" type="search" placeholder="find" aria-label="Find runs by text" hidden />
        <a id="compare" hidden href="/">compare the two chosen runs</a>
      </p>
      ${livePart('/events', listPart(listing))} ${listScript()}
    </main>`;
  return page('Runs', body);
}

/** Longest reason in the list; the run's page has it whole. */
const MOST_REASON = 110;

const COLUMNS = ['Run', 'Kind', 'State', 'Progress', 'Duration', 'Best', 'Why it failed', 'Last change'] as const;

/** The part of the list that changes. */
export function listPart({ runs, serverAnswers }: Overview): Html {
  const note = serverAnswers
    ? undefined
    : html`<p class="note">No Temporal server answers, so the state of unfinished runs may be unknown.</p>`;
  if (runs.length === 0) {
    return html`${note}
      <p>No runs yet. Begin with <code>ominus run specs/first-recipe.yaml</code>.</p>`;
  }
  return html`${note}
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th></th>
            ${COLUMNS.map((name, place) => html`<th data-column="${place + 1}">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${runs.map(row)}
        </tbody>
      </table>
    </div>`;
}

function row(run: RunOverview): Html {
  const { progress, seconds } = run;
  const share = progress === undefined || progress.total === 0 ? 0 : progress.done / progress.total;
  return html`<tr>
    <td><input type="checkbox" value="${runPath(run).replace(/^\/runs/, '')}" aria-label="compare" /></td>
    <th>
      <a href="${runPath(run)}" title="${run.runId}">${run.name}</a>
      ${run.tags.map((tag) => html`<small>${tag}</small> `)}
    </th>
    <td>${run.kind}</td>
    <td>${run.state}</td>
    <td data-key="${share}">
      ${progress === undefined ? '' : `${String(progress.done)} / ${String(progress.total)} ${progress.unit}`}
    </td>
    <td data-key="${seconds ?? 0}">${seconds === undefined ? '' : formatDuration(seconds)}</td>
    <td>${run.best ?? ''}${run.best !== undefined && run.state !== 'finished' ? ' (so far)' : ''}</td>
    <td title="${firstReason(run)}">${shortMessage(firstReason(run), MOST_REASON)}</td>
    <td data-key="${run.changedAt}">${formatTime(run.changedAt)}</td>
  </tr>`;
}

/** Two runs. */
export interface ComparedRuns {
  readonly first: { readonly name: string; readonly runId: string };
  readonly second: { readonly name: string; readonly runId: string };
  /** What differs in their plans. */
  readonly changes: readonly string[];
  readonly difference: ReportDifference;
}

/** Two runs side by side. */
export function comparePage({ first, second, changes, difference }: ComparedRuns): string {
  const rows = difference.steps.flatMap(({ step, sameWeights, metrics }) =>
    metrics.map(
      ({ metric, definition: { unit }, first: before, second: after, difference: change }) =>
        html`<tr>
          <th>${step}${sameWeights ? '' : ' (other weights)'}</th>
          <td>${metric}</td>
          <td class="number">${formatValue(before?.value, unit)}</td>
          <td class="number">${formatValue(after?.value, unit)}</td>
          <td class="number">${change === 0 ? '=' : formatDifference(change, unit)}</td>
        </tr>`,
    ),
  );
  const only = [...difference.onlyFirst, ...difference.onlySecond];
  const api = `/api/compare${[first, second].map((run) => runPath(run).replace(/^\/runs/, '')).join('')}`;
  const body = html`<header>
      <p class="kicker"><a href="/">ominus</a> · comparison</p>
      <h1>${first.name} and ${second.name}</h1>
      <p class="muted">
        <a href="${runPath(first)}">first</a> <code>${first.runId}</code>, <a href="${runPath(second)}">second</a>
        <code>${second.runId}</code> · <a href="${api}">JSON</a>
      </p>
    </header>
    <main>
      <h2>What differs in their plans</h2>
      <ul>
        ${(changes.length === 0 ? ['nothing'] : changes).map((change) => html`<li>${change}</li>`)}
      </ul>
      <h2>Values by step</h2>
      <p class="note">Differences are second minus first. Whether one is more than noise takes both in one run.</p>
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th>step</th>
              <th>metric</th>
              <th class="number">first</th>
              <th class="number">second</th>
              <th class="number">difference</th>
            </tr>
          </thead>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>
      ${only.length === 0 ? undefined : html`<p>Only in one of them: ${only.join(', ')}.</p>`}
    </main>`;
  return page(`${first.name} and ${second.name}`, body);
}
