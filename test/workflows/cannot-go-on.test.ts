/** Runs that cannot go on end with one error, or make whoever follows them end. */
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCaches } from '../../activities/context.js';
import { createSourceAccess } from '../../activities/source-access.js';
import { followRun, type FollowEnd } from '../../app/follow/follow-run.js';
import { submitPlan, type SubmitInput } from '../../app/submit/submit-plan.js';
import { digestOf } from '../../core/digest.js';
import type { Plan } from '../../core/plan/types.js';
import { openArtifactStore } from '../../io/store/open.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { startWorker } from '../../worker.js';
import { FakeActivities, outlineNode } from '../support/fake-activities.js';
import { oneStepRecipe, planOf } from '../support/plan-input.js';
import { bundleWorkflows, queuesOf, withWorkers } from '../support/recipe-workers.js';
import { openWorkflowServer, type WorkflowServer } from '../support/workflow-server.js';

const OTHERS = new URL('../support/other-workflows/', import.meta.url);

const planNamed = (name: string): SubmitInput['plan'] => planOf(oneStepRecipe(name));

/** The plan as a build makes it in which combining is another version: the same spec, other keys. */
function afterUpgrade(plan: Plan): Plan {
  const nodes = plan.nodes.map((node) => ({ ...node, key: digestOf(`another version of ${node.key}`) }));
  return { ...plan, nodes, digest: digestOf(`another version of ${plan.digest}`) };
}

describe('a run that cannot go on', { timeout: 180_000 }, () => {
  let server: WorkflowServer;
  let client: Client;
  let connection: NativeConnection;
  let store: ArtifactStore;

  beforeAll(async () => {
    server = await openWorkflowServer();
    ({ client, connection } = server);
    store = await openArtifactStore(join(server.state, 'store'));
  });

  afterAll(async () => {
    await server.close();
  });

  const submission = (name: string, replace = false): SubmitInput => ({
    client,
    store,
    plan: planNamed(name),
    queues: queuesOf(name),
    buildId: 'build',
    searchAttributes: [],
    replace,
  });

  function follow(name: string, runId: string): Promise<FollowEnd> {
    return followRun({ client, workflowId: name, runId, plan: planNamed(name), onProgress: () => undefined });
  }

  it('is ended by our worker when its history goes another way, and followed to that error', async () => {
    const name = 'another-way';
    const { runId } = await submitPlan(submission(name));
    const activities: FakeActivities = new FakeActivities([], { a: () => activities.untilCancelled('a')(1) });
    const bundle = await bundleWorkflows(new URL('another-way.ts', OTHERS));
    await withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
      await expect.poll(() => activities.calls.has('a'), { timeout: 30_000 }).toBe(true);
    });
    await client.workflow.getHandle(name, runId).signal('wake'); // gives its workers a task
    const worker = await startWorker({
      connection,
      namespace: 'default',
      queues: queuesOf(name),
      roles: ['control'],
      context: {
        store,
        device: 'cpu',
        engine: () => {
          throw new Error('nothing is evaluated here');
        },
        sources: createSourceAccess(),
        caches: createCaches(),
      },
    });
    const end = await follow(name, runId);
    await worker.shutdown();
    expect(end).toMatchObject({
      how: 'failed',
      error: {
        code: 'INTERNAL',
        hint: 'Run the same command again: a new run reuses finished results from the store.',
      },
    });
    expect(end.how === 'failed' ? end.error.message : '').toMatch(/TMPRL1100.*runNode/);
  });

  it('is an error for whoever follows it when no worker can load its workflow, and gives way to --new', async () => {
    const name = 'not-there';
    const first = await submitPlan(submission(name));
    const bundle = await bundleWorkflows(new URL('nothing.ts', OTHERS));
    const activities = new FakeActivities([outlineNode('a')]);
    await withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
      await expect(follow(name, first.runId)).rejects.toMatchObject({
        code: 'INTERNAL',
        message: expect.stringMatching(
          /^the run cannot continue \[run=not-there, attempts=\d+\]: .*runRecipe/,
        ) as string,
        hint: expect.stringContaining('ominus run --new') as string,
      });
    });
    expect(await submitPlan(submission(name))).toMatchObject({ how: 'attached', runId: first.runId });
    const second = await submitPlan(submission(name, true));
    expect(second.how).toBe('replaced');
    const before = client.workflow.getHandle(name, first.runId);
    expect((await before.describe()).status.name).toBe('TERMINATED');
    await withWorkers({ connection, bundle: server.bundle, queues: queuesOf(name), activities }, async () => {
      expect(await follow(name, second.runId)).toMatchObject({ how: 'finished', outcome: { total: 1 } });
    });
  });

  it('because its build is gone gives way to the same spec of another build, though versions in the keys differ', async () => {
    const name = 'upgraded';
    const first = await submitPlan(submission(name));
    const plan = afterUpgrade(planNamed(name));
    const conflict = { code: 'RUN_CONFLICT' };
    await expect(submitPlan({ ...submission(name), plan })).rejects.toMatchObject(conflict);
    const changed = { ...plan, specText: `${plan.specText}# changed` };
    await expect(submitPlan({ ...submission(name), plan: changed, buildId: 'new' })).rejects.toMatchObject(conflict);
    const second = await submitPlan({ ...submission(name), plan, buildId: 'new' });
    expect(second).toMatchObject({
      how: 'replaced',
      changes: ['ominus itself is a different build', expect.stringContaining('version')],
    });
    expect((await client.workflow.getHandle(name, first.runId).describe()).status.name).toBe('TERMINATED');
    expect((await submitPlan({ ...submission(name), plan, buildId: 'newer' })).how).toBe('replaced');
  });
});
