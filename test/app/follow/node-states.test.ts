import { describe, expect, it } from 'vitest';
import { storedStates } from '../../../app/follow/node-states.js';
import { findStoredRun } from '../../../app/runs/stored-run.js';
import { createArtifactStore } from '../../../io/store/artifact-store.js';
import { MemoryBlobStore } from '../../support/memory-blob-store.js';
import { planOf } from '../../support/plan-input.js';

const RECIPE = `version: 1
kind: recipe
name: half
base: base
adapters: { expert: e, truth⁻: t }
steps: { one: "expert ⊖ Ext(truth⁻)" }
evaluate: { steps: [one], with: [gsm: { data: g.jsonl }] }
`;
const plan = planOf(RECIPE);

describe('a run whose workflow does not answer', () => {
  it('has the states that the store knows: stored or not', async () => {
    const store = await createArtifactStore(new MemoryBlobStore());
    const [first] = plan.nodes;
    if (first === undefined) {
      throw new Error('the plan is empty');
    }
    await store.putNode({ key: first.key, kind: first.kind, artifacts: {}, summary: {}, createdAt: '' });
    const states = await storedStates(store, plan, false);
    expect([...states.keys()]).toEqual(plan.nodes.map(({ id }) => id));
    expect([...states.values()]).toEqual(['stored', ...plan.nodes.slice(1).map(() => 'not stored')]);
  });

  it('is done throughout when the server says that it was completed', async () => {
    const states = await storedStates(await createArtifactStore(new MemoryBlobStore()), plan, true);
    expect([...states.values()]).toEqual(plan.nodes.map(() => 'done'));
  });

  it('and that did not finish has no report: its spec is to be run again', async () => {
    const store = await createArtifactStore(new MemoryBlobStore());
    await store.putRun('half', 'run-1', { state: 'running' });
    await expect(findStoredRun(store, 'half')).rejects.toMatchObject({
      code: 'RUN_NOT_FOUND',
      hint: 'Run its spec again: that resumes from the store, or follows the run if it is still running.',
    });
  });
});
