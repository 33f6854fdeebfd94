/** The runs of a store, finished or under way: the store knows what was begun and its report, Temporal its state. */
import type { Client } from '@temporalio/client';
import { aboutRun, type AboutRun } from '../../core/plan/about.js';
import type { Plan } from '../../core/plan/types.js';
import type { RunReport } from '../../report/types.js';
import { errorCode } from '../../core/errors.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import { runName } from '../../io/store/layout.js';
import { toRunRecord, type RunRecord } from '../../io/store/run-record.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { firstRunIdOfListed, readMemo } from './run-chain.js';
import type { TemporalLink } from '../session/temporal-link.js';
import { runStateOf, type RunState } from './run-state.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';
import type { RunEnd } from '../../core/plan/run-end.js';

/** `unknown`: it was begun, and no server says what became of it. */
export type ListedState = RunState | 'unknown';

/** One run. */
export interface ListedRun {
  readonly name: string;
  /** Of its first execution: a long sweep has several. */
  readonly runId: string;
  readonly kind: string;
  readonly about: AboutRun;
  readonly state: ListedState;
  /** When the store or the server last heard of it. */
  readonly changedMs: number;
  /** When it began, where the server knows. */
  readonly startedMs?: number;
  /** How it ended without a report, and why, where its workflow could have that noted. */
  readonly end?: RunEnd;
  readonly plan: ArtifactRef;
  readonly report: ArtifactRef | undefined;
}

/** All runs, latest first. */
export interface RunListing {
  readonly runs: readonly ListedRun[];
  /** Whether a Temporal server answered. */
  readonly serverAnswers: boolean;
}

/** Server's facts about one run. */
interface Execution {
  readonly state: ListedState;
  readonly changedMs: number;
  readonly startedMs: number;
  readonly plan: ArtifactRef;
}

/** What lists say of a plan. */
type PlanFacts = Pick<ListedRun, 'kind' | 'about'>;

type StoredRun = Awaited<ReturnType<ArtifactStore['listRuns']>>[number];

/** Plans, and records of finished runs, are asked for again and again, and never change: so many of each are kept. */
const KEPT = 2_000;

/** Looks runs up; writes nothing. */
export class RunDirectory {
  readonly #store: ArtifactStore;
  readonly #link: Pick<TemporalLink, 'client' | 'drop'>;
  readonly #facts = new Map<string, Promise<PlanFacts>>();
  readonly #finished = new Map<string, RunRecord>();

  constructor(store: ArtifactStore, link: Pick<TemporalLink, 'client' | 'drop'>) {
    this.#store = store;
    this.#link = link;
  }

  /** Every run that the store has begun, or that the server has and that works over this store. */
  async list(): Promise<RunListing> {
    return this.#listingOf(await this.#store.listRuns(), await this.#executions());
  }

  /** States of the runs that the server knows, by name and id; undefined when no server answers. */
  async states(): Promise<((name: string, runId: string) => ListedState) | undefined> {
    const executions = await this.#executions();
    return executions && ((name, runId) => executions.get(keyOf(name, runId))?.state ?? 'unknown');
  }

  /** One run, or the latest one of a name; reads the records of no other. */
  async find(name: string, runId?: string): Promise<ListedRun | undefined> {
    const stored =
      runId === undefined
        ? (await this.#store.listRuns()).filter((run) => run.name === name)
        : await this.#storedRun(name, runId);
    const { runs } = await this.#listingOf(stored, await this.#executions(name));
    return runs.find((run) => run.name === name && (runId === undefined || run.runId === runId));
  }

  /**
   * The plan of a run.
   *
   * @throws OminusError `ARTIFACT_DAMAGED`
   */
  plan(run: ListedRun): Promise<Plan> {
    return readJsonArtifact<Plan>(this.#store, run.plan);
  }

  /**
   * The report of a run, if it has one.
   *
   * @throws OminusError `ARTIFACT_DAMAGED`
   */
  async report(run: ListedRun): Promise<RunReport | undefined> {
    return run.report === undefined ? undefined : readJsonArtifact<RunReport>(this.#store, run.report);
  }

  /** Latest first. */
  async #listingOf(
    stored: readonly StoredRun[],
    executions: ReadonlyMap<string, Execution> | undefined,
  ): Promise<RunListing> {
    const runs = new Map<string, ListedRun>();
    for (const { name, runId, modifiedMs } of stored) {
      const record = await this.#recordOf(name, runId);
      if (record !== undefined) {
        const execution = executions?.get(keyOf(name, runId));
        runs.set(keyOf(name, runId), {
          name,
          runId,
          ...(await this.#factsOf(record.plan)),
          state: record.report === undefined ? (execution?.state ?? record.end?.state ?? 'unknown') : 'finished',
          changedMs: Math.max(modifiedMs, execution?.changedMs ?? 0),
          ...(execution === undefined ? {} : { startedMs: execution.startedMs }),
          ...(record.end === undefined ? {} : { end: record.end }),
          plan: record.plan,
          report: record.report,
        });
      }
    }
    for (const [key, { plan, ...execution }] of executions ?? []) {
      if (!runs.has(key)) {
        const [name = '', runId = ''] = key.split('\n');
        runs.set(key, { name, runId, ...(await this.#factsOf(plan)), ...execution, plan, report: undefined });
      }
    }
    const latestFirst = [...runs.values()].sort((a, b) => b.changedMs - a.changedMs || a.name.localeCompare(b.name));
    return { runs: latestFirst, serverAnswers: executions !== undefined };
  }

  /** What the store has under exactly this name and id: a list of one, or an empty one. */
  async #storedRun(name: string, runId: string): Promise<readonly StoredRun[]> {
    const { blobs } = this.#store;
    try {
      const stat = await blobs.stat(runName(name, runId));
      return stat === undefined ? [] : [{ name, runId, modifiedMs: stat.modifiedMs }];
    } catch (error) {
      if (errorCode(error) === 'USAGE') {
        return []; // from an address: too long to be the name of anything
      }
      throw error;
    }
  }

  /** By name and first run id, or undefined when no server answers; all of them, or those of a name and maybe others. */
  async #executions(name?: string): Promise<Map<string, Execution> | undefined> {
    const client = await this.#link.client();
    if (client === undefined) {
      return undefined;
    }
    try {
      return await executionsOf(client, this.#store.id, name);
    } catch {
      await this.#link.drop();
      return undefined;
    }
  }

  async #recordOf(name: string, runId: string): Promise<RunRecord | undefined> {
    const key = keyOf(name, runId);
    const known = this.#finished.get(key);
    if (known !== undefined) {
      return known;
    }
    const record = toRunRecord(await this.#store.getRun(name, runId));
    if (record?.report !== undefined && this.#finished.size < KEPT) {
      this.#finished.set(key, record);
    }
    return record;
  }

  #factsOf(plan: ArtifactRef): Promise<PlanFacts> {
    const known = this.#facts.get(plan.digest);
    if (known !== undefined) {
      return known;
    }
    const facts = readJsonArtifact<Plan>(this.#store, plan).then(
      (read) => ({ kind: read.specKind, about: aboutRun(read) }),
      () => ({ kind: '?', about: {} }), // its plan is gone: the list must not be
    );
    if (this.#facts.size < KEPT) {
      this.#facts.set(plan.digest, facts);
    }
    return facts;
  }
}

function keyOf(name: string, runId: string): string {
  return `${name}\n${runId}`;
}

async function executionsOf(
  client: Client,
  storeId: string,
  name: string | undefined,
): Promise<Map<string, Execution>> {
  const ours = 'WorkflowType IN ("runRecipe", "runSweep")';
  // an address may say anything: what has quotes is the name of no run, and is not put into a query
  const query = name === undefined || /["'\\]/.test(name) ? ours : `WorkflowId = "${name}" AND ${ours}`;
  const executions = new Map<string, Execution & { readonly latestMs: number }>();
  for await (const info of client.workflow.list({ query })) {
    const memo = readMemo(info);
    if (memo?.storeId === storeId) {
      const key = keyOf(info.workflowId, firstRunIdOfListed(info));
      const latestMs = info.startTime.getTime();
      const before = executions.get(key);
      const startedMs = Math.min(latestMs, before?.startedMs ?? latestMs);
      if (before !== undefined && latestMs < before.latestMs) {
        executions.set(key, { ...before, startedMs });
      } else {
        const changedMs = info.closeTime?.getTime() ?? latestMs;
        executions.set(key, { state: runStateOf(info), changedMs, plan: memo.plan, startedMs, latestMs });
      }
    }
  }
  return new Map(
    [...executions].map(([key, { state, changedMs, startedMs, plan }]) => [key, { state, changedMs, startedMs, plan }]),
  );
}
