/** What a worker keeps of the sweeps that it works on. */
import type { Coefficients } from '../../core/algebra/types.js';
import type { Digest } from '../../core/digest.js';
import type { Chain } from '../../core/lower/chain.js';
import type { PointPlanner } from '../../core/lower/plan-point.js';
import type { PlanOf } from '../../core/plan/types.js';
import type { RecentMap } from '../../core/recent-map.js';
import type { References } from '../../core/sweep/constraints.js';
import type { IsChosenBy } from '../../core/sweep/split.js';
import type { SweepPlan, FinishedPoint, SweepPoint } from '../../core/sweep/types.js';
import type { ArtifactRef } from '../../core/artifact-ref.js';

/** What does not depend on the point. */
export interface SweepFacts {
  readonly plan: PlanOf<'sweep'>;
  readonly planRef: ArtifactRef;
  readonly sweep: SweepPlan;
  /** Parsed once. */
  readonly chain: Chain;
  /** The halves of the examples, by label of their benchmark. */
  readonly halves: (label: string) => IsChosenBy;
  readonly planner: PointPlanner;
  /** Metrics of the reference candidates. */
  readonly references: References;
  /** Values of the latest expressions and their parts, by text. */
  readonly known: RecentMap<string, Coefficients>;
  /** Batches of `optimize` by the digest of their list of points. */
  readonly batches: RecentMap<Digest, KnownBatch>;
}

/** A stored batch in memory. Its points never change, and a finished point has one result: no number depends on what is kept. */
export interface KnownBatch {
  readonly points: readonly SweepPoint[];
  readonly finished: Map<number, FinishedPoint>;
}
