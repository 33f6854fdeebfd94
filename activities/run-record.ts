/** A run's record in the store: what it refers to, so that garbage collection keeps it. */
import type { Digest, Json } from '../core/digest.js';
import type { Plan } from '../core/plan/types.js';
import { toRunRecord, type RunRecord } from '../io/store/run-record.js';
import type { ArtifactStore } from '../io/store/types.js';
import type { ArtifactRef } from '../core/artifact-ref.js';
import type { RunEnd } from '../core/plan/run-end.js';

interface RunState {
  readonly name: string;
  readonly runId: string;
  readonly plan: Plan;
  readonly planRef: ArtifactRef;
  readonly state: 'running' | 'finished';
  readonly report: ArtifactRef | undefined;
  /** Artifacts that list further nodes. */
  readonly nodeLists?: readonly ArtifactRef[];
  /** How it ended without a report. */
  readonly end?: RunEnd;
}

/**
 * Writes the record; a later state replaces an earlier one. That of a sweep keeps what the earlier one refers to: its plan
 * may be extended, it ends with a plan of its own, and batches of points come one after the other.
 */
export async function putRunRecord({ store }: { readonly store: ArtifactStore }, run: RunState): Promise<void> {
  const before = run.plan.specKind === 'sweep' ? toRunRecord(await store.getRun(run.name, run.runId)) : undefined;
  await store.putRun(run.name, run.runId, recordOf(run, before));
}

/**
 * Writes the record of a run that was just submitted, unless a worker was faster: until one opens it, which may take days,
 * nothing else says that its plan is needed.
 */
export async function putFirstRecord(
  store: ArtifactStore,
  run: Pick<RunState, 'name' | 'runId' | 'plan' | 'planRef'>,
): Promise<void> {
  const record = recordOf({ ...run, state: 'running', report: undefined }, undefined);
  await store.putRun(run.name, run.runId, record, { ifAbsent: true });
}

function recordOf(run: RunState, before: RunRecord | undefined): RunRecord & Json {
  const refs = [run.planRef, ...(run.report === undefined ? [] : [run.report]), ...(before?.artifacts ?? [])];
  const nodeLists = distinct([...(before?.nodeLists ?? []), ...(run.nodeLists ?? [])]);
  return {
    state: run.state,
    nodes: [...new Set([...run.plan.nodes.map((node) => node.key), ...(before?.nodes ?? [])])],
    artifacts: distinct([...refs, ...artifactsOf(run.plan)]),
    plan: { ...run.planRef },
    planDigest: run.plan.digest,
    ...(nodeLists.length === 0 ? {} : { nodeLists }),
    ...(run.report === undefined ? {} : { report: { ...run.report } }),
    ...(run.end === undefined ? {} : { end: endJson(run.end) }),
  } satisfies RunRecord;
}

function endJson({ state, endedAt, reasons, failures }: RunEnd): { [key: string]: Json } & RunEnd {
  return { state, endedAt, failures, reasons: reasons.map((reason) => ({ ...reason })) };
}

/** Stored artifacts that a plan itself refers to. */
function artifactsOf(plan: Plan): readonly ArtifactRef[] {
  return plan.specKind === 'sweep' && plan.sweepReport !== undefined ? [plan.sweepReport] : [];
}

function distinct(refs: readonly ArtifactRef[]): { digest: Digest; sizeBytes: number }[] {
  return [...new Map(refs.map(({ digest, sizeBytes }) => [digest, { digest, sizeBytes }])).values()];
}
