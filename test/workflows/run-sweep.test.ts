import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { SweepProgressAnswer, SweepState } from '../../core/plan/run-types.js';
import { GRPC, grpcStatus } from '../../io/temporal/grpc-status.js';
import {
  extendUpdate,
  pauseUpdate,
  progressQuery,
  resumeUpdate,
  retryFailedUpdate,
  setConcurrencyUpdate,
  sweepProgressQuery,
} from '../../workflows/messages.js';
import { failureWith, outlineNode } from '../support/fake-activities.js';
import { FakeSweep, planRef, pointOf, resultOf, startSweep, sweepInput } from '../support/fake-sweep.js';
import { Gate } from '../support/gate.js';
import { queuesOf, withActivities, withWorkers } from '../support/recipe-workers.js';
import { serverOfFile } from '../support/workflow-server.js';
import { startWorkflowWorker, type WorkflowWorker } from '../support/workflow-worker.js';

const server = await serverOfFile();
const { client, connection, bundle } = server;

/** Runs a sweep of the plan `plan` to its end; `meanwhile` may ask for something. */
async function run(
  name: string,
  activities: FakeSweep,
  meanwhile: (handle: WorkflowHandle) => Promise<void> = () => Promise.resolve(),
): Promise<SweepProgressAnswer> {
  return withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
    const handle = await startSweep(client, sweepInput(name));
    await meanwhile(client.workflow.getHandle(name));
    await handle.result();
    await replayAll(name, handle.firstExecutionRunId);
    return answerOf(client.workflow.getHandle(name));
  });
}

/**
 * What a run answers, however long it takes: the server gives a worker that must first go through a whole history ten
 * seconds, and a busy machine may need more. The test's own time limit ends a wait in vain.
 */
async function answerOf(handle: WorkflowHandle): Promise<SweepProgressAnswer> {
  for (;;) {
    try {
      return await handle.query(sweepProgressQuery);
    } catch (error) {
      if (grpcStatus(error instanceof Error ? error.cause : undefined) !== GRPC.deadlineExceeded) {
        throw error;
      }
    }
  }
}

/** Waits until something holds; the test's own time limit ends a wait in vain. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await delay(20);
  }
}

/** Replays every execution of a run; returns what each has in its history. */
async function replayAll(
  name: string,
  firstRunId: string,
): Promise<{ readonly events: number; readonly failures: number }[]> {
  const executions: { readonly events: number; readonly failures: number }[] = [];
  for (let runId: string | undefined = firstRunId; runId !== undefined;) {
    const history: Awaited<ReturnType<WorkflowHandle['fetchHistory']>> = await client.workflow
      .getHandle(name, runId)
      .fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: bundle }, history, name);
    const events = history.events ?? [];
    executions.push({
      events: events.length,
      failures: events.filter((event) => Boolean(event.workflowTaskFailedEventAttributes)).length,
    });
    runId = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return executions;
}

/** The application failure that something ended with. */
async function failureOf(result: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) {
      return cause;
    }
  }
  throw new Error(`it ended with ${String(error)}`);
}

const REFERENCES = [
  outlineNode('gram', [], 'gram'),
  outlineNode('respond-expert', ['gram'], 'respond'),
  outlineNode('evaluate-expert', ['respond-expert'], 'evaluate'),
];
const CHOSEN = [
  ...REFERENCES,
  outlineNode('combine-best', ['gram']),
  outlineNode('write-best', ['combine-best'], 'write'),
];

describe('runSweep', () => {
  it('evaluates references, then batch after batch, then chooses and runs the nodes of what was chosen', async () => {
    const activities = new FakeSweep({ plan: [30, 20, 10] }, { nodes: REFERENCES, chosen: CHOSEN });
    const progress = await run('whole', activities);
    expect(activities.finished.slice(0, 3)).toEqual(REFERENCES.map(({ id }) => id));
    expect(activities.finished.slice(3).sort()).toEqual(CHOSEN.map(({ id }) => id).sort());
    expect(activities.batches).toEqual([0, 1, 2, 3]);
    expect([...activities.evaluated].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    expect([...activities.sliceQueues]).toEqual([queuesOf('whole').evaluate]);
    expect(activities.slices.every(({ budgetMs, from, to }) => budgetMs > 0 && from < to)).toBe(true);
    const best = Array.from({ length: 60 }, (_, i) => pointOf(i))
      .filter(({ feasible }) => feasible)
      .reduce((one, other) => (other.value > one.value ? other : one));
    expect(progress).toMatchObject({ state: 'done', expected: 60, failures: [], running: [], best });
    expect(progress.counts).toEqual({ total: 60, done: 60, reused: 0, failed: 0 });
    const { firstExecutionRunId: runId } = await startInfo('whole');
    expect(activities.choices).toEqual([{ name: 'whole', runId, plan: planRef('plan'), batches: 3, failures: [] }]);
    expect(await client.workflow.getHandle('whole').result()).toMatchObject({ total: 65, reused: 0, failedPoints: 0 });
  });

  it('works on the merge queue when no point is evaluated on a model', async () => {
    const activities = new FakeSweep({ plan: [5] });
    const name = 'arithmetic';
    await withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
      await (await startSweep(client, sweepInput(name, 4, false))).result();
    });
    expect([...activities.sliceQueues]).toEqual([queuesOf(name).merge]);
    expect(activities.evaluated).toHaveLength(5);
  });

  it('lists points that fail alone, and fails only when all of them do', async () => {
    const some = new FakeSweep({ plan: [20] });
    [3, 17].forEach((index) => some.failing.add(index));
    const progress = await run('some-fail', some);
    expect(progress).toMatchObject({ state: 'done', counts: { done: 18, failed: 2 } });
    expect(some.choices[0]?.failures.map(({ index, code }) => [index, code])).toEqual([
      [3, 'OVERFLOW'],
      [17, 'OVERFLOW'],
    ]);
    const all = new FakeSweep({ plan: [3] });
    [0, 1, 2].forEach((index) => all.failing.add(index));
    const failure = await failureOf(run('all-fail', all));
    expect(failure.type).toBe('RUN_FAILED');
    expect(failure.message).toBe('all 3 points failed; first: point 0: OVERFLOW point 0 is infinite');
    expect(failure.details?.[0]).toMatchObject({ failures: [{ index: 0 }, { index: 1 }, { index: 2 }] });
    expect(all.choices).toEqual([]);
    const reasons = [0, 1, 2].map((index) => ({ point: { index }, code: 'OVERFLOW' }));
    expect(all.ends).toMatchObject([{ state: 'failed', failures: 3, reasons }]);
  });

  it('makes a lost input of the points again, and fails with what no slice can be run for', async () => {
    const activities = new FakeSweep({ plan: [40] }, { nodes: REFERENCES });
    let isLost = true;
    activities.before = () => {
      if (isLost) {
        isLost = false;
        throw failureWith('INPUT_LOST', { nodes: 'gram' });
      }
    };
    expect(await run('lost-for-points', activities)).toMatchObject({ counts: { total: 40, done: 40 } });
    expect(activities.calls.get('gram')).toBe(2);
    activities.before = () => {
      throw failureWith('SOURCE_CHANGED');
    };
    expect((await failureOf(run('changed', activities))).type).toBe('SOURCE_CHANGED');
  });

  it('makes a reference again that is lost when a batch is opened or points are chosen', async () => {
    const activities = new FakeSweep({ plan: [3, 2] }, { nodes: REFERENCES });
    const lost = new Set(['openBatch 1', 'choosePoints']);
    const missing = (what: string): void => {
      if (lost.delete(what)) {
        throw failureWith('INPUT_LOST', { nodes: 'evaluate-expert' });
      }
    };
    const { openBatch, choosePoints } = activities;
    activities.openBatch = async (call) => {
      missing(`openBatch ${String(call.batch)}`);
      return openBatch(call);
    };
    activities.choosePoints = async (call) => {
      missing('choosePoints');
      return choosePoints(call);
    };
    expect(await run('lost-for-choice', activities)).toMatchObject({ counts: { total: 5, done: 5, failed: 0 } });
    expect(activities.calls.get('evaluate-expert')).toBe(3);
    expect(activities.batches).toEqual([0, 1, 2]);
    expect(activities.choices).toHaveLength(1);
  });

  it('starts nothing while it is paused, answers meanwhile, and goes on with as many lanes as were asked for', async () => {
    const activities = new FakeSweep({ plan: [100] });
    activities.perSlice = 1;
    const [some, rest] = [new Gate(), new Gate()];
    activities.before = () => (activities.evaluated.length < 20 ? undefined : some.opened);
    const progress = await run('paused', activities, async (handle) => {
      await until(() => activities.evaluated.length >= 20);
      const paused = await handle.executeUpdate(pauseUpdate);
      expect(paused.state).toBe('paused');
      expect(paused.running.length).toBeGreaterThan(0);
      some.open();
      await until(async () => (await handle.query(sweepProgressQuery)).running.length === 0);
      const begun = activities.slices.length;
      expect(await handle.executeUpdate(setConcurrencyUpdate, { args: [9] })).toMatchObject({
        state: 'paused',
        concurrency: 9,
      });
      expect(activities.slices).toHaveLength(begun);
      for (const lanes of [0, 257, 1.5]) {
        const refused = await failureOf(handle.executeUpdate(setConcurrencyUpdate, { args: [lanes] }));
        expect(refused.type).toBe('USAGE');
      }
      activities.mostSlices = 0;
      activities.before = () => (activities.mostSlices < 9 ? rest.opened : undefined);
      await handle.executeUpdate(resumeUpdate);
      await until(() => activities.mostSlices === 9);
      rest.open();
    });
    expect(progress.counts).toEqual({ total: 100, done: 100, reused: 0, failed: 0 });
    expect(activities.mostSlices).toBe(9);
  });

  it('does not choose while it is paused, though all points are done', async () => {
    const activities = new FakeSweep({ plan: [4] }); // one point for each lane: none is left to be held back
    const gate = new Gate();
    activities.before = () => gate.opened;
    await run('paused-at-the-end', activities, async (handle) => {
      await until(() => activities.slices.length === 4);
      await handle.executeUpdate(pauseUpdate);
      gate.open();
      await until(() => activities.batches.length === 2);
      expect(await handle.query(sweepProgressQuery)).toMatchObject({ state: 'paused', counts: { done: 4 } });
      expect(activities.choices).toEqual([]);
      await handle.executeUpdate(resumeUpdate);
    });
    expect(activities.choices).toHaveLength(1);
  });

  it('is extended while it runs: begins again with the other plan, and finds what is evaluated', async () => {
    const activities = new FakeSweep({ plan: [40], larger: [40, 60] });
    const gate = new Gate();
    activities.before = () => (activities.evaluated.length < 20 ? undefined : gate.opened);
    const planDigest = planRef('digest of larger').digest;
    const request = { plan: planRef('larger'), planDigest, replaces: planRef('plan').digest };
    const progress = await run('extended', activities, async (handle) => {
      await until(() => activities.evaluated.length >= 20);
      await handle.executeUpdate(extendUpdate, { args: [request] });
      expect((await handle.describe()).memo).toMatchObject({ plan: planRef('larger'), planDigest });
      // the same once more is no news; one that was compared with a plan of before is refused
      await handle.executeUpdate(extendUpdate, { args: [request] });
      const late = { ...request, plan: planRef('another') };
      expect((await failureOf(handle.executeUpdate(extendUpdate, { args: [late] }))).type).toBe('RUN_CONFLICT');
      gate.open();
    });
    expect(progress.counts).toMatchObject({ total: 100, done: 100, failed: 0 });
    expect(progress.counts.reused).toBeGreaterThanOrEqual(20);
    expect([...activities.evaluated].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(activities.batches).toEqual([0, 0, 1, 2]);
    expect(activities.choices.map(({ plan }) => plan)).toEqual([planRef('larger')]);
  });

  it('tries failed points again when it is asked to, and nothing that was evaluated', async () => {
    const activities = new FakeSweep({ plan: [30] });
    activities.failing.add(5);
    const gate = new Gate();
    activities.before = ({ to }) => (to < 20 ? undefined : gate.opened);
    const progress = await run('retried-points', activities, async (handle) => {
      await until(async () => (await handle.query(sweepProgressQuery)).counts.failed === 1);
      activities.failing.clear();
      await handle.executeUpdate(retryFailedUpdate);
      gate.open();
    });
    expect(progress).toMatchObject({ state: 'done', counts: { total: 30, done: 30, failed: 0 }, failures: [] });
    expect([...activities.evaluated].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });

  it('goes on from the state that the execution before left: paused, with its lanes and what was pending', async () => {
    const name = 'second-execution';
    const activities = new FakeSweep({ plan: [40, 10] }, { nodes: REFERENCES });
    const input = sweepInput(name);
    const state: SweepState = {
      plan: input.plan,
      startedAt: '2026-01-01T00:00:00.000Z',
      batch: 0,
      pending: [
        [3, 5],
        [30, 40],
      ],
      counts: { total: 40, done: 27, reused: 1, failed: 1 },
      expected: 50,
      failures: [{ index: 2, values: [], code: 'OVERFLOW', message: 'point 2 is infinite' }],
      best: { ...pointOf(0), value: 2, sortedBy: [0, -2] },
      concurrency: 2,
      paused: true,
    };
    await withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
      const handle = await startSweep(client, { ...input, state });
      await until(async () => (await handle.query(sweepProgressQuery)).state === 'paused');
      const { counts, expected, failures, best, concurrency } = await handle.query(sweepProgressQuery);
      expect({ counts, expected, failures, best, concurrency }).toMatchObject({
        counts: state.counts,
        expected: 50,
        failures: state.failures,
        best: state.best,
        concurrency: 2,
      });
      expect(activities.slices).toEqual([]);
      await handle.executeUpdate(resumeUpdate);
      await handle.result();
      const end = await handle.query(sweepProgressQuery);
      expect(end.counts).toEqual({ total: 50, done: 49, reused: 1, failed: 1 });
      expect(end.best).toEqual(state.best);
      expect([...activities.evaluated].sort((a, b) => a - b)).toEqual([
        3,
        4,
        ...Array.from({ length: 20 }, (_, i) => 30 + i),
      ]);
      expect(activities.mostSlices).toBeLessThanOrEqual(2);
      expect(activities.choices[0]?.failures).toEqual(state.failures);
    });
  });

  it('stops when it is cancelled, and chooses nothing', async () => {
    const activities = new FakeSweep({ plan: [50] }, { nodes: REFERENCES });
    const untilCancelled = activities.untilCancelled('slice');
    activities.before = async () => {
      await untilCancelled(1);
    };
    await cancelled('cancelled-running', activities, async (handle) => {
      await until(() => activities.slices.length === 4);
      expect(await handle.query(progressQuery)).toMatchObject({ state: 'running', failures: [] });
    });
    expect(activities.cancelled).toHaveLength(4);
  });

  it('stops when it is cancelled while it is paused', async () => {
    const activities = new FakeSweep({ plan: [50] });
    const gate = new Gate();
    activities.before = () => gate.opened;
    await cancelled('cancelled-paused', activities, async (handle) => {
      await until(() => activities.slices.length === 4);
      await handle.executeUpdate(pauseUpdate);
      gate.open();
      await until(async () => (await handle.query(sweepProgressQuery)).running.length === 0);
    });
    expect(activities.slices).toHaveLength(4);
  });

  /** Runs a sweep that is cancelled after something has happened. */
  async function cancelled(
    name: string,
    activities: FakeSweep,
    before: (handle: WorkflowHandle) => Promise<void>,
  ): Promise<void> {
    const error: unknown = await run(name, activities, async (handle) => {
      await before(handle);
      await handle.cancel();
      await handle.result().catch(() => undefined); // looked at below
      expect(await handle.query(sweepProgressQuery)).toMatchObject({ state: 'cancelled' });
    }).catch((reason: unknown) => reason);
    expect(error instanceof WorkflowFailedError ? error.cause : error).toBeInstanceOf(CancelledFailure);
    expect(activities.choices).toEqual([]);
  }
});

describe('a sweep of 2,000 points', () => {
  const POINTS = { plan: [1200, 800] };

  it(
    'comes to the same when workers are killed again and again, and evaluates no point twice',
    { timeout: 180_000 },
    async () => {
      const undisturbed = new FakeSweep(POINTS);
      [77, 1300].forEach((index) => undisturbed.failing.add(index));
      const expected = resultOf(await run('undisturbed', undisturbed));

      const name = 'disturbed';
      const activities = new FakeSweep(POINTS);
      [77, 1300].forEach((index) => activities.failing.add(index));
      activities.perSlice = 5;
      activities.after = (index, attempt) => {
        if (attempt === 1 && index % 199 === 0) {
          throw failureWith('INFERENCE_CRASHED'); // after the point was stored, as a kill might come
        }
      };
      await withActivities({ connection, queues: queuesOf(name), activities }, async () => {
        const queue = queuesOf(name).control;
        const newWorker = () => startWorkflowWorker({ address: server.address, queue, bundleFile: server.bundleFile });
        const input = sweepInput(name, 8);
        const handle = await startSweep(client, input, { workflowTaskTimeout: '3s', memo: { storeId: 'kept' } });
        const latest = client.workflow.getHandle(name, undefined, { firstExecutionRunId: handle.firstExecutionRunId });
        const workers: WorkflowWorker[] = [];
        const over = new AbortController();
        const asking = (async () => {
          while (!over.signal.aborted) {
            await client
              .withDeadline(Date.now() + 1_000, () => latest.query(sweepProgressQuery))
              .catch(() => undefined); // nobody there, or not any more
            await delay(20);
          }
        })();
        try {
          for (const evaluated of [50, 700, 1400]) {
            const worker = await newWorker();
            workers.push(worker);
            await until(() => activities.evaluated.length >= evaluated);
            await worker.kill();
          }
          workers.push(await newWorker());
          await handle.result();
          over.abort();
          await asking; // or the last question waits behind all of these, and longer than the server lets it
          expect(resultOf(await answerOf(latest))).toEqual(expected);
          expect((await latest.describe()).memo).toEqual({ storeId: 'kept' });
        } finally {
          over.abort();
          await asking;
          await Promise.all(workers.map((worker) => worker.kill()));
        }
        expect([...activities.evaluated].sort((a, b) => a - b)).toEqual(
          [...undisturbed.evaluated].sort((a, b) => a - b),
        );
        expect(activities.evaluated).toHaveLength(1998);
        expect(activities.choices).toEqual([{ ...undisturbed.choices[0], name, runId: handle.firstExecutionRunId }]);
        const executions = await replayAll(name, handle.firstExecutionRunId);
        expect(executions.length).toBeGreaterThan(1);
        expect(Math.max(...executions.map(({ events }) => events))).toBeLessThan(3_000);
        expect(executions.map(({ failures }) => failures)).toEqual(executions.map(() => 0));
      });
    },
  );
});

async function startInfo(name: string): Promise<{ readonly firstExecutionRunId: string }> {
  const { raw } = await client.workflow.getHandle(name).describe();
  return { firstExecutionRunId: raw.workflowExecutionInfo?.firstRunId ?? '' };
}
