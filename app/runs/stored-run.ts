/** Finished runs in the store: their reports and plans, without any server. */
import { OminusError } from '../../core/errors.js';
import type { Plan } from '../../core/plan/types.js';
import type { RunReport } from '../../report/types.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import { toRunRecord, type RunRecord } from '../../io/store/run-record.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { adviseRunName, runNameOf } from './run-name.js';

/** A finished run. */
export interface StoredRun {
  readonly name: string;
  readonly runId: string;
  readonly report: RunReport;
  readonly record: RunRecord;
}

/** How a finished run is named on the command line. */
export const RUN_ARGUMENT =
  'the name of a spec or its file, or NAME@ID for one of its runs (the first characters of its id are enough)';

/**
 * The latest finished run of a name, or the one whose id begins with what follows `@`.
 *
 * @throws OminusError `RUN_NOT_FOUND`
 */
export async function findStoredRun(store: ArtifactStore, asked: string): Promise<StoredRun> {
  const wanted = await runNameOf(asked);
  const at = wanted.lastIndexOf('@');
  const [name, id] = at === -1 ? [wanted, ''] : [wanted.slice(0, at), wanted.slice(at + 1)];
  const all = await store.listRuns();
  const runs = all.filter((run) => run.name === name && run.runId.startsWith(id));
  for (const { runId } of [...runs].sort((a, b) => b.modifiedMs - a.modifiedMs)) {
    const record = toRunRecord(await store.getRun(name, runId));
    if (record?.report !== undefined) {
      return { name, runId, record, report: await readJsonArtifact<RunReport>(store, record.report) };
    }
  }
  throw new OminusError('RUN_NOT_FOUND', {
    message: `the store has no finished run of this name [run=${wanted}, store=${store.blobs.uri}]`,
    hint:
      runs.length > 0
        ? 'Run its spec again: that resumes from the store, or follows the run if it is still running.'
        : adviseRunName(
            name,
            all.map((run) => run.name),
            'ominus store list lists the runs of this store; set OMINUS_STORE or OMINUS_STATE_DIR to use another store.',
          ),
  });
}

/** The latest finished run of every name, latest first; runs whose report is gone are left out. */
export async function finishedRuns(store: ArtifactStore): Promise<readonly StoredRun[]> {
  const runs: StoredRun[] = [];
  const named = new Set<string>();
  for (const { name, runId } of [...(await store.listRuns())].sort((a, b) => b.modifiedMs - a.modifiedMs)) {
    const record = named.has(name) ? undefined : toRunRecord(await store.getRun(name, runId));
    const report =
      record?.report === undefined
        ? undefined
        : await readJsonArtifact<RunReport>(store, record.report).catch(() => undefined);
    if (record !== undefined && report !== undefined) {
      named.add(name);
      runs.push({ name, runId, record, report });
    }
  }
  return runs;
}

/** The plan that a run was started with. */
export async function storedPlan(store: ArtifactStore, run: StoredRun): Promise<Plan> {
  return readJsonArtifact<Plan>(store, run.record.plan);
}
