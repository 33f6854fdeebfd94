/** A validated spec: every name resolved, every default filled in; paths as written (relative to the spec's folder). */
import type { OutputRanks } from '../adapter/output-ranks.js';
import type { Diagnostic, Span } from '../diagnostic.js';
import type { EditedText } from './edited-text.js';
import type { Digest, Json } from '../digest.js';
import type { CorrectionMethod } from '../evaluation/correction.js';
import type { BenchmarkRole } from '../evaluation/presentation.js';
import type { ParseResult } from '../expression/parser.js';
import type { LambdaDefaults } from '../expression/resolve.js';
import type { Formula } from '../expression/types.js';
import type { OutputDtype } from '../numeric/output-dtype.js';
import type { Semantics } from '../algebra/types.js';
import type { StudyMatch, StudyOperator, LambdaSetting } from '../study/types.js';
import type { SweepObjective, SweepSearch, SweepVariable } from '../sweep/types.js';

/** An adapter or model as the spec names it. */
export interface SpecSource {
  /** A path relative to the spec's folder, an absolute path, `s3://…` or `hf://…`. */
  readonly path: string;
  /** Pinned digest, if any. */
  readonly digest: Digest | undefined;
  /** Where `path` is in the spec's text. */
  readonly span: Span;
}

/** A named step. */
export interface SpecStep {
  readonly name: string;
  /** As written. */
  readonly source: string;
  readonly formula: Formula;
  readonly span: Span;
}

/** One benchmark of `evaluate.with`. */
export interface SpecBenchmark {
  readonly benchmark: string;
  /** Unique within the spec: the benchmark's name, or the name and a number when it occurs more than once, or `as:`. */
  readonly label: string;
  /** What its metrics are to show; absent: neutral. */
  readonly role?: BenchmarkRole;
  /** Validated parameters, defaults filled in; `data`, the benchmark's other sources and `classifier` are paths as written. */
  readonly parameters: Readonly<Record<string, Json>>;
  /** Where the benchmark's name is. */
  readonly span: Span;
  /** Where the values of the written parameters stand. */
  readonly places: ReadonlyMap<string, Span>;
}

/** An adapter folder to write. */
export interface SpecOutput {
  readonly step: string;
  readonly path: string;
  readonly dtype: OutputDtype;
  readonly ranks: OutputRanks;
  readonly span: Span;
}

/** How candidates are compared. */
export interface SpecStatistics {
  readonly seed: number;
  readonly draws: number;
  readonly correction: CorrectionMethod;
  /** By `label.metric`, as written: the largest difference that does not matter. */
  readonly margins: Readonly<Record<string, number>>;
}

/** What every kind of spec has. */
export interface SpecCommon {
  readonly name: string;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  /** As it is read: values of the command line, of `vars` and of the environment are put in. */
  readonly text: string;
  readonly base: SpecSource | undefined;
  readonly adapters: ReadonlyMap<string, SpecSource>;
  readonly semantics: Semantics;
  readonly missing: 'pass' | 'error';
  /** What chat templates take for today, `YYYY-MM-DD`; the day of planning where undefined. */
  readonly promptDate: string | undefined;
}

/** `kind: recipe`. */
export interface RecipeSpec extends SpecCommon {
  readonly kind: 'recipe';
  readonly steps: readonly SpecStep[];
  readonly evaluate: {
    /** Names of steps, adapters, or `base`; in order, without repetition. */
    readonly candidates: readonly string[];
    readonly benchmarks: readonly SpecBenchmark[];
  };
  readonly compare: {
    readonly baseline: string;
    /** Every candidate against the baseline first, then the pairs as written. */
    readonly pairs: readonly (readonly [first: string, second: string])[];
  } & SpecStatistics;
  readonly outputs: readonly SpecOutput[];
}

/** `kind: order-study`: does the order of removal matter? */
export interface OrderStudySpec extends SpecCommon {
  readonly kind: 'order-study';
  /** Name of the adapter that anti-experts are removed from. */
  readonly expert: string;
  /** Names of anti-experts, at least two, distinct. */
  readonly remove: readonly string[];
  /** Without repetition, in the order written; `ext` alone when absent. */
  readonly operators: readonly StudyOperator[];
  /** Permutations of places in `remove`, without repetition; `all`: every one, in lexicographic order. */
  readonly orders: readonly (readonly number[])[];
  readonly settings: readonly LambdaSetting[];
  /** Arms at the same λ (`lambda`), and controls scaled to the mean distance of the ext arms from the expert (`distance`). */
  readonly match: readonly StudyMatch[];
  /** Orders whose relative gap is at most this are evaluated once, grouped greedily in listed order. */
  readonly distinct: number | undefined;
  readonly evaluate: {
    /** Beside the arms: `base`, the expert, or other adapters. */
    readonly candidates: readonly string[];
    readonly benchmarks: readonly SpecBenchmark[];
  };
  readonly compare: SpecStatistics;
  readonly spans: { readonly remove: Span };
}

/** `kind: sweep`: a search over λ. */
export interface SweepSpec extends SpecCommon {
  readonly kind: 'sweep';
  /** The expression with variables; it was resolved once with sample values, so it has no problems left. */
  readonly chain: { readonly source: string; readonly parsed: ParseResult; readonly span: Span };
  /** λ of ⊖ terms without a written one. */
  readonly lambda: LambdaDefaults;
  readonly variables: readonly SweepVariable[];
  readonly search: SweepSearch;
  readonly objective: SweepObjective | undefined;
  readonly evaluate: {
    /** Beside the points: the baseline (leftmost adapter) and `base` by default. */
    readonly candidates: readonly string[];
    readonly benchmarks: readonly SpecBenchmark[];
  };
  readonly compare: { readonly baseline: string } & SpecStatistics;
  /** Which points' adapters are written: below `path`, one folder per point. */
  readonly output:
    | {
        readonly keep: 'best' | 'pareto' | 'all';
        readonly path: string;
        readonly dtype: OutputDtype;
        readonly ranks: OutputRanks;
        readonly span: Span;
      }
    | undefined;
}

/** Any spec. */
export type Spec = RecipeSpec | OrderStudySpec | SweepSpec;

/** What reading a spec gives: the spec if there is no error, and all diagnostics in order of their place. */
export interface SpecResult {
  readonly spec: Spec | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The text with all values put in, which knows where they were written. */
  readonly text: EditedText;
}
