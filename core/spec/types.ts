/** A validated spec: every name resolved, every default filled in; paths as written (relative to the spec's folder). */
import type { Diagnostic, Span } from '../diagnostic.js';
import type { Digest, Json } from '../digest.js';
import type { Formula } from '../expression/types.js';
import type { OutputDtype, Semantics } from '../plan/types.js';

/** An adapter or model as the spec names it. */
export interface SpecSource {
  /** A path relative to the spec's folder, an absolute path, `s3://…` or `hf://…`. */
  readonly path: string;
  /** Pinned digest, if any. */
  readonly digest: Digest | undefined;
  /** Where `path` stands in the spec's text. */
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
  /** Validated parameters, defaults filled in; `data` and `classifier` are paths as written. */
  readonly parameters: Readonly<Record<string, Json>>;
  readonly span: Span;
}

/** An adapter folder to write. */
export interface SpecOutput {
  readonly step: string;
  readonly path: string;
  readonly dtype: OutputDtype;
  readonly span: Span;
}

/** `kind: recipe`. */
export interface RecipeSpec {
  readonly kind: 'recipe';
  readonly name: string;
  readonly text: string;
  readonly base: SpecSource | undefined;
  readonly adapters: ReadonlyMap<string, SpecSource>;
  readonly steps: readonly SpecStep[];
  readonly semantics: Semantics;
  readonly missing: 'pass' | 'error';
  readonly evaluate: {
    /** Names of steps, adapters, or `base`; in order, without repetition. */
    readonly candidates: readonly string[];
    readonly benchmarks: readonly SpecBenchmark[];
  };
  readonly compare: {
    readonly baseline: string;
    /** Every candidate against the baseline first, then the pairs as written. */
    readonly pairs: readonly (readonly [first: string, second: string])[];
    readonly seed: number;
    readonly draws: number;
  };
  readonly outputs: readonly SpecOutput[];
}

/** Any spec; order-study and sweep come later. */
export type Spec = RecipeSpec;

/** What reading a spec gives: the spec if there is no error, and all diagnostics in order of their place. */
export interface SpecResult {
  readonly spec: Spec | undefined;
  readonly diagnostics: readonly Diagnostic[];
}
