/** The points of a batch: by rule for grids and samples, by what earlier batches gave for `optimize`. */
import { batchKey } from '../../core/plan/batch-key.js';
import { searchDigest } from '../../core/plan/sweep-digest.js';
import { nextGeneration } from '../../core/sweep/optimize.js';
import { gridPoint, gridSize, sampledPoint } from '../../core/sweep/points.js';
import type { FinishedPoint, SweepPoint } from '../../core/sweep/types.js';
import { errorCode, OminusError } from '../../core/errors.js';
import { jsonArtifact, readJsonArtifact } from '../../io/store/json-artifact.js';
import type { NodeRecord } from '../../io/store/types.js';
import type { NodeRun } from '../node-result.js';
import { mapBounded } from './bounded.js';
import { readPoint } from './point-record.js';
import type { SweepFacts, KnownBatch } from './kept.js';

/** Points by their place in the batch; a grid is never written out. */
export interface BatchPoints {
  readonly count: number;
  /** @throws OminusError `INTERNAL` for a place that the batch does not have */
  readonly at: (place: number) => SweepPoint;
  /** What a point of the batch gave; undefined when the store does not have it. */
  readonly finished: (point: SweepPoint) => Promise<FinishedPoint | undefined>;
}

type BatchRun = Pick<NodeRun, 'context'> & Partial<Pick<NodeRun, 'onProgress'>>;

/**
 * The points of a batch. Those of `optimize` are stored when the batch is opened, and read ever after: every worker and every
 * attempt sees the same, also when a point that had failed succeeds later.
 *
 * @returns null when the search is over
 */
export async function batchPoints(run: BatchRun, facts: SweepFacts, batch: number): Promise<BatchPoints | null> {
  const { search, variables } = facts.sweep;
  if (search.method === 'optimize') {
    const known = await storedBatch(run, facts, batch);
    return known === null ? null : listed(run, facts, known);
  }
  if (batch > 0) {
    return null;
  }
  const finished: BatchPoints['finished'] = (point) => readPoint(run.context.store, facts.planner(point));
  return search.method === 'grid'
    ? { count: gridSize(variables), at: (place) => gridPoint(variables, place), finished }
    : { count: search.points, at: (place) => sampledPoint(search, variables, place), finished };
}

/** All points of some batches that the store has, and the indexes of those that it has not. */
export async function readPoints(
  run: BatchRun,
  facts: SweepFacts,
  batches: number,
): Promise<{ readonly finished: readonly FinishedPoint[]; readonly missing: ReadonlySet<number> }> {
  const finished: FinishedPoint[] = [];
  const missing = new Set<number>();
  for (let batch = 0; batch < batches; batch++) {
    const opened = await batchPoints(run, facts, batch);
    if (opened === null) {
      continue;
    }
    const points = Array.from({ length: opened.count }, (_, place) => opened.at(place));
    const before = finished.length + missing.size;
    const read = await mapBounded(points, opened.finished, (done) =>
      run.onProgress?.(before + done, before + points.length),
    );
    for (const [place, { index }] of points.entries()) {
      const point = read[place];
      if (point === undefined) {
        missing.add(index);
      } else {
        finished.push(point);
      }
    }
  }
  return { finished, missing };
}

/** Key of the record that keeps a batch. */
export function keyOfBatch({ plan, sweep }: SweepFacts, batch: number): NodeRecord['key'] {
  return batchKey({ search: searchDigest(plan, sweep), batch });
}

async function storedBatch(run: BatchRun, facts: SweepFacts, batch: number): Promise<KnownBatch | null> {
  const { store } = run.context;
  const key = keyOfBatch(facts, batch);
  const record = await store.getNode(key);
  const known = record && (await knownBatch(run, facts, record));
  if (known !== undefined) {
    return known;
  }
  const { finished } = await readPoints(run, facts, batch);
  const points = nextGeneration(facts.sweep, batch, finished, facts.references);
  if (points === null) {
    return null;
  }
  const artifacts = { points: await jsonArtifact(store, points) };
  const summary = { batch, points: points.length };
  const kept = await store.putNode({ key, kind: 'batch', artifacts, summary, createdAt: new Date().toISOString() });
  // another attempt may have been first, and seen points that this one missed
  return (await knownBatch(run, facts, kept)) ?? { points, finished: new Map() };
}

/** What a record refers to, from memory or from the store. Undefined when the list is gone: it is then made anew. */
async function knownBatch(
  { context: { store } }: BatchRun,
  { batches }: SweepFacts,
  record: NodeRecord,
): Promise<KnownBatch | undefined> {
  const ref = record.artifacts['points'];
  if (ref === undefined) {
    return undefined;
  }
  const known = batches.get(ref.digest);
  if (known !== undefined) {
    return known;
  }
  try {
    const read = { points: await readJsonArtifact<SweepPoint[]>(store, ref), finished: new Map() };
    batches.set(ref.digest, read);
    return read;
  } catch (error) {
    if (errorCode(error) === 'ARTIFACT_DAMAGED') {
      await store.forgetNode(record.key);
      return undefined;
    }
    throw error;
  }
}

function listed({ context }: BatchRun, { planner }: SweepFacts, { points, finished }: KnownBatch): BatchPoints {
  return {
    count: points.length,
    at: (place) => {
      const point = points[place];
      if (point === undefined) {
        throw new OminusError('INTERNAL', { message: `the batch has ${points.length} points, but none at ${place}` });
      }
      return point;
    },
    finished: async (point) => {
      const read = finished.get(point.index) ?? (await readPoint(context.store, planner(point)));
      if (read !== undefined) {
        finished.set(point.index, read);
      }
      return read;
    },
  };
}
