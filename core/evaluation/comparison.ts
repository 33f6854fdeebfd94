/** What paired comparisons of candidates give, metric by metric. */
import type { WeightDifference } from '../algebra/types.js';
import type { Correction } from './correction.js';

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
  readonly test: 'sign-flip' | 'mcnemar-exact' | 'bootstrap' | 'none';
  /** Of this pair alone. */
  readonly pValue: number | null;
  /** Adjusted over all pairs of this metric; those of steps and what is written of them are a family of their own. */
  readonly pAdjusted: number | null;
  /** Smallest p-values that so many draws can give; absent where p-values are exact. */
  readonly floors?: { readonly pValue: number; readonly pAdjusted: number };
  /**
   * Interval that holds for all pairs of the family at once with 95 %; null where there is none. Absent in reports of older runs.
   */
  readonly simultaneous?: { readonly low: number; readonly high: number } | null;
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

/** All pairs of one metric, which are corrected together. */
export interface ComparisonFamily {
  readonly metric: string;
  /** Pairs that were tested. */
  readonly pairs: number;
  /** Examples of the pair that has most. */
  readonly n: number;
  /** Random signs or resamples; all signs where `isExact`. */
  readonly draws: number;
  readonly isExact: boolean;
  /** Smallest adjusted p-value that can come out; 0 where it is so small that it does not matter (exact tests). */
  readonly floor: number;
  /** Pairs without variance: no example differs, so p is 1. */
  readonly same: readonly (readonly [first: string, second: string])[];
}

/** What corrected pairs were corrected by; absent in results of older runs, which had Holm's method. */
export interface CorrectedFamilies {
  readonly correction?: Correction;
  readonly families?: readonly ComparisonFamily[];
}

/** Artifact of a compare node. */
export interface ComparisonResult extends CorrectedFamilies {
  readonly seed: number;
  /** Bootstrap draws of the intervals. */
  readonly draws: number;
  readonly pairs: readonly PairComparison[];
}
