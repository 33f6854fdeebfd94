/** Runs whose workflow worker is killed again and again, while somebody asks for their progress. */
import { setTimeout as delay } from 'node:timers/promises';
import { isGrpcServiceError, ServiceError, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { progressQuery } from '../../workflows/messages.js';
import { FakeActivities, outlineNode } from '../support/fake-activities.js';
import { Gate } from '../support/gate.js';
import { queuesOf, runInput, startRun, withActivities } from '../support/recipe-workers.js';
import { serverOfFile } from '../support/workflow-server.js';
import { startWorkflowWorker, type WorkflowWorker } from '../support/workflow-worker.js';

/** How long a task waits for the worker that had the workflow last, in the tests that need it to wait. */
const STICKY_MS = 3_000;
/** How often a scenario is tried that a slow machine may be too late for; each time waits twice as long. */
const ATTEMPTS = 4;

const server = await serverOfFile();
const { client, connection, bundle } = server;

function startWorker(name: string, stickyTimeout?: string): Promise<WorkflowWorker> {
  const queue = queuesOf(name).control;
  const options = { address: server.address, queue, bundleFile: server.bundleFile };
  return startWorkflowWorker(stickyTimeout === undefined ? options : { ...options, stickyTimeout });
}

/** Ids under which nodes were started, and why workflow tasks failed; the history must go the same way once more. */
async function examine(handle: WorkflowHandle): Promise<{ readonly started: string[]; readonly failures: unknown[] }> {
  const history = await handle.fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: bundle }, history, handle.workflowId);
  const events = history.events ?? [];
  return {
    started: events.flatMap(({ activityTaskScheduledEventAttributes: activity }) =>
      activity?.activityType?.name === 'runNode' ? [activity.activityId ?? ''] : [],
    ),
    failures: events.flatMap(({ workflowTaskFailedEventAttributes: task }) => (task?.failure ? [task.failure] : [])),
  };
}

/**
 * Brings a run to where a query goes ahead of its workflow task. `a` and `b` run; the worker that has the workflow in
 * memory is dead; `a` has ended, and the task with its end waits for the dead worker; another worker has answered a query,
 * from a history that ends with the end of `a`. As soon as the task has waited in vain that worker gets it, with
 * whatever has happened since.
 *
 * @param act - tells whether what it does came before that
 */
async function queryAheadOfTask(
  name: string,
  act: (run: { readonly handle: WorkflowHandle; readonly b: Gate }) => Promise<boolean>,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await tryQueryAhead(`${name}-${String(attempt)}`, 2 ** (attempt - 1) * STICKY_MS, act)) {
      return;
    }
  }
  throw new Error('the machine is too slow for this scenario');
}

async function tryQueryAhead(
  name: string,
  stickyMs: number,
  act: Parameters<typeof queryAheadOfTask>[1],
): Promise<boolean> {
  const [a, b] = [new Gate(), new Gate()];
  const behaviourOf = (gate: Gate) => () => gate.opened.then(() => ({ reused: false }));
  // in the plan `after-b` stands before `after-a`: whoever looked at both ends first would start it first
  const nodes = [outlineNode('a'), outlineNode('b'), outlineNode('after-b', ['b']), outlineNode('after-a', ['a'])];
  const activities = new FakeActivities(nodes, { a: behaviourOf(a), b: behaviourOf(b) });
  const workers: WorkflowWorker[] = [];
  return withActivities({ connection, queues: queuesOf(name), activities }, async () => {
    try {
      const first = await startWorker(name, `${String(stickyMs)}ms`);
      workers.push(first);
      const handle = await startRun(client, runInput(name, 2));
      await expect.poll(() => activities.calls.size, { timeout: 30_000 }).toBe(2);
      workers.push(await startWorker(name));
      await first.kill();
      // waits for the dead worker as well, then asks the other one
      const answer = handle.query(progressQuery).catch(notAnswered);
      await delay(stickyMs / 2);
      a.open();
      const told = (await answer)?.nodes ?? [];
      const hasEnded = told.some(([id, state]) => id === 'a' && state === 'done');
      if (!hasEnded || activities.calls.has('after-a')) {
        return false; // it was asked too early, or had its task already
      }
      expect(told).toEqual([
        ['a', 'done'],
        ['b', 'running'],
        ['after-b', 'waiting'],
        ['after-a', 'running'],
      ]);
      return await act({ handle, b });
    } finally {
      [a, b].forEach((gate) => {
        gate.open();
      });
      await Promise.all(workers.map((worker) => worker.kill()));
    }
  });
}

/** Of a query for which the other worker did not come forward in time. */
function notAnswered(error: unknown): undefined {
  if (!isGrpcServiceError(error instanceof ServiceError ? error.cause : error)) {
    throw error;
  }
}

describe('a run whose worker is killed', { timeout: 300_000 }, () => {
  it('replays when a query has shown a worker one of two ends before its time', async () => {
    await queryAheadOfTask('query-ahead', async ({ handle, b }) => {
      b.open();
      await handle.result();
      const { started, failures } = await examine(handle);
      expect(started).toEqual(['a', 'b', 'after-a', 'after-b']);
      expect(failures).toEqual([]);
      return true;
    });
  });

  it('replays when it is cancelled after a query has shown a worker an end before its time', async () => {
    await queryAheadOfTask('cancel-ahead', async ({ handle, b }) => {
      await handle.cancel();
      b.open();
      const error: unknown = await handle.result().catch((reason: unknown) => reason);
      expect(error instanceof WorkflowFailedError ? error.cause : error).toBeInstanceOf(CancelledFailure);
      const { started, failures } = await examine(handle);
      expect(failures).toEqual([]);
      // else the worker had its task before it was cancelled, and rightly went on
      const isInTime = !started.includes('after-a');
      expect(started).toEqual(isInTime ? ['a', 'b'] : ['a', 'b', 'after-a']);
      return isInTime;
    });
  });

  it('goes on again and again, starts every node once, and replays', async () => {
    const nodes = Array.from({ length: 40 }, (_, i) =>
      outlineNode(`n${String(i)}`, i < 4 || i % 3 === 0 ? [] : [`n${String(i - 4)}`, `n${String(i - 3)}`]),
    );
    const briefly = (i: number) => () => delay(20 + ((i * 37) % 90)).then(() => ({ reused: false }));
    const activities = new FakeActivities(nodes, Object.fromEntries(nodes.map(({ id }, i) => [id, briefly(i)])));
    const name = 'killed-often';
    const queues = queuesOf(name);
    await withActivities({ connection, queues, activities }, async () => {
      const names = ['one', 'two'].map((each) => `${name}-${each}`);
      const handles = await Promise.all(
        names.map((each) => startRun(client, { ...runInput(each), queues }, { workflowTaskTimeout: '1s' })),
      );
      let isOver = false;
      const asking = handles.map(async (handle) => {
        while (!isOver) {
          await client.withDeadline(Date.now() + 1_000, () => handle.query(progressQuery)).catch(() => undefined); // nobody there
          await delay(20);
        }
      });
      const results = Promise.all(handles.map((handle) => handle.result()));
      for (const aliveMs of [300, 700, 500, 900, 400]) {
        const worker = await startWorker(name);
        await delay(aliveMs);
        await worker.kill();
      }
      const last = await startWorker(name);
      await results;
      isOver = true;
      await Promise.all(asking);
      await last.kill();
      for (const handle of handles) {
        const { started, failures } = await examine(handle);
        expect(new Set(started).size).toBe(nodes.length);
        expect(started).toHaveLength(nodes.length);
        expect(failures).toEqual([]);
      }
    });
  });
});
