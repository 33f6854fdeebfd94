import type { Client } from '@temporalio/client';
import { describe, expect, it, vi } from 'vitest';
import { RunDirectory } from '../../../app/runs/run-directory.js';
import { digestOf } from '../../../core/digest.js';
import { createArtifactStore } from '../../../io/store/artifact-store.js';
import { jsonArtifact } from '../../../io/store/json-artifact.js';
import { MemoryBlobStore } from '../../support/memory-blob-store.js';

/** A store with runs, that remembers which records are read. */
async function storeWith(runs: readonly (readonly [name: string, runId: string, state: 'running' | 'finished'])[]) {
  const store = await createArtifactStore(new MemoryBlobStore());
  const plan = await jsonArtifact(store, { specKind: 'recipe' });
  for (const [name, runId, state] of runs) {
    const report = state === 'finished' ? { report: { ...plan } } : {};
    await store.putRun(name, runId, {
      state,
      nodes: [],
      artifacts: [],
      plan: { ...plan },
      planDigest: digestOf('plan'),
      ...report,
    });
  }
  const getRun = vi.spyOn(store, 'getRun');
  return { store, read: () => getRun.mock.calls.map((name) => name.join(' ')) };
}

const noServer = { client: () => Promise.resolve(undefined), drop: () => Promise.resolve() };

/** A server that has executions, and remembers what it was asked. */
function serverWith(executions: readonly object[]) {
  const queries: (string | undefined)[] = [];
  const workflow = {
    async *list({ query }: { readonly query?: string } = {}) {
      queries.push(query);
      await Promise.resolve();
      yield* executions;
    },
  };
  const client = { workflow } as unknown as Client; // as much of a client as a list needs
  return { queries, link: { client: () => Promise.resolve(client), drop: () => Promise.resolve() } };
}

const RUNS = [
  ['a', 'one', 'finished'],
  ['a', 'two', 'running'],
  ['ab', 'one', 'running'],
] as const;

describe('the directory of runs', () => {
  it('finds one run without reading the records of others', async () => {
    const { store, read } = await storeWith(RUNS);
    const runs = new RunDirectory(store, noServer);
    expect(await runs.find('a', 'one')).toMatchObject({ name: 'a', runId: 'one', kind: 'recipe', state: 'finished' });
    expect(await runs.find('a', 'two')).toMatchObject({ runId: 'two', state: 'unknown' });
    expect(read()).toEqual(['a one', 'a two']);
  });

  it('finds what the list says, for every run of it', async () => {
    const { store } = await storeWith(RUNS);
    const runs = new RunDirectory(store, noServer);
    const { runs: all } = await runs.list();
    expect(all).toHaveLength(3);
    for (const run of all) {
      expect(await runs.find(run.name, run.runId)).toEqual(run);
      expect(await runs.find(run.name)).toEqual(all.find(({ name }) => name === run.name));
    }
  });

  it('finds nothing by a part of a name or id, or by what can be no name', async () => {
    const { store } = await storeWith(RUNS);
    const runs = new RunDirectory(store, noServer);
    for (const [name, runId] of [
      ['a', 'on'],
      ['a', 'three'],
      ['ab', 'two'],
      ['b', undefined],
      ['a', 'x'.repeat(500)],
      ['a"b', 'one'],
      ['..', 'one'],
    ] as const) {
      expect(await runs.find(name, runId), `${name} ${String(runId)}`).toBeUndefined();
    }
  });

  it.each([
    ['RUNNING', 'running'],
    ['CONTINUED_AS_NEW', 'running'],
    ['COMPLETED', 'finished'],
    ['FAILED', 'failed'],
    ['TIMED_OUT', 'failed'],
    ['CANCELLED', 'cancelled'],
    ['TERMINATED', 'cancelled'], // by `ominus cancel` where no worker could stop it
  ])('calls an execution that is %s %s, in the list and by name', async (status, state) => {
    const { store } = await storeWith([['a', 'two', 'running']]);
    const memo = { planDigest: digestOf('plan'), plan: { digest: digestOf('p'), sizeBytes: 1 }, storeId: store.id };
    const run = { workflowId: 'a', runId: 'two', raw: {}, status: { name: status }, startTime: new Date(1000), memo };
    const runs = new RunDirectory(store, serverWith([run]).link);
    expect(await runs.find('a', 'two')).toMatchObject({ state });
    const stateOf = await runs.states();
    expect([stateOf?.('a', 'two'), stateOf?.('a', 'three')]).toEqual([state, 'unknown']);
  });

  it('asks the server for the executions of that name alone, and takes from them what the store has not', async () => {
    const { store } = await storeWith(RUNS);
    const execution = (workflowId: string, runId: string, status: string): object => ({
      workflowId,
      runId,
      raw: { firstRunId: runId },
      status: { name: status },
      startTime: new Date(1000),
      memo: { planDigest: digestOf('plan'), plan: { digest: digestOf('p'), sizeBytes: 1 }, storeId: store.id },
    });
    const { queries, link } = serverWith([execution('a', 'two', 'FAILED'), execution('a', 'three', 'RUNNING')]);
    const runs = new RunDirectory(store, link);
    expect(await runs.find('a', 'two')).toMatchObject({ state: 'failed' });
    expect(await runs.find('a', 'three')).toMatchObject({ state: 'running', report: undefined });
    expect(await runs.find('a" OR WorkflowId != "', 'two')).toBeUndefined();
    const ours = 'WorkflowType IN ("runRecipe", "runSweep")';
    expect(queries).toEqual([`WorkflowId = "a" AND ${ours}`, `WorkflowId = "a" AND ${ours}`, ours]);
  });
});
