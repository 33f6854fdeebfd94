/** What paired comparisons of candidates give, metric by metric. */
import type { WeightDifference } from '../algebra/types.js';

/** Result of a paired comparison of one metric: `second` minus `first`. */
export interface MetricComparison {
  /** `label.metric`, e.g. `truthfulqa-mc.mc1`. */
  readonly metric: string;
  readonly n: number;
  readonly first: number | null;
  readonly second: number | null;
  readonly difference: number | null;
  /** Paired percentile bootstrap, 95 %. */
  readonly low: number | null;
  readonly high: number | null;
  readonly test: 'mcnemar-exact' | 'bootstrap' | 'none';
  readonly pValue: number | null;
  /** Holm-adjusted over all pairs of this metric; those of steps and what is written of them are a family of their own. */
  readonly pAdjusted: number | null;
  /** Examples only one side has right (accuracies). */
  readonly onlyFirst?: number;
  readonly onlySecond?: number;
}

/** One pair of candidates. */
export interface PairComparison {
  readonly first: string;
  readonly second: string;
  readonly metrics: readonly MetricComparison[];
  /** ‖Δ_first − Δ_second‖ in weight space; measured on some rows, where the second is what is written of the first. */
  readonly weights: WeightDifference;
  readonly notes: readonly string[];
}

/** Artifact of a compare node. */
export interface ComparisonResult {
  readonly seed: number;
  readonly draws: number;
  readonly pairs: readonly PairComparison[];
}
