/** Sweeps: variables, how points are found, what a point gives, and which one is recommended. All plain data. */
import type { OutputRanks } from '../adapter/output-ranks.js';
import type { Digest } from '../digest.js';
import type { CorrectionMethod } from '../evaluation/correction.js';
import type { BenchmarkUse } from '../evaluation/benchmark-use.js';
import type { MetricValue } from '../evaluation/types.js';
import type { Decimal } from '../expression/types.js';
import type { OutputDtype } from '../numeric/output-dtype.js';

/** A variable of the chain. */
export type SweepVariable =
  /** A list, or a range with a step (from + i·step in decimal arithmetic), or a log range with a count. */
  | { readonly kind: 'values'; readonly name: string; readonly values: readonly Decimal[]; readonly scale: SweepScale }
  /** Any value between; for random, sobol and optimize. Points are rounded to six significant digits. */
  | {
      readonly kind: 'interval';
      readonly name: string;
      readonly from: Decimal;
      readonly to: Decimal;
      readonly scale: SweepScale;
    }
  /** `times` × the value of another variable that is not linked itself. */
  | { readonly kind: 'linked'; readonly name: string; readonly of: string; readonly times: Decimal };

/** How values are spread, and drawn on an axis. */
export type SweepScale = 'linear' | 'log';

/** Ways of drawing points that need nothing but a seed; core/sweep/points.ts says how each does (`COORDINATES`). */
export type SampledMethod = 'random' | 'sobol';

/** How points are found. `points`: how many (evaluations of full size, with `optimize`). */
export type SweepSearch =
  | { readonly method: 'grid' }
  | { readonly method: SampledMethod; readonly points: number; readonly seed: number }
  | {
      readonly method: 'optimize';
      readonly points: number;
      readonly seed: number;
      /** Points per generation. */
      readonly population: number;
      /** Successive halving: examples per benchmark in the rungs before the full size, ascending; none when empty. */
      readonly samples: readonly number[];
    };

/** A metric to make large or small. */
export interface SweepGoal {
  /** `label.metric`, e.g. `truthfulqa-mc.mc2`. */
  readonly metric: string;
  readonly direction: 'maximize' | 'minimize';
}

/** `toxicity.mean <= 0.9 * expert`: the metric against a number, or against a multiple of a candidate's own value. */
export interface SweepConstraint {
  readonly metric: string;
  readonly relation: '<=' | '>=';
  readonly factor: Decimal;
  /** An evaluated candidate; undefined for a plain number. */
  readonly of: string | undefined;
  /** As written. */
  readonly text: string;
}

/** What is searched for. */
export interface SweepObjective {
  /** At least one; more than one gives a Pareto front, of which the first goal breaks ties. */
  readonly goals: readonly SweepGoal[];
  readonly constraints: readonly SweepConstraint[];
}

/** The halves of the examples as far as they are evaluated; by label, without benchmarks on blocks of text, whose halves follow from their number. */
export interface SweepSplit {
  readonly version: number;
  /** Ids of the examples that points are chosen by. */
  readonly choose: Readonly<Record<string, readonly string[]>>;
  /** How many examples points are reported on. */
  readonly report: Readonly<Record<string, number>>;
}

/** What of a sweep is in its plan: everything that points are made from. */
export interface SweepPlan {
  readonly chain: string;
  readonly lambda: {
    readonly all?: Decimal;
    readonly byAdapter?: readonly (readonly [name: string, lambda: Decimal])[];
  };
  readonly variables: readonly SweepVariable[];
  readonly search: SweepSearch;
  readonly objective: SweepObjective | null;
  /** Every point is evaluated with all of them. */
  readonly benchmarks: readonly BenchmarkUse[];
  readonly missing: 'pass' | 'error';
  readonly semantics: 'scaled' | 'reference';
  /** `correction` is absent in plans of version 0.1.0, which mean Holm's method. */
  readonly compare: { readonly seed: number; readonly draws: number; readonly correction?: CorrectionMethod };
  /** Examples are split in two by this seed: λ is chosen on one half and reported on the other (split.ts). */
  readonly splitSeed: number;
  /** How; absent in plans of version 0.1.0, which have version 1. */
  readonly split?: SweepSplit;
  /** Absolute folder. */
  readonly output: {
    readonly keep: 'best' | 'pareto' | 'all';
    readonly path: string;
    readonly dtype: OutputDtype;
    /** Default uniform. */
    readonly ranks?: OutputRanks;
  } | null;
}

/** One point of a sweep. */
export interface SweepPoint {
  /** Unique within the sweep: batches number their points one after the other. */
  readonly index: number;
  /** λ of every variable, linked ones included, in the order of `variables`. */
  readonly values: readonly Decimal[];
  /** Only so many examples per benchmark (a rung of successive halving); absent means all. */
  readonly samples?: number;
}

/** One metric of a point, over all its examples and over each half. */
export interface PointMetric {
  readonly all: MetricValue;
  readonly choose: MetricValue;
  readonly report: MetricValue;
}

/** What a point gave; stored under the point's key. */
export interface PointResult {
  readonly values: readonly Decimal[];
  /** Normalised expression. */
  readonly expression: string;
  /** ‖Δ‖_F, and the relative distance from the baseline adapter. */
  readonly norm: number;
  readonly distanceFromBaseline: number | null;
  /** By `label.metric`. */
  readonly metrics: Readonly<Record<string, PointMetric>>;
  /** Keys of its evaluate nodes by label: where the examples are. */
  readonly evaluations: Readonly<Record<string, Digest>>;
}

/** A point that was evaluated. */
export interface FinishedPoint extends SweepPoint {
  readonly result: PointResult;
}

/** A point that failed for good; it alone. */
export interface PointFailure {
  readonly index: number;
  readonly values: readonly Decimal[];
  readonly code: string;
  readonly message: string;
}

/** Values of a reference candidate (`expert`, `base`) that constraints and curves are drawn against; by `label.metric`. */
export type ReferenceMetrics = Readonly<Record<string, PointMetric>>;

/** The choice among all points of full size, made on the `choose` half only. */
export interface SweepChoice {
  /** Indexes of points that no other feasible point dominates, in ascending order; empty without an objective. */
  readonly pareto: readonly number[];
  /** Best by the first goal among feasible points; null when none is feasible or there is no objective. */
  readonly recommended: number | null;
  /** Whether any point meets all constraints; if none does, `pareto` is over those with the least violation. */
  readonly feasible: boolean;
  /**
   * Share of bootstrap resamples of the `choose` half in which the recommended point would have been recommended again;
   * null when it was not computed.
   */
  readonly stability: number | null;
}

/** What a run's report says of a sweep. Columns instead of rows: ten thousand points are common. */
export interface SweepReport {
  readonly plan: SweepPlan;
  /** Points of full size in order of index. */
  readonly points: {
    readonly index: readonly number[];
    /** By variable. */
    readonly values: Readonly<Record<string, readonly number[]>>;
    readonly distance: readonly (number | null)[];
    /** By `label.metric`, then by half. */
    readonly metrics: Readonly<Record<string, Readonly<Record<keyof PointMetric, SweepColumn>>>>;
  };
  /** By candidate name: `base`, the baseline, others that were evaluated. */
  readonly references: Readonly<Record<string, ReferenceMetrics>>;
  readonly baseline: string;
  readonly choice: SweepChoice;
  /** Names of the report's steps that stand for points: `point 17` → 17. */
  readonly steps: readonly { readonly step: string; readonly index: number }[];
  readonly failures: readonly PointFailure[];
  readonly counts: { readonly points: number; readonly failed: number; readonly smaller: number };
}

/** One metric of all points. */
export interface SweepColumn {
  readonly value: readonly (number | null)[];
  readonly stderr: readonly (number | null)[];
  readonly n: readonly number[];
}

/** The best point so far, on the half of the examples that points are chosen by. */
export interface BestPoint {
  readonly index: number;
  readonly values: readonly { readonly name: string; readonly value: string }[];
  readonly metric: string;
  readonly value: number;
  readonly feasible: boolean;
  /** Violation of the constraints, then the goals as numbers to be minimised: core/sweep/best.ts compares them from the left. */
  readonly sortedBy: readonly number[];
}
