import type { Info } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it, vi } from 'vitest';
import { createActivities } from '../../activities/index.js';
import { OminusError } from '../../core/errors.js';
import type { NodeCursor, SweepActivities } from '../../core/plan/run-types.js';
import type { NodeId } from '../../core/plan/node.js';
import type { Plan } from '../../core/plan/types.js';
import type { RunReport } from '../../report/types.js';
import { jsonArtifact, readJsonArtifact } from '../../io/store/json-artifact.js';
import { toRunRecord } from '../../io/store/run-record.js';
import { Bench, specText, STUDY } from './bench.js';
import { sweepText } from './sweep-bench.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

const RESPOND = 'respond:expert:gsm' as NodeId;
/** The run that the mock environment says the activity belongs to. */
const RUN_ID = '00000000-0000-0000-0000-000000000000';

interface Setting {
  readonly bench: Bench;
  readonly plan: Plan;
  readonly ref: ArtifactRef;
  readonly activities: SweepActivities;
}

async function setting(): Promise<Setting> {
  const bench = await Bench.create();
  const plan = await bench.plan(specText(STUDY));
  return {
    bench,
    plan,
    ref: await jsonArtifact(bench.store, plan),
    activities: createActivities(bench.context),
  };
}

function environment(info: Partial<Info> = {}): MockActivityEnvironment {
  const silent = (): void => undefined;
  const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
  return new MockActivityEnvironment(info, { logger });
}

/** Runs an activity as a worker would. */
function inActivity<I, O>(work: (input: I) => Promise<O>, input: I, env = environment()): Promise<O> {
  return env.run<[I], O, typeof work>(work, input);
}

describe('createActivities', () => {
  it('notes the end of a run in its record, with the node in words and the machine', async () => {
    const { bench, ref, activities, plan } = await setting();
    const { name } = plan;
    const failure = { node: RESPOND, code: 'MODEL_INVALID', message: 'no weights', hint: 'Copy them.', host: 'far' };
    const input = { name, plan: ref, runId: RUN_ID, state: 'failed', reasons: [failure], failures: 3 } as const;
    await inActivity(activities.endRun, input);
    expect(toRunRecord(await bench.store.getRun(name, RUN_ID))).toMatchObject({
      state: 'running', // as versions read it that know of no end
      end: {
        ...{ state: 'failed', failures: 3 },
        reasons: [{ what: 'answers of expert (gsm)', code: 'MODEL_INVALID', message: 'no weights', host: 'far' }],
      },
    });
    await inActivity(activities.openPlan, { name, plan: ref, runId: RUN_ID });
    expect(toRunRecord(await bench.store.getRun(name, RUN_ID))?.end).toBeUndefined();
  });

  it('sends a cursor with heartbeats, every second and at once', async () => {
    const { bench, ref, activities } = await setting();
    const beats: (NodeCursor | undefined)[] = [];
    const env = environment();
    env.on('heartbeat', (cursor: NodeCursor | undefined) => beats.push(cursor));
    // a slow second batch: the clock moves by hand, the rest of the world as ever
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      bench.engine.onBatch = (count) => {
        if (count > 1) {
          vi.advanceTimersByTime(1000);
        }
      };
      await inActivity(activities.runNode, { plan: ref, id: RESPOND }, env);
      vi.advanceTimersByTime(5000);
    } finally {
      vi.useRealTimers();
    }
    expect(beats).toEqual([undefined, { id: RESPOND, done: 32, total: 80 }, { id: RESPOND, done: 64, total: 80 }]);
  });

  it('opens, evaluates and chooses the points of a sweep, all under the id of its first execution', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(sweepText());
    const ref = await jsonArtifact(bench.store, plan);
    await bench.runAll(plan);
    const activities = createActivities(bench.context);
    const run = { name: plan.name, runId: 'first-execution', plan: ref };
    await inActivity(activities.openPlan, run);
    expect(await inActivity(activities.openBatch, { ...run, batch: 0 })).toEqual({ points: 6, expected: 6 });
    expect((await bench.store.listRuns()).map(({ runId }) => runId)).toEqual(['first-execution']);
    const slice = { plan: ref, batch: 0, from: 4, to: 6, budgetMs: Infinity };
    expect(await inActivity(activities.runPoints, slice)).toMatchObject({ next: 6, done: 2 });
    const chosen = await inActivity(activities.choosePoints, { ...run, batches: 1, failures: [] });
    expect(chosen.nodes.map(({ kind }) => kind)).toContain('compare');
  });

  it('ends as cancelled when its run is cancelled or its worker shut down, so that neither counts as the node failing', async () => {
    for (const reason of ['CANCELLED', 'WORKER_SHUTDOWN'] as const) {
      const { bench, ref, activities } = await setting();
      const env = environment();
      bench.engine.onBatch = () => {
        env.cancel(reason);
      };
      const error: unknown = await inActivity(activities.runNode, { plan: ref, id: RESPOND }, env).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(CancelledFailure);
      expect(bench.engine.batches).toHaveLength(1);
    }
  });

  it('turns our errors into failures of their code, retried or not as the table says', async () => {
    const { bench, plan, ref, activities } = await setting();
    const failure = (id: string): Promise<unknown> =>
      inActivity(activities.runNode, { plan: ref, id: id as NodeId }).catch((thrown: unknown) => thrown);
    const combine = plan.nodes.find(({ kind }) => kind === 'combine')?.id ?? '';
    const lost = await failure(combine);
    expect(lost).toBeInstanceOf(ApplicationFailure);
    expect(lost).toMatchObject({ type: 'INPUT_LOST', nonRetryable: true, details: [{ nodes: 'gram' }] });
    bench.engine.diesAfter = 0;
    expect(await failure(RESPOND)).toMatchObject({ type: 'INFERENCE_CRASHED', nonRetryable: false });
    expect(await failure('nothing')).toMatchObject({ type: 'INTERNAL', nonRetryable: true });
  });

  it('waits for an unreachable store, and retries unexpected errors twenty times', async () => {
    const { bench, ref, activities } = await setting();
    let beat: unknown;
    const attempt = (error: Error): Promise<unknown> => {
      bench.engine.onBatch = () => {
        throw error;
      };
      const env = environment({ heartbeatDetails: beat });
      env.on('heartbeat', (details: unknown) => (beat = details));
      return inActivity(activities.runNode, { plan: ref, id: RESPOND }, env).catch((thrown: unknown) => thrown);
    };
    beat = { setbacks: { ends: { STORE_UNREACHABLE: 5000, unknown: 18 } } };
    const away = new OminusError('STORE_UNREACHABLE', { message: 'no answer' });
    expect(await attempt(away)).toMatchObject({ type: 'STORE_UNREACHABLE', nonRetryable: false });
    expect(await attempt(new TypeError('unforeseen'))).toMatchObject({ nonRetryable: false });
    expect(beat).toMatchObject({ setbacks: { ends: { STORE_UNREACHABLE: 5001, unknown: 19 } } });
    expect(await attempt(new TypeError('unforeseen'))).toMatchObject({ type: 'TypeError', nonRetryable: true });
  });

  it('gives up work whose attempts end without a word a hundred times, not counting those that said why', async () => {
    const { ref, activities } = await setting();
    const heartbeatDetails = { setbacks: { ends: { STORE_UNREACHABLE: 5000 } } };
    const attempt = (number: number): Promise<unknown> =>
      inActivity(
        activities.runNode,
        { plan: ref, id: RESPOND },
        environment({ heartbeatDetails, attempt: number }),
      ).catch((thrown: unknown) => thrown);
    expect(await attempt(5100)).toMatchObject({ reused: false });
    expect(await attempt(5101)).toMatchObject({ type: 'INTERNAL', nonRetryable: true });
  });

  it('tries what runs out of memory five times, whatever else ended attempts in between', async () => {
    const { bench, ref, activities } = await setting();
    const codes = ['OUT_OF_MEMORY', 'OUT_OF_MEMORY', 'INFERENCE_CRASHED', 'OUT_OF_MEMORY', 'OUT_OF_MEMORY'] as const;
    const ends: unknown[] = [];
    let beat: unknown;
    for (const code of [...codes, 'OUT_OF_MEMORY'] as const) {
      bench.engine.onBatch = () => {
        throw new OminusError(code, { message: 'as told' }); // of halved batches too
      };
      const env = environment({ heartbeatDetails: beat });
      env.on('heartbeat', (details: unknown) => (beat = details));
      const failed = inActivity(activities.runNode, { plan: ref, id: RESPOND }, env);
      ends.push(await failed.catch((thrown: unknown) => thrown));
    }
    expect(ends).toMatchObject([...codes.map((type) => ({ type, nonRetryable: false })), { nonRetryable: true }]);
    expect(beat).toEqual({ setbacks: { ends: { OUT_OF_MEMORY: 5, INFERENCE_CRASHED: 1 } } });
  });

  it('tells the next attempt at a slice over which points the inference process ended', async () => {
    const bench = await Bench.create();
    const plan = await bench.plan(sweepText());
    const ref = await jsonArtifact(bench.store, plan);
    await bench.runAll(plan);
    const { runPoints } = createActivities(bench.context);
    const slice = { plan: ref, batch: 0, from: 0, to: 6, budgetMs: Infinity };
    const { engine } = bench;
    const asked = engine.batches.length;
    engine.onBatch = (count) => {
      // the second point crashes once; the fourth cannot reach its store
      if (count === asked + 3 || count === asked + 9) {
        const code = count === asked + 3 ? 'INFERENCE_CRASHED' : 'STORE_UNREACHABLE';
        throw new OminusError(code, { message: 'as told' });
      }
    };
    const beats: unknown[] = [];
    const env = environment();
    env.on('heartbeat', (details: unknown) => beats.push(details));
    await expect(inActivity(runPoints, slice, env)).rejects.toMatchObject({ type: 'STORE_UNREACHABLE' });
    expect(beats.at(-1)).toMatchObject({ id: 'points', setbacks: { crashes: { 1: 1 } } });
    const again = environment({ heartbeatDetails: beats.at(-1) });
    again.on('heartbeat', (details: unknown) => beats.push(details));
    expect(await inActivity(runPoints, slice, again)).toMatchObject({ done: 6, failures: [] });
    expect(beats.at(-1)).toMatchObject({ setbacks: { crashes: { 1: 1 } } });
  });

  it('registers a run before its first node and closes it with the report', async () => {
    const { bench, plan, ref, activities } = await setting();
    const outline = await inActivity(activities.openPlan, { name: plan.name, plan: ref });
    expect(outline.nodes).toEqual(plan.nodes.map(({ id, kind, dependsOn }) => ({ id, kind, dependsOn })));
    const opened = toRunRecord(await bench.store.getRun(plan.name, RUN_ID));
    expect(opened).toMatchObject({ state: 'running', plan: ref, planDigest: plan.digest });
    expect(opened?.nodes).toEqual(plan.nodes.map(({ key }) => key));
    await bench.runAll(plan);
    const startedAt = '2026-01-01T00:00:00.000Z';
    const input = { name: plan.name, plan: ref, reused: ['gram' as NodeId], startedAt };
    const { report } = await inActivity(activities.finishRun, input);
    expect(toRunRecord(await bench.store.getRun(plan.name, RUN_ID))).toMatchObject({ state: 'finished', report });
    const read = await readJsonArtifact<RunReport>(bench.store, report);
    expect(read.steps.map(({ name }) => name)).toEqual(['expert', 'one', 'two']);
  });

  it('says in the report activity too which artifact was lost', async () => {
    const { bench, plan, ref, activities } = await setting();
    await bench.runAll(plan);
    const id = 'evaluate:one:gsm';
    const node = plan.nodes.find((candidate) => candidate.id === id);
    await bench.store.forgetNode(node?.key ?? plan.digest);
    const finished = inActivity(activities.finishRun, { name: plan.name, plan: ref, reused: [], startedAt: '' });
    await expect(finished).rejects.toMatchObject({ type: 'INPUT_LOST', details: [{ nodes: id }] });
  });
});
