/**
 * What the store keeps of a point: one record under the point's key, written last. What follows from the plan (values,
 * expression, keys) is no part of it, so that sweeps whose variables have other names share it.
 */
import type { Digest, Json } from '../../core/digest.js';
import type { PlannedPoint } from '../../core/lower/plan-point.js';
import type { FinishedPoint, PointResult } from '../../core/sweep/types.js';
import { currentNode, madeDigest } from '../../io/store/made-leaves.js';
import type { ArtifactStore, NodeRecord } from '../../io/store/types.js';

/** What had to be computed. */
export type PointMeasurements = Pick<PointResult, 'norm' | 'distanceFromBaseline' | 'metrics'>;

/** The point with what the store has of it, or undefined. */
export async function readPoint(store: ArtifactStore, planned: PlannedPoint): Promise<FinishedPoint | undefined> {
  const record = await currentNode(store, planned.key);
  const { measured } = (record?.summary ?? {}) as { readonly measured?: PointMeasurements }; // sealed bytes that we wrote
  return measured === undefined ? undefined : finishedPoint(planned, measured);
}

/**
 * Stores a point. A metric that is not finite (a perplexity beyond float64) has no value in JSON, so it has none from now on:
 * the process that computed a point must see what those see that find it in the store.
 */
export async function putPoint(
  store: ArtifactStore,
  planned: PlannedPoint,
  computed: PointMeasurements,
): Promise<FinishedPoint> {
  const text = JSON.stringify(computed);
  const measured = JSON.parse(text) as PointMeasurements; // except that numbers may be null
  const made = await madeDigests(store, planned);
  await store.putNode({
    key: planned.key,
    kind: 'point',
    artifacts: {},
    summary: { measured: JSON.parse(text) as Json },
    createdAt: new Date().toISOString(),
    ...(made === undefined ? {} : { made }),
  });
  return finishedPoint(planned, measured);
}

/** What the point was computed from, by the keys of the nodes that made it. */
async function madeDigests(store: ArtifactStore, { madeKeys }: PlannedPoint): Promise<NodeRecord['made']> {
  const made: Record<Digest, Digest> = {};
  for (const key of madeKeys.values()) {
    const digest = madeDigest(await store.getNode(key));
    if (digest !== undefined) {
      made[key] = digest;
    }
  }
  return Object.keys(made).length === 0 ? undefined : made;
}

function finishedPoint({ point, expression, evaluations }: PlannedPoint, measured: PointMeasurements): FinishedPoint {
  return {
    ...point,
    result: {
      values: point.values,
      expression,
      ...measured,
      evaluations: Object.fromEntries(Object.entries(evaluations).map(([label, { key }]) => [label, key])),
    },
  };
}
