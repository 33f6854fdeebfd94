/** A summary of a store, for people: its runs, and how much of which kind. */
import { FOLDERS, nodeName, runName } from './layout.js';
import { toRunRecord } from './run-record.js';
import type { ArtifactStore } from './types.js';

/** A run in the store. */
export interface RunSummary {
  readonly name: string;
  readonly runId: string;
  /** `running`: it was begun and has no report; whether it still runs, its server knows. */
  readonly state: 'running' | 'finished' | 'failed' | 'cancelled' | 'unreadable';
  /** Nodes of its plan, and how many of them are stored. */
  readonly nodes: number;
  readonly storedNodes: number;
  readonly modifiedMs: number;
}

/** Number and bytes of one kind of blobs. */
export interface KindSummary {
  readonly kind: keyof typeof FOLDERS;
  readonly blobs: number;
  readonly sizeBytes: number;
}

/** Everything about a store. */
export interface StoreSummary {
  readonly uri: string;
  readonly runs: readonly RunSummary[];
  readonly kinds: readonly KindSummary[];
}

/** Lists a store; reads the records of runs only. */
export async function summariseStore(store: ArtifactStore): Promise<StoreSummary> {
  const kinds: KindSummary[] = [];
  const names = new Set<string>();
  for (const kind of Object.keys(FOLDERS) as (keyof typeof FOLDERS)[]) {
    let blobs = 0;
    let sizeBytes = 0;
    for await (const info of store.blobs.list(FOLDERS[kind])) {
      names.add(info.name);
      blobs++;
      sizeBytes += info.sizeBytes;
    }
    kinds.push({ kind, blobs, sizeBytes });
  }
  const runs: RunSummary[] = [];
  for (const run of await store.listRuns()) {
    const record = await store.getRun(run.name, run.runId).then(toRunRecord, () => undefined);
    const nodes = record?.nodes ?? [];
    runs.push({
      ...run,
      state: record?.end?.state ?? record?.state ?? 'unreadable',
      nodes: nodes.length,
      storedNodes: nodes.filter((key) => names.has(nodeName(key))).length,
    });
  }
  return { uri: store.blobs.uri, runs, kinds };
}

/** Forgets runs, so that the next collection may remove what only they refer to. Returns how many there were. */
export async function forgetRuns(store: ArtifactStore, name: string, runId?: string): Promise<number> {
  const runs = (await store.listRuns()).filter(
    (run) => run.name === name && (runId === undefined || run.runId === runId),
  );
  for (const run of runs) {
    await store.blobs.remove(runName(run.name, run.runId));
  }
  return runs.length;
}
