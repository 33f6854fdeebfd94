/** The day that an unfinished run wrote into its prompts: whoever plans its spec again keeps it. */
import type { Plan } from '../../core/plan/types.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import { toRunRecord } from '../../io/store/run-record.js';
import type { ArtifactStore } from '../../io/store/types.js';

/** The day of the latest run of a name, unless that is finished or wrote none. */
export async function keptDay(store: ArtifactStore, name: string): Promise<string | undefined> {
  const runs = (await store.listRuns()).filter((run) => run.name === name);
  const [latest] = runs.toSorted((a, b) => b.modifiedMs - a.modifiedMs);
  const record = latest === undefined ? undefined : toRunRecord(await store.getRun(name, latest.runId));
  if (record === undefined || record.state === 'finished') {
    return undefined;
  }
  try {
    return (await readJsonArtifact<Plan>(store, record.plan)).prompt?.day;
  } catch {
    return undefined; // its plan is no longer in the store: nothing of it goes on
  }
}
