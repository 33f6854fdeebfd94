/** Results of a run however far it is: the report of a finished one, or what another one has reached, marked as partial. */
import { partialReport } from '../../activities/partial-report.js';
import { errorCode } from '../../core/errors.js';
import type { ArtifactStore } from '../../io/store/types.js';
import type { PartialFacts, RunReport } from '../../report/types.js';
import { RateMeter } from '../follow/rate-meter.js';
import { reasonsOf } from '../follow/reasons.js';
import { lookAtRun, type Look } from '../follow/run-progress.js';
import { TemporalLink } from '../session/temporal-link.js';
import { RunDirectory, type ListedRun } from './run-directory.js';
import { runNameOf } from './run-name.js';
import { isUnderWay } from './run-state.js';
import { findStoredRun } from './stored-run.js';

/** What {@link partialResults} needs: where runs are looked up. */
export interface RunPlaces {
  readonly store: ArtifactStore;
  readonly runs: RunDirectory;
  readonly link: Pick<TemporalLink, 'client'>;
}

/**
 * The report of the latest finished run of a name; of its latest run, marked as partial, where none has finished.
 *
 * @param options.partial - the latest run, finished or not
 * @throws OminusError `RUN_NOT_FOUND`
 */
export async function findResults(
  store: ArtifactStore,
  asked: string,
  options: { readonly partial: boolean },
): Promise<RunReport> {
  const link = new TemporalLink();
  try {
    const runs = new RunDirectory(store, link);
    const latest = options.partial ? await findRun(store, runs, asked) : undefined;
    if (latest !== undefined) {
      return (await runs.report(latest)) ?? (await partialResults({ store, runs, link }, latest));
    }
    return await findStoredRun(store, asked).then(
      ({ report }) => report,
      async (error: unknown) => {
        const other = errorCode(error) === 'RUN_NOT_FOUND' ? await findRun(store, runs, asked) : undefined;
        if (other === undefined) {
          throw error;
        }
        return partialResults({ store, runs, link }, other);
      },
    );
  } finally {
    await link.drop();
  }
}

/** What a run without a report has reached. Needs no server, but knows more with one. */
export async function partialResults(
  { store, runs, link }: RunPlaces,
  run: ListedRun,
  rates = new RateMeter(),
): Promise<RunReport> {
  const plan = await runs.plan(run);
  const client = isUnderWay(run.state) ? await link.client() : undefined;
  const look =
    client === undefined
      ? undefined
      : await lookAtRun({ client, workflowId: run.name, runId: run.runId, plan }, rates).catch(() => undefined);
  const startedMs = run.startedMs ?? run.changedMs;
  const reasons = reasonsOf(plan, look?.answers ?? {}, run.end);
  return partialReport(store, {
    plan: run.plan,
    runId: run.runId,
    startedAt: new Date(startedMs).toISOString(),
    facts: {
      state: stateOf(run, look),
      asOf: new Date(run.end === undefined ? Date.now() : Date.parse(run.end.endedAt)).toISOString(),
      failed: look?.answers.sweep?.counts.failed ?? Math.max(run.end?.failures ?? 0, reasons.length),
      reasons,
      ...paceOf(look, (Date.now() - startedMs) / 1000),
    },
  });
}

function stateOf(run: ListedRun, look: Look | undefined): PartialFacts['state'] {
  const state = look?.progress.state ?? run.state;
  return state === 'finished' ? 'unknown' : state; // finished just now, or its report is gone
}

function paceOf(look: Look | undefined, seconds: number): Pick<PartialFacts, 'rate' | 'secondsLeft'> {
  const sweep = look?.answers.sweep;
  const { rate, secondsLeft } =
    sweep === undefined
      ? { rate: undefined, secondsLeft: look?.progress.secondsLeft }
      : look?.progress.sweep?.rate === undefined
        ? RateMeter.since(sweep, seconds)
        : look.progress.sweep;
  return { ...(rate === undefined ? {} : { rate }), ...(secondsLeft === undefined ? {} : { secondsLeft }) };
}

async function findRun(store: ArtifactStore, runs: RunDirectory, asked: string): Promise<ListedRun | undefined> {
  const wanted = await runNameOf(asked);
  const at = wanted.lastIndexOf('@');
  if (at === -1) {
    return runs.find(wanted);
  }
  const [name, id] = [wanted.slice(0, at), wanted.slice(at + 1)];
  const stored = (await store.listRuns()).filter((run) => run.name === name && run.runId.startsWith(id));
  const [latest] = stored.toSorted((a, b) => b.modifiedMs - a.modifiedMs);
  return latest === undefined ? undefined : runs.find(name, latest.runId);
}
