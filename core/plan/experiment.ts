/**
 * The one form of what is planned. Every kind of spec is lowered to it (core/lower), so is the last plan of a sweep. Plain data with
 * formulas: no text and no places in a text.
 */
import type { OutputRanks } from '../adapter/output-ranks.js';
import type { Semantics } from '../algebra/types.js';
import type { CorrectionMethod } from '../evaluation/correction.js';
import type { BenchmarkUse } from '../evaluation/benchmark-use.js';
import type { Presentation } from '../evaluation/presentation.js';
import type { Formula } from '../expression/types.js';
import type { OutputDtype } from '../numeric/output-dtype.js';
import type { ComparedHalf } from './nodes/compare.js';
import type { KindFacts } from './types.js';

/** What is combined, evaluated, compared and written. */
export interface Experiment<F extends KindFacts = KindFacts> {
  readonly name: string;
  /** What its kind of spec has beside, which the plan takes over. */
  readonly facts: F;
  readonly semantics: Semantics;
  readonly missing: 'pass' | 'error';
  /** Names of the adapters that Gram matrices cover; the first lends its scaling to comparisons with `semantics: reference`. */
  readonly leaves: readonly string[];
  /** Combinations, each before those that are made from it. */
  readonly steps: readonly ExperimentStep[];
  /** Formulas that no step is, but whose made leaves are made, and covered by Gram matrices: the chain of a sweep. */
  readonly madeFor?: readonly Formula[];
  /** What is evaluated with every benchmark, in the order of the report: names of steps or adapters, or `base`. */
  readonly candidates: readonly string[];
  readonly benchmarks: readonly BenchmarkUse[];
  readonly compare: ExperimentComparison;
  readonly outputs: readonly ExperimentOutput[];
  /** How the report speaks of the results; absent where the spec does not say. */
  readonly presentation?: Presentation;
}

/** A named combination. */
export interface ExperimentStep {
  readonly name: string;
  readonly formula: Formula;
  /** Whether the report has it though it is not evaluated; one that is there for its output alone is not. */
  readonly listed: boolean;
}

/** Which candidates are compared, and how. */
export interface ExperimentComparison {
  readonly baseline: string;
  /** The second minus the first. */
  readonly pairs: readonly (readonly [first: string, second: string])[];
  readonly seed: number;
  readonly draws: number;
  readonly correction: CorrectionMethod;
  /** Only examples of the half that points were not chosen by (core/sweep/split.ts); all of them where absent. */
  readonly half?: ComparedHalf;
}

/** An adapter to write. */
export interface ExperimentOutput {
  readonly step: string;
  /** Absolute folder. */
  readonly path: string;
  readonly dtype: OutputDtype;
  readonly ranks: OutputRanks;
}
