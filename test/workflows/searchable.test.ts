/** Runs can be found by their search attributes, on a real server. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submitPlan } from '../../app/submit/submit-plan.js';
import { openArtifactStore } from '../../io/store/open.js';
import { FakeActivities, failureWith, outlineNode } from '../support/fake-activities.js';
import { oneStepRecipe, planOf } from '../support/plan-input.js';
import { queuesOf, withWorkers } from '../support/recipe-workers.js';
import { openWorkflowServer, type WorkflowServer } from '../support/workflow-server.js';

describe('search attributes', () => {
  let server: WorkflowServer;

  beforeAll(async () => {
    server = await openWorkflowServer();
  });

  afterAll(async () => {
    await server.close();
  });

  /** Submits a plan as the command does, and runs it to its end with given activities. */
  async function run(
    name: string,
    activities: FakeActivities,
    searchAttributes = server.searchAttributes,
  ): Promise<string> {
    const plan = planOf(oneStepRecipe(name));
    const store = await openArtifactStore(join(server.state, 'store'));
    const { client, connection, bundle } = server;
    const queues = queuesOf(name);
    await withWorkers({ connection, bundle, queues, activities }, async () => {
      await submitPlan({ client, store, plan, queues, buildId: 'build', searchAttributes, replace: false });
      const result = client.workflow.getHandle(name).result();
      await result.catch(() => undefined); // some are meant to fail
    });
    return plan.digest;
  }

  /** Names of the runs that a query finds, as soon as it finds one. */
  async function find(query: string): Promise<string[]> {
    const found: string[] = [];
    await expect
      .poll(async () => {
        for await (const { workflowId } of server.client.workflow.list({ query })) {
          found.push(workflowId);
        }
        return found.length;
      })
      .toBeGreaterThan(0);
    return found;
  }

  it('find a finished run by spec and state, by kind, by plan and by progress', async () => {
    const nodes = Array.from({ length: 40 }, (_, i) => outlineNode(`n${String(i)}`));
    const plan = await run('found', new FakeActivities(nodes));
    for (const query of [
      'OminusSpec = "found" AND OminusState = "done"',
      'OminusKind = "recipe" AND OminusState = "done"',
      `OminusPlan = "${plan}" AND OminusProgress = 1`,
    ]) {
      expect(await find(query), query).toEqual(['found']);
    }
    const { events } = await server.client.workflow.getHandle('found').fetchHistory();
    const upserts = (events ?? []).filter(({ upsertWorkflowSearchAttributesEventAttributes: upsert }) =>
      Boolean(upsert),
    );
    expect(upserts).toHaveLength(1);
  });

  it('say of a failed run that it failed, and how far it came', async () => {
    const activities = new FakeActivities([outlineNode('a'), outlineNode('b')], {
      b: () => {
        throw failureWith('MODEL_INVALID');
      },
    });
    await run('failing', activities);
    expect(await find('OminusState = "failed" AND OminusProgress > 0.4 AND OminusProgress < 0.6')).toEqual(['failing']);
  });

  it('are left alone where the namespace knows only some or none of them', async () => {
    await run('partly', new FakeActivities([outlineNode('a')]), ['OminusSpec', 'OminusProgress']);
    expect(await find('OminusSpec = "partly" AND OminusProgress = 1 AND OminusState IS NULL')).toEqual(['partly']);
    await run('without', new FakeActivities([outlineNode('a')]), []);
    const { typedSearchAttributes, status } = await server.client.workflow.getHandle('without').describe();
    expect(status.name).toBe('COMPLETED');
    expect(typedSearchAttributes.getAll().filter(({ key }) => key.name.startsWith('Ominus'))).toEqual([]);
  });
});
