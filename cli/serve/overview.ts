/** What the list of runs tells of each: how far it is, how long it took, its best value, why it failed. */
import { reasonLine, type FailureReason } from '../../core/plan/run-end.js';
import { RecentMap } from '../../core/recent-map.js';
import { errorMessage } from '../../core/errors.js';
import { bestSoFar } from '../../report/reading/best.js';
import { secondsBetween } from '../../report/words/format.js';
import type { RunReport } from '../../report/types.js';
import { partialResults, type RunPlaces } from '../../app/runs/partial-results.js';
import type { ListedRun } from '../../app/runs/run-directory.js';
import { isUnderWay } from '../../app/runs/run-state.js';

/** A run with what its report, partial or not, says in short. */
export interface RunOverview {
  readonly name: string;
  readonly runId: string;
  readonly kind: string;
  readonly state: ListedRun['state'];
  readonly tags: readonly string[];
  /** ISO 8601; absent where neither server nor report knows. */
  readonly startedAt?: string;
  readonly changedAt: string;
  readonly seconds?: number;
  readonly progress?: { readonly done: number; readonly total: number; readonly unit: 'nodes' | 'points' };
  readonly best?: string;
  readonly failures: number;
  readonly reasons: readonly FailureReason[];
  /** Why there are no numbers. */
  readonly trouble?: string;
}

/** Reports that are kept, the latest asked for; and how long what a run under way has reached is good for. */
const KEPT = 300;
const FRESH_MS = 5_000;
/** Runs of which more than names and states is told: reading thousands of reports would take minutes. */
export const MOST_DETAILED = 100;

/** Reads reports, and keeps what they say in short. */
export class Overviews {
  readonly #places: RunPlaces;
  readonly #known = new RecentMap<string, { readonly atMs: number; readonly overview: Promise<RunOverview> }>(KEPT);

  constructor(places: RunPlaces) {
    this.#places = places;
  }

  /** In the order of the list; of older runs no more than the list has. */
  of(runs: readonly ListedRun[]): Promise<readonly RunOverview[]> {
    return Promise.all(runs.map((run, place) => (place < MOST_DETAILED ? this.one(run) : Promise.resolve(plain(run)))));
  }

  /** One run; never rejects. */
  one(run: ListedRun): Promise<RunOverview> {
    const key = [run.name, run.runId, run.state, String(run.changedMs)].join('\n');
    const known = this.#known.get(key);
    if (known !== undefined && (!isUnderWay(run.state) || Date.now() - known.atMs < FRESH_MS)) {
      return known.overview;
    }
    const overview = this.#read(run).catch((error: unknown) => ({ ...plain(run), trouble: errorMessage(error) }));
    this.#known.set(key, { atMs: Date.now(), overview });
    return overview;
  }

  async #read(run: ListedRun): Promise<RunOverview> {
    const report = (await this.#places.runs.report(run)) ?? (await partialResults(this.#places, run));
    return { ...plain(run), ...inShort(report) };
  }
}

function inShort(report: RunReport): Partial<RunOverview> {
  const { startedAt, finishedAt } = report.run;
  const { partial } = report;
  const seconds = secondsBetween(startedAt, finishedAt);
  const best = bestSoFar(report);
  const nodes = report.provenance.nodes.total;
  const points = report.specKind === 'sweep' ? report.sweep.counts.points : undefined;
  const done = points ?? nodes;
  return {
    startedAt,
    ...(seconds === undefined ? {} : { seconds }),
    progress:
      partial === undefined
        ? { done, total: done, unit: points === undefined ? 'nodes' : 'points' }
        : { done: partial.done, total: partial.total, unit: partial.unit },
    ...(best === undefined ? {} : { best }),
    failures: partial?.failed ?? (report.specKind === 'sweep' ? report.sweep.counts.failed : 0),
    ...(partial === undefined ? {} : { reasons: partial.reasons }),
  };
}

function plain(run: ListedRun): RunOverview {
  return {
    name: run.name,
    runId: run.runId,
    kind: run.kind,
    state: run.state,
    tags: run.about.tags ?? [],
    ...(run.startedMs === undefined ? {} : { startedAt: new Date(run.startedMs).toISOString() }),
    changedAt: new Date(run.changedMs).toISOString(),
    failures: run.end?.failures ?? 0,
    reasons: run.end?.reasons ?? [],
  };
}

/** The first reason, and how many more there are. */
export function firstReason({ reasons, failures, trouble }: RunOverview): string {
  const [first] = reasons;
  if (first === undefined) {
    return trouble ?? (failures > 0 ? `${String(failures)} failed` : '');
  }
  const more = Math.max(failures, reasons.length) - 1;
  return `${reasonLine(first)}${more > 0 ? ` (and ${String(more)} more)` : ''}`;
}
