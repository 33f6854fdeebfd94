/** What `ominus serve` shows at which address. */
import { renderReport } from '../../report/html/page.js';
import { followRun } from '../../app/follow/follow-run.js';
import { isReportFormat, REPORT_FORMATS } from '../../report/formats.js';
import { sleep } from '../../app/follow/sleep.js';
import type { Route } from './http-server.js';
import type { LiveParts, Watch } from './live-parts.js';
import { listPage, listPart, runPage, runPart } from './pages.js';
import type { ListedRun, RunDirectory } from '../../app/runs/run-directory.js';
import { isUnderWay } from '../../app/runs/run-state.js';
import type { TemporalLink } from '../../app/session/temporal-link.js';

/** How often the list looks again, and a run whose server is away. */
const LOOK_MS = 2_000;
/** A report brings its own policy in its head; these hold for what a head cannot say. */
const REPORT_POLICY = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The table of addresses. */
export function routesOver(parts: {
  readonly runs: RunDirectory;
  readonly link: TemporalLink;
  readonly live: LiveParts;
  /** The store's address, for the page's head. */
  readonly store: string;
}): readonly Route[] {
  const { runs, link, live, store } = parts;
  const watchList: Watch = async (show, signal) => {
    while (!signal.aborted) {
      show(listPart(await runs.list()).markup);
      await sleep(LOOK_MS, signal);
    }
  };
  return [
    { path: /^\/$/, answer: async () => ({ type: 'text/html', body: listPage(await runs.list(), store) }) },
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
          return { type: 'text/html', body: renderReport(report), policy: REPORT_POLICY };
        }
        return run === undefined ? undefined : { type: 'text/html', body: runPage(run, undefined) };
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
                live.stream(`${run.name}\n${run.runId}`, watchRun(run, runs, link), response);
              },
            };
      },
    },
    {
      path: /^\/runs\/([^/]+)\/([^/]+)\/report\.(html|json|md|csv)$/,
      answer: async ([name = '', runId, suffix = '']) => {
        const run = await runs.find(name, runId);
        const report = run === undefined ? undefined : await runs.report(run);
        const format = isReportFormat(suffix) ? REPORT_FORMATS[suffix] : undefined;
        return report === undefined || format === undefined
          ? undefined
          : { type: format.type, body: format.render(report), policy: REPORT_POLICY };
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

/** Follows a run as `ominus watch` does; ends when its report is there. Without a server it looks again and again. */
function watchRun(run: ListedRun, runs: RunDirectory, link: TemporalLink): Watch {
  return async (show, signal) => {
    const plan = await runs.plan(run);
    for (let current: ListedRun | undefined = run; current !== undefined && !signal.aborted;) {
      const client = isUnderWay(current.state) ? await link.client() : undefined;
      if (client !== undefined) {
        const end = await followRun({
          client,
          workflowId: run.name,
          runId: run.runId,
          plan,
          onProgress: (progress) => {
            show(runPart(run, progress).markup);
          },
          signal,
        });
        if (end.how === 'finished') {
          return;
        }
      }
      current = await runs.find(run.name, run.runId);
      if (current?.report !== undefined) {
        return;
      }
      if (current !== undefined && !isUnderWay(current.state)) {
        show(runPart(current, undefined).markup);
      }
      await sleep(LOOK_MS, signal);
    }
  };
}
