/** What `ominus serve` shows at which address. */
import { describeChanges } from '../../core/plan/diff-plans.js';
import { renderReport } from '../../report/html/page.js';
import { resultsObject } from '../../report/json/results-object.js';
import { compareReports } from '../../report/reading/compare-reports.js';
import type { RunProgress } from '../../report/progress.js';
import type { RunReport } from '../../report/types.js';
import { followRun } from '../../app/follow/follow-run.js';
import { partialResults } from '../../app/runs/partial-results.js';
import { isReportFormat, REPORT_FORMATS } from '../../report/formats.js';
import { sleep } from '../../app/follow/sleep.js';
import type { Answer, Route } from './http-server.js';
import { comparePage, listPage, listPart, type ComparedRuns, type Overview } from './list-page.js';
import type { LiveParts, Watch } from './live-parts.js';
import { Overviews } from './overview.js';
import { runPage, runPart } from './pages.js';
import type { ListedRun, RunDirectory } from '../../app/runs/run-directory.js';
import { isUnderWay } from '../../app/runs/run-state.js';
import type { TemporalLink } from '../../app/session/temporal-link.js';
import type { ArtifactStore } from '../../io/store/types.js';

/** How often the list looks again, and a run whose server is away. */
const LOOK_MS = 2_000;
/** How often what a run has reached is read from the store while its page is open. */
const REACHED_MS = 5_000;
/** A report brings its own policy in its head; these hold for what a head cannot say. */
const REPORT_POLICY = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** What the pages are made from. */
export interface ServedPlaces {
  readonly store: ArtifactStore;
  readonly runs: RunDirectory;
  readonly link: TemporalLink;
  readonly live: LiveParts;
  /** Address of Temporal's own pages for a namespace: `https://…/namespaces/NAME`. */
  readonly temporal: string | undefined;
}

/** The table of addresses. */
export function routesOver(places: ServedPlaces): readonly Route[] {
  const { runs, live, store } = places;
  const overviews = new Overviews(places);
  const list = async (): Promise<Overview> => {
    const { runs: all, serverAnswers } = await runs.list();
    return { runs: await overviews.of(all), serverAnswers };
  };
  const watchList: Watch = async (show, signal) => {
    while (!signal.aborted) {
      show(listPart(await list()).markup);
      await sleep(LOOK_MS, signal);
    }
  };
  const reached = (run: ListedRun): Promise<RunReport | undefined> =>
    partialResults(places, run).catch(() => undefined);
  return [
    { path: /^\/$/, answer: async () => htmlOf(listPage(await list(), store.blobs.uri)) },
    { path: /^\/api\/runs$/, answer: async () => jsonOf(await list()) },
    {
      path: /^\/events$/,
      answer: () => ({
        stream: (response) => {
          live.stream('list', watchList, response);
        },
      }),
    },
    {
      path: /^\/runs\/([^/]+)\/([^/]+)$/,
      answer: async ([name = '', runId]) => {
        const run = await runs.find(name, runId);
        const report = run === undefined ? undefined : await runs.report(run);
        if (report !== undefined) {
          return htmlOf(renderReport(report), REPORT_POLICY);
        }
        return run === undefined
          ? undefined
          : htmlOf(runPage(run, undefined, { report: await reached(run), temporal: temporalPage(places, run) }));
      },
    },
    {
      path: /^\/api\/runs\/([^/]+)\/([^/]+)$/,
      answer: async ([name = '', runId]) => {
        const run = await runs.find(name, runId);
        if (run === undefined) {
          return undefined;
        }
        const report = (await runs.report(run)) ?? (await reached(run));
        const temporal = temporalPage(places, run);
        return jsonOf({
          ...(await overviews.one(run)),
          ...(report === undefined ? {} : { results: resultsObject(report) }),
          ...(temporal === undefined ? {} : { temporal }),
        });
      },
    },
    {
      path: /^\/runs\/([^/]+)\/([^/]+)\/events$/,
      answer: async ([name = '', runId]) => {
        const run = await runs.find(name, runId);
        return run === undefined
          ? undefined
          : {
              stream: (response) => {
                live.stream(`${run.name}\n${run.runId}`, watchRun(run, places, reached), response);
              },
            };
      },
    },
    {
      path: /^\/runs\/([^/]+)\/([^/]+)\/(report|partial)\.(html|json|md|csv|pairs\.csv)$/,
      answer: async ([name = '', runId, which, suffix = '']) => {
        const run = await runs.find(name, runId);
        const format = isReportFormat(suffix) ? REPORT_FORMATS[suffix] : undefined;
        if (run === undefined || format === undefined) {
          return undefined;
        }
        const report = (await runs.report(run)) ?? (which === 'partial' ? await reached(run) : undefined);
        return report && { type: format.type, body: format.render(report), policy: REPORT_POLICY };
      },
    },
    {
      path: /^\/compare\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/,
      answer: async (asked) => {
        const compared = await comparedRuns(runs, asked);
        return compared && htmlOf(comparePage(compared));
      },
    },
    {
      path: /^\/api\/compare\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/,
      answer: async (asked) => {
        const compared = await comparedRuns(runs, asked);
        return compared && jsonOf(compared);
      },
    },
    {
      path: /^\/runs\/([^/]+)$/,
      answer: async ([name = '']) => {
        const run = await runs.find(name);
        return run === undefined
          ? undefined
          : { location: `/runs/${encodeURIComponent(run.name)}/${encodeURIComponent(run.runId)}` };
      },
    },
  ];
}

function htmlOf(body: string, policy?: string): Answer {
  return { type: 'text/html', body, ...(policy === undefined ? {} : { policy }) };
}

function jsonOf(value: object): Answer {
  return { type: 'application/json', body: `${JSON.stringify(value)}\n` };
}

/** Two finished runs; undefined where one of them is not there or has no report. */
async function comparedRuns(runs: RunDirectory, asked: readonly string[]): Promise<ComparedRuns | undefined> {
  const [firstName = '', firstId, secondName = '', secondId] = asked;
  const [first, second] = [await runs.find(firstName, firstId), await runs.find(secondName, secondId)];
  const [before, after] = [first && (await runs.report(first)), second && (await runs.report(second))];
  return first === undefined || second === undefined || before === undefined || after === undefined
    ? undefined
    : {
        first: { name: first.name, runId: first.runId },
        second: { name: second.name, runId: second.runId },
        changes: describeChanges(await runs.plan(first), await runs.plan(second)),
        difference: compareReports(before, after),
      };
}

function temporalPage({ temporal }: ServedPlaces, { name, runId }: ListedRun): string | undefined {
  return temporal && `${temporal}/workflows/${encodeURIComponent(name)}/${encodeURIComponent(runId)}/history`;
}

/** Follows a run as `ominus watch` does; ends when its report is there. Without a server it looks again and again. */
function watchRun(
  run: ListedRun,
  { runs, link }: ServedPlaces,
  reached: (run: ListedRun) => Promise<RunReport | undefined>,
): Watch {
  return async (show, signal) => {
    const plan = await runs.plan(run);
    let report = await reached(run);
    let readMs = Date.now();
    const onProgress = (progress: RunProgress): void => {
      show(runPart(run, progress, report).markup);
      if (Date.now() - readMs > REACHED_MS) {
        readMs = Date.now();
        void reached(run).then((next) => (report = next ?? report));
      }
    };
    for (let current: ListedRun | undefined = run; current !== undefined && !signal.aborted;) {
      const client = isUnderWay(current.state) ? await link.client() : undefined;
      if (client !== undefined) {
        const place = { client, workflowId: run.name, runId: run.runId, plan };
        const end = await followRun({ ...place, onProgress, signal });
        if (end.how === 'finished') {
          return;
        }
      }
      current = await runs.find(run.name, run.runId);
      if (current?.report !== undefined) {
        return;
      }
      if (current !== undefined && !isUnderWay(current.state)) {
        show(runPart(current, undefined, await reached(current)).markup);
      }
      await sleep(LOOK_MS, signal);
    }
  };
}
