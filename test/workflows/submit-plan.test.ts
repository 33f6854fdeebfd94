/** What submitting leaves in the store, on a real server without any worker. */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { submitPlan, type SubmitInput } from '../../app/submit/submit-plan.js';
import { collect, planCollection } from '../../io/store/collection.js';
import { readJsonArtifact } from '../../io/store/json-artifact.js';
import { objectName, runName } from '../../io/store/layout.js';
import { openArtifactStore } from '../../io/store/open.js';
import { toRunRecord } from '../../io/store/run-record.js';
import type { ArtifactStore } from '../../io/store/types.js';
import { withSplitOf } from '../../core/plan/keep-split.js';
import type { Plan } from '../../core/plan/types.js';
import { oneStepRecipe, planOf, sweepPlanOf } from '../support/plan-input.js';
import { queuesOf } from '../support/recipe-workers.js';
import { openWorkflowServer, type WorkflowServer } from '../support/workflow-server.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** Long after everything in the store was written, whatever its clock says. */
const ALL = { olderThanMs: -3_600_000 };

describe('a run that was submitted and that no worker has opened', { timeout: 180_000 }, () => {
  let server: WorkflowServer;
  let store: ArtifactStore;
  let name = '';
  let count = 0;

  beforeAll(async () => {
    server = await openWorkflowServer();
    store = await openArtifactStore(join(server.state, 'store'));
  });
  afterAll(() => server.close());
  beforeEach(() => {
    name = `submitted-${String(count++)}`;
  });

  const submission = (text = oneStepRecipe(name)): SubmitInput => ({
    client: server.client,
    store,
    plan: planOf(text),
    queues: queuesOf(name),
    buildId: 'build',
    searchAttributes: [],
  });
  const planOfMemo = async (): Promise<ArtifactRef> => {
    const { memo } = await server.client.workflow.getHandle(name).describe();
    return (memo as { plan: ArtifactRef }).plan;
  };

  it('keeps its plan in every garbage collection', async () => {
    const input = submission();
    const { runId } = await submitPlan(input);
    const plan = await planOfMemo();
    const record = toRunRecord(await store.getRun(name, runId));
    expect(record).toMatchObject({ state: 'running', plan, planDigest: input.plan.digest });
    expect(record?.nodes).toEqual(input.plan.nodes.map(({ key }) => key));
    const garbage = await store.putArtifact(new TextEncoder().encode('nobody needs this'));
    const removed = await collect(store, await planCollection(store, ALL));
    expect(removed.map((blob) => blob.name)).toContain(objectName(garbage.digest));
    expect(await readJsonArtifact(store, plan)).toEqual(input.plan);
  });

  it('has its plan and its record again when the same spec is submitted again', async () => {
    const { runId } = await submitPlan(submission());
    const plan = await planOfMemo();
    await store.blobs.remove(objectName(plan.digest));
    await store.blobs.remove(runName(name, runId));
    expect(await submitPlan(submission())).toEqual({ workflowId: name, runId, how: 'attached', changes: [] });
    expect(await readJsonArtifact(store, plan)).toEqual(submission().plan);
    expect(toRunRecord(await store.getRun(name, runId))).toMatchObject({ state: 'running', plan });
  });

  it('has its plan again when it was damaged', async () => {
    const { runId } = await submitPlan(submission());
    const { digest, sizeBytes } = await planOfMemo();
    await store.blobs.put(objectName(digest), new Uint8Array(sizeBytes));
    expect(await submitPlan(submission())).toMatchObject({ how: 'attached', runId });
    expect(await readJsonArtifact(store, { digest, sizeBytes })).toEqual(submission().plan);
  });

  it('gives way to a new one when its plan is lost and cannot be made again byte for byte', async () => {
    const first = await submitPlan(submission());
    await store.blobs.remove(objectName((await planOfMemo()).digest));
    const second = await submitPlan(submission(oneStepRecipe(name, '# the same but for a comment')));
    expect(second).toMatchObject({ how: 'replaced', changes: ['its plan was lost from the store'] });
    expect(second.runId).not.toBe(first.runId);
    await readJsonArtifact(store, await planOfMemo());
  });

  it('does not take back what a faster worker has recorded', async () => {
    const { runId } = await submitPlan(submission());
    const plan = await planOfMemo();
    const reported = { digest: plan.digest, sizeBytes: plan.sizeBytes };
    const planDigest = submission().plan.digest;
    const finished = { state: 'finished', nodes: [], artifacts: [], plan: reported, planDigest, report: reported };
    await store.putRun(name, runId, finished);
    await submitPlan(submission());
    expect(toRunRecord(await store.getRun(name, runId))).toMatchObject({ state: 'finished', report: plan });
  });

  it('keeps the halves of a sweep that an older build began, until it ends or is begun anew', async () => {
    const plan = sweepPlanOf(`version: 1
kind: sweep
name: ${name}
base: base
adapters: { expert: e, bad⁻: b }
chain: "expert ⊖ a·bad⁻"
over: { a: [1, 2] }
evaluate: { with: [gsm: { data: g }] }
`);
    const sweep = { ...plan.sweep };
    delete sweep.split;
    const old = withSplitOf(plan, { ...plan, sweep });
    const planned = async (): Promise<Plan> => readJsonArtifact<Plan>(store, await planOfMemo());
    await submitPlan({ ...submission(), plan: old, buildId: 'older build' });
    expect(await submitPlan({ ...submission(), plan })).toMatchObject({ how: 'replaced' });
    expect(await planned()).toEqual(old);
    expect(await submitPlan({ ...submission(), plan })).toMatchObject({ how: 'attached' });
    expect(await submitPlan({ ...submission(), plan, replace: true })).toMatchObject({ how: 'replaced' });
    expect(await planned()).toEqual(plan);
  });
});
