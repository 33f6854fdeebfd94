import { hostname } from 'node:os';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../core/plan/run-types.js';
import type { RunProgress, Trouble } from '../../report/progress.js';
import { followRun } from '../../app/follow/follow-run.js';
import { planOf } from '../support/plan-input.js';
import { progressQuery } from '../../workflows/messages.js';
import { FakeActivities, failureWith, outlineNode } from '../support/fake-activities.js';
import { queuesOf, runInput, startRun, withWorkers } from '../support/recipe-workers.js';
import { serverOfFile } from '../support/workflow-server.js';

const server = await serverOfFile();
const { client, connection, bundle } = server;

/** Any spec: whoever follows a run knows its plan, and the fakes have nodes of their own. */
function planText(name: string): string {
  return `version: 1
kind: recipe
name: ${name}
base: base
adapters: { expert: e, bad⁻: b }
chain: "expert ⊖ bad⁻"
`;
}

/** A run of a made-up plan, to its end. */
function run(name: string, activities: FakeActivities, concurrency?: number): Promise<RunOutcome> {
  return withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
    const handle = await startRun(client, runInput(name, concurrency));
    return handle.result();
  });
}

/** The application failure that a run ended with. */
async function failureOf(result: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WorkflowFailedError);
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) {
    throw new Error(`the run ended with ${String(cause)}`);
  }
  return cause;
}

/** gram → three chains of two → compare. */
const DIAMOND = [
  outlineNode('gram', [], 'gram'),
  ...['a', 'b', 'c'].flatMap((name) => [
    outlineNode(name, ['gram']),
    outlineNode(`respond-${name}`, [name], 'respond'),
    outlineNode(`evaluate-${name}`, [`respond-${name}`], 'evaluate'),
  ]),
  outlineNode('write', ['a'], 'write'),
  outlineNode('compare', ['evaluate-a', 'evaluate-b', 'evaluate-c'], 'compare'),
];

describe('runRecipe', () => {
  it('runs every node once, after its inputs, on the queue that serves its kind', async () => {
    const activities = new FakeActivities(DIAMOND, { b: () => ({ reused: true }) });
    const outcome = await run('diamond', activities, 3);
    expect(outcome).toMatchObject({ total: 12, reused: 1 });
    expect(activities.reports).toEqual([['b']]);
    expect([...activities.calls.values()]).toEqual(DIAMOND.map(() => 1));
    for (const { id, dependsOn } of DIAMOND) {
      const before = activities.finished.slice(0, activities.finished.indexOf(id));
      expect(before).toEqual(expect.arrayContaining([...dependsOn]));
    }
    expect(activities.mostRunning).toBeLessThanOrEqual(3);
    const queues = queuesOf('diamond');
    expect(Object.fromEntries(activities.queues)).toMatchObject({
      gram: queues.merge,
      a: queues.merge,
      write: queues.merge,
      'respond-a': queues.evaluate,
      'evaluate-a': queues.evaluate,
      compare: queues.control,
    });
  });

  it('keeps as many nodes under way as it may, and never more', async () => {
    const activities = new FakeActivities(
      Array.from({ length: 8 }, (_, i) => outlineNode(`n${String(i)}`)),
      Object.fromEntries(
        Array.from({ length: 8 }, (_, i) => [
          `n${String(i)}`,
          // nobody ends before two are there, so that the test does not depend on how fast the machine is
          async () => {
            await until(() => activities.mostRunning >= 2);
            return { reused: false };
          },
        ]),
      ),
    );
    await run('bounded', activities, 2);
    expect(activities.mostRunning).toBe(2);
    expect(activities.finished).toHaveLength(8);
  });

  it('stops only what depends on a failed node, and then fails with the list', async () => {
    const activities = new FakeActivities(DIAMOND, {
      'respond-b': () => {
        throw failureWith('MODEL_INVALID', { hint: 'Look at the model.', title: 'answers of b', host: 'far-away' });
      },
    });
    const failure = await failureOf(run('one-failure', activities));
    expect(failure.type).toBe('RUN_FAILED');
    expect(failure.message).toBe(
      '1 of 12 nodes failed, 2 could not start; first: answers of b on far-away: MODEL_INVALID MODEL_INVALID happened',
    );
    expect(failure.details?.[0]).toEqual({
      hint: 'Look at the model.',
      failures: [{ id: 'respond-b', code: 'MODEL_INVALID' }],
    });
    expect(activities.ends).toMatchObject([
      {
        ...{ name: 'one-failure', state: 'failed', failures: 1 },
        reasons: [
          {
            node: 'respond-b',
            code: 'MODEL_INVALID',
            message: 'MODEL_INVALID happened',
            hint: 'Look at the model.',
            host: 'far-away',
          },
        ],
      },
    ]);
    // a code that is not worth another try is tried once
    expect(activities.calls.get('respond-b')).toBe(1);
    expect(activities.finished).toEqual(expect.arrayContaining(['evaluate-a', 'evaluate-c', 'write']));
    expect(activities.calls.has('evaluate-b')).toBe(false);
    expect(activities.calls.has('compare')).toBe(false);
    expect(activities.reports).toEqual([]);
  });

  it('tries again what may succeed the next time', async () => {
    const activities = new FakeActivities([outlineNode('shaky', [], 'respond'), outlineNode('unknown')], {
      shaky: (attempt) => {
        if (attempt < 3) {
          throw failureWith('INFERENCE_CRASHED');
        }
        return { reused: false };
      },
      unknown: (attempt) => {
        if (attempt < 2) {
          throw new TypeError('something that nobody foresaw');
        }
        return { reused: false };
      },
    });
    await run('retries', activities);
    expect(Object.fromEntries(activities.calls)).toEqual({ shaky: 3, unknown: 2 });
  });

  it('tells who follows it what is tried again, and why', async () => {
    let isSeen = false;
    const troubles: (readonly Trouble[] | undefined)[] = [];
    const activities = new FakeActivities([outlineNode('away', [], 'respond')], {
      away: () => {
        if (!isSeen) {
          throw failureWith('STORE_UNREACHABLE');
        }
        return { reused: false };
      },
    });
    const name = 'troubled';
    const end = await withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
      const { firstExecutionRunId: runId } = await startRun(client, runInput(name));
      const onProgress = (progress: RunProgress): void => {
        troubles.push(progress.troubles);
        isSeen ||= progress.troubles !== undefined;
      };
      return followRun({ client, workflowId: name, runId, plan: planOf(planText(name)), onProgress });
    });
    expect(end.how).toBe('finished');
    expect(troubles.find((seen) => seen !== undefined)).toEqual([
      {
        id: 'away',
        title: 'away',
        host: hostname(),
        attempt: expect.any(Number) as number,
        code: 'STORE_UNREACHABLE',
        message: 'STORE_UNREACHABLE happened',
      },
    ]);
    expect(troubles.at(-1)).toBeUndefined();
  });

  it('gives the next attempt the last heartbeat of the one before, which counts what is not tried for ever', async () => {
    const told: unknown[] = [];
    const activities = new FakeActivities([outlineNode('shaky', [], 'respond')], {
      shaky: (attempt) => {
        const { info } = Context.current();
        told.push(info.heartbeatDetails);
        for (let beat = 1; beat <= 3; beat++) {
          Context.current().heartbeat({ attempt, beat });
        }
        if (attempt < 3) {
          throw failureWith('INFERENCE_CRASHED');
        }
        return { reused: false };
      },
    });
    await run('last-heartbeat', activities);
    expect(told).toEqual([undefined, { attempt: 1, beat: 3 }, { attempt: 2, beat: 3 }]);
  });

  it('makes lost inputs again, and then the nodes that missed them', async () => {
    let lost = true;
    const missing = async (): Promise<{ reused: boolean }> => {
      if (lost) {
        await until(() => (activities.calls.get('left') ?? 0) > 0 && (activities.calls.get('right') ?? 0) > 0);
        throw failureWith('INPUT_LOST', { nodes: 'gram\nother' });
      }
      return { reused: false };
    };
    const activities = new FakeActivities(
      [
        outlineNode('gram', [], 'gram'),
        outlineNode('other'),
        outlineNode('left', ['gram', 'other']),
        outlineNode('right', ['gram', 'other']),
      ],
      {
        gram: (attempt) => {
          lost = attempt === 1;
          return { reused: false };
        },
        left: missing,
        right: missing,
      },
    );
    await run('lost', activities);
    expect(activities.calls.get('gram')).toBeLessThanOrEqual(3);
    expect(activities.calls.get('gram')).toBe(activities.calls.get('other'));
    expect(activities.finished.slice(-2).sort()).toEqual(['left', 'right']);
  });

  it('makes an input of the report again', async () => {
    const activities = new FakeActivities([outlineNode('a')]);
    activities.finish = (attempt) => {
      if (attempt === 1) {
        throw failureWith('INPUT_LOST', { nodes: 'a' });
      }
      return { reused: false };
    };
    await run('lost-at-the-end', activities);
    expect(activities.calls.get('a')).toBe(2);
    expect(activities.reports).toHaveLength(2);
  });

  it('gives up when an input is lost over and over', async () => {
    const activities = new FakeActivities([outlineNode('a'), outlineNode('b', ['a'])], {
      b: () => {
        throw failureWith('INPUT_LOST', { nodes: 'a' });
      },
    });
    const failure = await failureOf(run('always-lost', activities));
    expect(failure.type).toBe('RUN_FAILED');
    expect(failure.details?.[0]).toMatchObject({ failures: [{ id: 'b', code: 'INPUT_LOST' }] });
    expect(activities.calls.get('a')).toBe(21);
  });

  it('cancels what runs, waits for it, starts nothing more, and ends as cancelled', async () => {
    const activities: FakeActivities = new FakeActivities(
      [outlineNode('long', [], 'respond'), outlineNode('longer', [], 'combine'), outlineNode('next', ['long'])],
      { long: () => activities.untilCancelled('long')(1), longer: () => activities.untilCancelled('longer', 1500)(1) },
    );
    const name = 'cancelled';
    await withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
      const handle = await startRun(client, runInput(name));
      await until(() => activities.calls.size === 2);
      expect(await handle.query(progressQuery)).toMatchObject({
        state: 'running',
        nodes: [
          ['long', 'running'],
          ['longer', 'running'],
          ['next', 'waiting'],
        ],
      });
      await handle.cancel();
      const error: unknown = await handle.result().catch((reason: unknown) => reason);
      expect(error instanceof WorkflowFailedError ? error.cause : error).toBeInstanceOf(CancelledFailure);
      expect(activities.cancelled.sort()).toEqual(['long', 'longer']);
      expect((await handle.describe()).status.name).toBe('CANCELLED');
      expect(await handle.query(progressQuery)).toMatchObject({ state: 'cancelled', failures: [] });
    });
    expect(activities.calls.has('next')).toBe(false);
  });

  it('waits when its worker is shut down, and goes on with the next one', async () => {
    const name = 'two-workers';
    const first: FakeActivities = new FakeActivities([outlineNode('a'), outlineNode('b', ['a'], 'respond')], {
      b: () => first.untilCancelled('b')(1),
    });
    const handle = await withWorkers({ connection, bundle, queues: queuesOf(name), activities: first }, async () => {
      const started = await startRun(client, runInput(name));
      await until(() => first.calls.has('b'));
      return started;
    });
    expect(first.cancelled).toEqual(['b']);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    const second = new FakeActivities(first.nodes);
    await withWorkers({ connection, bundle, queues: queuesOf(name), activities: second }, () => handle.result());
    expect([...second.calls]).toEqual([['b', 1]]);
  });

  it('answers how far it is after the end as well, and keeps the history of 300 nodes small', async () => {
    const nodes = Array.from({ length: 300 }, (_, i) =>
      outlineNode(`node-${String(i)}`, i < 10 ? [] : [`node-${String(i - 10)}`]),
    );
    const activities = new FakeActivities(nodes);
    const name = 'large';
    await withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
      const handle = await startRun(client, runInput(name, 8));
      expect(await handle.result()).toMatchObject({ total: 300, reused: 0 });
      const progress = await handle.query(progressQuery);
      expect(progress.state).toBe('done');
      expect(new Set(progress.nodes.map(([, state]) => state))).toEqual(new Set(['done']));
      const { historyLength, historySize } = await handle.describe();
      expect(historyLength).toBeLessThan(3000);
      expect(historySize).toBeLessThan(1_000_000);
    });
  });
});

/** Polls until something holds; the test's own time limit ends a wait in vain. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
