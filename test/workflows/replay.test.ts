/** Saved histories replay with the workflow as it is now: whoever upgrades in the middle of a run relies on it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows, installSilentRuntime } from '../support/recipe-workers.js';

const FOLDER = join(import.meta.dirname, '..', 'histories');
const NAMES = [
  'cancelled',
  'finished',
  'input-lost',
  'node-failed',
  'real-recipe',
  'retried',
  'sweep-extended',
  'sweep-finished',
];

const textOf = (name: string): Promise<string> => readFile(join(FOLDER, `${name}.json`), 'utf8');

/** How the run ended, from a file that scripts/record-histories.ts wrote. */
async function endOf(name: string): Promise<string | undefined> {
  const { events } = JSON.parse(await textOf(name)) as { events: readonly { readonly eventType: string }[] };
  return events.at(-1)?.eventType.replace('EVENT_TYPE_WORKFLOW_EXECUTION_', '');
}

describe('replay', () => {
  let bundle: { readonly code: string };

  beforeAll(async () => {
    installSilentRuntime();
    bundle = await bundleWorkflows();
  });

  const replay = (history: unknown, workflowId: string): Promise<void> =>
    Worker.runReplayHistory({ workflowBundle: bundle }, history, workflowId);

  it.each(NAMES)('goes the way of the saved history %s', async (name) => {
    await expect(replay(JSON.parse(await textOf(name)), name)).resolves.toBeUndefined();
  });

  it('covers every way in which a run ends, and every saved file', async () => {
    expect((await readdir(FOLDER)).sort()).toEqual(NAMES.map((name) => `${name}.json`));
    expect(await Promise.all(NAMES.map(endOf))).toEqual([
      'CANCELED',
      'COMPLETED',
      'COMPLETED',
      'FAILED',
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
    ]);
  });

  it('refuses a history in which another activity was called', async () => {
    const history: unknown = JSON.parse(await textOf('finished'), (key, value: unknown) =>
      key === 'activityType' ? { name: 'somethingElse' } : value,
    );
    await expect(replay(history, 'finished')).rejects.toBeInstanceOf(DeterminismViolationError);
  });

  it('gives no node the outcome of another', async () => {
    const history: unknown = JSON.parse(await textOf('finished'), (key, value: unknown) =>
      key === 'activityId' && value === 'respond-a' ? 'respond-b' : value,
    );
    await expect(replay(history, 'finished')).rejects.toBeInstanceOf(DeterminismViolationError);
  });

  it('keeps nothing in saved histories that tells on which machine they were recorded', async () => {
    for (const name of NAMES) {
      const text = await textOf(name);
      const payloads = [...text.matchAll(/"data": "([^"]+)"/g)].map(([, data]) =>
        Buffer.from(data ?? '', 'base64').toString('utf8'),
      );
      expect(payloads.length).toBeGreaterThan(0);
      expect([text, ...payloads].join('\n')).not.toMatch(/\d+@|file:|(?<![\w.])\/(?!worker@)[a-z]+\/|node_modules/);
    }
  });
});
