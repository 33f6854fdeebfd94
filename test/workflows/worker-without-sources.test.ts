/** A worker whose machine lacks the files of a run leaves the work to a worker that has them. */
import { cp, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSourceAccess } from '../../activities/source-access.js';
import { followRun } from '../../app/follow/follow-run.js';
import { submitPlan } from '../../app/submit/submit-plan.js';
import { startWorker, type RunningWorker } from '../../worker.js';
import { Bench, demo, specText } from '../activities/bench.js';
import { queuesOf } from '../support/recipe-workers.js';
import { openWorkflowServer, type WorkflowServer } from '../support/workflow-server.js';

const OUTPUT = 'steps: { one: "expert ⊖ Ext(truth⁻)" }\noutput: { one: out/one }';

describe('of two workers', { timeout: 120_000 }, () => {
  let server: WorkflowServer;
  beforeAll(async () => {
    server = await openWorkflowServer();
  });
  afterAll(() => server.close());

  it('the one without the adapter says so with its host, and the other finishes the run', async () => {
    const bench = await Bench.create();
    const [here, away] = [join(bench.folder, 'expert'), join(bench.folder, 'moved')];
    await cp(demo('adapters/expert'), here, { recursive: true });
    const plan = await bench.plan(specText(OUTPUT, here));
    const queues = queuesOf('without-sources');
    const said: string[] = [];
    // a worker on another machine has a connection of its own
    const second = await NativeConnection.connect({ address: server.address });
    const start = (
      connection: NativeConnection,
      roles: readonly ('control' | 'merge')[],
      folder?: string,
    ): Promise<RunningWorker> => {
      const sources = createSourceAccess({ isOneOfMany: true });
      return startWorker({
        connection,
        namespace: 'default',
        queues,
        roles,
        context: {
          ...bench.context,
          // another machine, on which the folder is elsewhere
          sources: {
            ...sources,
            adapter: (ref) =>
              sources.adapter(ref.uri.endsWith('/expert') && folder ? { ...ref, uri: `file://${folder}` } : ref),
          },
          warn: (line) => said.push(line),
        },
      });
    };
    await rename(here, away);
    const lacking = await start(server.connection, ['control', 'merge']);
    const troubles: string[] = [];
    const { runId } = await submitPlan({
      client: server.client,
      store: bench.store,
      plan,
      queues,
      buildId: 'build',
      searchAttributes: server.searchAttributes,
    });
    const following = followRun({
      client: server.client,
      workflowId: plan.name,
      runId,
      plan,
      onProgress: (progress) =>
        troubles.push(...(progress.troubles ?? []).map(({ code, message }) => `${code} ${message}`)),
    });
    await expect.poll(() => said.length, { timeout: 30_000 }).toBeGreaterThan(0);
    const having = await start(second, ['merge'], away);
    const end = await following;
    await Promise.all([lacking.shutdown(), having.shutdown()]);
    await second.close();
    expect(end).toMatchObject({ how: 'finished', outcome: { total: plan.nodes.length } });
    expect(said[0]).toBe(
      `the worker on this host lacks the adapter of a run [host=${hostname()}, uri=${here}]: no such file or folder [path=${here}]`,
    );
    expect(troubles.join('\n')).toContain(
      `SOURCE_MISSING the worker on this host lacks the adapter of a run [host=${hostname()}`,
    );
  });
});
