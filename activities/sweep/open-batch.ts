/** Opens a batch of points: finds out which they are, and says in the run's record what will be stored of them. */
import type { Digest } from '../../core/digest.js';
import type { RunId } from '../../core/plan/run-types.js';
import { gridSize } from '../../core/sweep/points.js';
import { optimizeSize } from '../../core/sweep/rungs.js';
import type { SweepPlan } from '../../core/sweep/types.js';
import { jsonArtifact } from '../../io/store/json-artifact.js';
import { putRunRecord } from '../run-record.js';
import { batchPoints, keyOfBatch, type BatchPoints } from './batch-points.js';
import { sweepFacts, type SweepRun } from './sweep-facts.js';
import type { SweepFacts } from './kept.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** Points planned between two chances for a heartbeat. */
const AT_A_TIME = 100;

/**
 * Opens a batch.
 *
 * @returns how many points it has, and how many there will be in all; null when the search is over
 * @throws OminusError `INPUT_LOST` when an evaluation of a reference candidate is gone
 */
export async function openBatch(
  run: SweepRun,
  input: { readonly name: string; readonly runId: RunId; readonly plan: ArtifactRef; readonly batch: number },
): Promise<{ readonly points: number; readonly expected: number | null } | null> {
  const { context } = run;
  const facts = await sweepFacts(run, input.plan);
  const points = await batchPoints(run, facts, input.batch);
  if (points === null) {
    return null;
  }
  const keys = await keysOf(run, facts, input.batch, points);
  await putRunRecord(context, {
    name: input.name,
    runId: input.runId,
    plan: facts.plan,
    planRef: input.plan,
    state: 'running',
    report: undefined,
    nodeLists: [await jsonArtifact(context.store, keys)],
  });
  return { points: points.count, expected: expectedPoints(facts.sweep) };
}

/** Keys of everything that the batch will leave in the store, so that no collection takes it while the sweep goes on. */
async function keysOf(run: SweepRun, facts: SweepFacts, batch: number, points: BatchPoints): Promise<Digest[]> {
  const keys = new Set(facts.sweep.search.method === 'optimize' ? [keyOfBatch(facts, batch)] : []);
  for (let place = 0; place < points.count; place++) {
    const { key, toRun } = facts.planner(points.at(place));
    keys.add(key);
    toRun.forEach((node) => keys.add(node.key));
    if (place % AT_A_TIME === 0) {
      run.onProgress(place, points.count);
      await new Promise(setImmediate);
      run.signal.throwIfAborted();
    }
  }
  return [...keys];
}

/** How many points there will be in all. */
export function expectedPoints({ search, variables }: SweepPlan): number {
  switch (search.method) {
    case 'grid':
      return gridSize(variables);
    case 'random':
    case 'sobol':
      return search.points;
    case 'optimize':
      return optimizeSize(search);
  }
}
