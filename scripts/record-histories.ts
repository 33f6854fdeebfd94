/**
 * Records the histories that test/workflows/replay.test.ts replays, from runs on an embedded server of its own:
 *
 *     npx tsx scripts/record-histories.ts [NAME…]
 *
 * Run it again for a history that exists only when a change of the workflow is meant to break runs that are under way: whoever upgrades in the
 * middle of a run relies on these files staying as they are.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { NativeConnection } from '@temporalio/worker';
import { createCaches } from '../activities/context.js';
import { createSourceAccess } from '../activities/source-access.js';
import { planLocally } from '../app/plan-locally.js';
import { submitPlan } from '../app/submit/submit-plan.js';
import { packageRoot } from '../io/files/package-root.js';
import { createInferenceEngine } from '../io/model/engine.js';
import { openArtifactStore } from '../io/store/open.js';
import { openNativeConnection } from '../io/temporal/connection.js';
import { SEARCH_ATTRIBUTE_NAMES } from '../io/temporal/search-attributes.js';
import { taskQueues } from '../io/temporal/task-queues.js';
import { FakeActivities, failureWith, outlineNode } from '../test/support/fake-activities.js';
import { FakeSweep, planRef, startSweep, sweepInput } from '../test/support/fake-sweep.js';
import {
  bundleWorkflows,
  installSilentRuntime,
  queuesOf,
  runInput,
  startRun,
  withWorkers,
} from '../test/support/recipe-workers.js';
import { TestTemporal } from '../test/support/temporal.js';
import { startWorker } from '../worker.js';
import {
  extendUpdate,
  pauseUpdate,
  resumeUpdate,
  retryFailedUpdate,
  setConcurrencyUpdate,
  sweepProgressQuery,
} from '../workflows/messages.js';

const HISTORIES = join(import.meta.dirname, '..', 'test', 'histories');

/** How Temporal names workers and their queues: process and machine. */
const PROCESS_NAME = /^\d+@\S+$/;

/** A merge, two candidates, two benchmarks over few examples, a comparison, an output. */
const RECIPE = `version: 1
kind: recipe
name: real-recipe
base: ${packageRoot().folder}/demo/base
adapters: { expert: "${packageRoot().folder}/demo/adapters/expert", truth⁻: "${packageRoot().folder}/demo/adapters/truth-" }
chain: "expert ⊖ Ext(truth⁻)"
evaluate:
  steps: [expert, chain]
  with:
    - gsm: { data: "${packageRoot().folder}/demo/data/gsm8k/test.jsonl", max_new_tokens: 8, limit: 4 }
    - truthfulqa-mc: { data: "${packageRoot().folder}/demo/data/truthfulqa/mc_task.json", limit: 4 }
compare: { draws: 100 }
output: { chain: out }
`;

/** gram → two candidates, each evaluated → compare. */
const STUDY = [
  outlineNode('gram', [], 'gram'),
  ...['a', 'b'].flatMap((name) => [
    outlineNode(name, ['gram']),
    outlineNode(`respond-${name}`, [name], 'respond'),
    outlineNode(`evaluate-${name}`, [`respond-${name}`], 'evaluate'),
  ]),
  outlineNode('compare', ['evaluate-a', 'evaluate-b'], 'compare'),
];

/** Runs of the workflow alone: every way in which a run may go. */
function fakeRuns(): Readonly<Record<string, FakeActivities>> {
  const fails = (code: string, when: (attempt: number) => boolean) => (attempt: number) => {
    if (when(attempt)) {
      throw failureWith(code, code === 'INPUT_LOST' ? { nodes: 'gram' } : {});
    }
    return { reused: false };
  };
  const cancelled: FakeActivities = new FakeActivities(STUDY, {
    'respond-a': () => cancelled.untilCancelled('respond-a')(1),
  });
  return {
    finished: new FakeActivities(STUDY, { gram: () => ({ reused: true }) }),
    retried: new FakeActivities(STUDY, { 'respond-a': fails('INFERENCE_CRASHED', (attempt) => attempt === 1) }),
    'node-failed': new FakeActivities(STUDY, { 'respond-a': fails('MODEL_INVALID', () => true) }),
    'input-lost': new FakeActivities(STUDY, { a: fails('INPUT_LOST', (attempt) => attempt === 1) }),
    cancelled,
  };
}

async function recordFakeRuns(client: Client, connection: NativeConnection): Promise<void> {
  const bundle = await bundleWorkflows();
  for (const [name, activities] of Object.entries(fakeRuns()).filter(([each]) => isWanted(each))) {
    await withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
      const handle = await startRun(client, {
        ...runInput(name),
      });
      while (name === 'cancelled' && !activities.calls.has('respond-a')) {
        await delay(20);
      }
      if (name === 'cancelled') {
        await handle.cancel();
      }
      await handle.result().catch(() => undefined); // some are meant to fail
    });
    await save(client, name);
  }
}

/** Sweeps: to the end, with a failing point and a lost input; and one that is paused, extended, retried and resumed. */
async function recordSweeps(client: Client, connection: NativeConnection): Promise<void> {
  const bundle = await bundleWorkflows();
  const finished = new FakeSweep({ plan: [30, 20] }, { nodes: STUDY, chosen: STUDY });
  finished.perSlice = 5;
  finished.failing.add(7);
  let isLost = true;
  finished.before = () => {
    if (isLost) {
      isLost = false;
      throw failureWith('INPUT_LOST', { nodes: 'gram' });
    }
  };
  const extended = new FakeSweep({ plan: [30], larger: [40] }, { nodes: STUDY, chosen: STUDY });
  extended.perSlice = 5;
  extended.failing.add(2);
  const requests = async (handle: WorkflowHandle): Promise<void> => {
    while ((await handle.query(sweepProgressQuery)).counts.failed === 0) {
      await delay(20);
    }
    await handle.executeUpdate(pauseUpdate);
    await handle.executeUpdate(setConcurrencyUpdate, { args: [2] });
    const plan = planRef('larger');
    const request = { plan, planDigest: plan.digest, replaces: planRef('plan').digest };
    await handle.executeUpdate(extendUpdate, { args: [request] });
    await handle.executeUpdate(retryFailedUpdate);
    await handle.executeUpdate(resumeUpdate);
  };
  const sweeps = { 'sweep-finished': finished, 'sweep-extended': extended };
  for (const [name, activities] of Object.entries(sweeps).filter(([each]) => isWanted(each))) {
    await withWorkers({ connection, bundle, queues: queuesOf(name), activities }, async () => {
      const handle = await startSweep(client, { ...sweepInput(name), searchAttributes: SEARCH_ATTRIBUTE_NAMES });
      if (activities === extended) {
        await requests(client.workflow.getHandle(name));
      }
      await handle.result();
    });
    await save(client, name);
  }
}

async function recordRealRun(client: Client, connection: NativeConnection, folder: string): Promise<void> {
  const file = join(folder, 'spec.yaml');
  await writeFile(file, RECIPE);
  const plan = await planLocally(file, { device: 'cpu', log: () => undefined, outputRoot: folder });
  const store = await openArtifactStore(join(folder, 'store'));
  const queues = taskQueues('store', 'build', 'cpu');
  const engine = createInferenceEngine({ device: 'cpu' });
  const sources = createSourceAccess();
  const context = { store, device: 'cpu' as const, engine: () => engine, sources, caches: createCaches() };
  const roles = ['control', 'merge', 'evaluate'] as const;
  const worker = await startWorker({ connection, namespace: 'default', queues, roles, context });
  try {
    const { workflowId } = await submitPlan({
      client,
      store,
      plan,
      queues,
      buildId: 'build',
      searchAttributes: SEARCH_ATTRIBUTE_NAMES,
      replace: false,
    });
    await client.workflow.getHandle(workflowId).result();
    await save(client, workflowId);
  } finally {
    await worker.shutdown();
    await engine.close();
    await sources.close();
  }
}

/** Writes a run's history without what would tell on which machine it was recorded. */
async function save(client: Client, name: string): Promise<void> {
  const history = historyToJSON(await client.workflow.getHandle(name).fetchHistory());
  const clean: unknown = JSON.parse(history, (key, value: unknown) => {
    if (key === 'stackTrace') {
      return ''; // paths
    }
    return typeof value === 'string' ? value.replace(PROCESS_NAME, 'worker') : value;
  });
  await writeFile(join(HISTORIES, `${name}.json`), `${JSON.stringify(clean, undefined, 1)}\n`);
}

/** Whether a history was asked for; without names all of them are. */
function isWanted(name: string): boolean {
  const names = process.argv.slice(2);
  return names.length === 0 || names.includes(name);
}

installSilentRuntime();
const folder = await mkdtemp(join(tmpdir(), 'ominus-record-'));
const temporal = await TestTemporal.create();
try {
  await temporal.start();
  const opened = await temporal.open();
  const native = await openNativeConnection({ server: opened.server });
  await recordFakeRuns(opened.client, native.connection);
  await recordSweeps(opened.client, native.connection);
  if (isWanted('real-recipe')) {
    await recordRealRun(opened.client, native.connection, folder);
  }
  await native.close();
  await opened.close();
} finally {
  await temporal.close();
  await rm(folder, { recursive: true, force: true });
}
