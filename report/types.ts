/** What a finished run amounts to, as one plain value: `results --json`, the terminal tables and the HTML report read it. */
import type { AboutRun } from '../core/plan/about.js';
import type { WrittenRanks } from '../core/adapter/output-ranks.js';
import type { CombineDiagnostics } from '../core/algebra/types.js';
import type { Digest } from '../core/digest.js';
import type { FailureReason } from '../core/plan/run-end.js';
import type { PromptFacts } from '../core/evaluation/respond-facts.js';
import type { BenchmarkRole } from '../core/evaluation/presentation.js';
import type { MetricDefinition, MetricValue } from '../core/evaluation/types.js';
import type { SpecKind } from '../core/spec/schema.js';
import type { StudyReport } from '../core/study/types.js';
import type { SweepReport } from '../core/sweep/types.js';
import type { ComparisonResult } from '../core/evaluation/comparison.js';

/** One benchmark's numbers on one candidate. */
export interface ReportedEvaluation {
  readonly label: string;
  readonly benchmark: string;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly warnings: readonly string[];
}

/** One candidate: a step, an adapter, `base`, or a step as it is written, named after step and element type. */
export interface ReportedStep {
  readonly name: string;
  readonly kind: 'step' | 'adapter' | 'base' | 'written';
  readonly expression: string;
  /** Key of its coefficients, or the adapter's digest: of a written step that of the adapter that was written. */
  readonly digest: Digest;
  readonly evaluations: readonly ReportedEvaluation[];
  /** Relative weight-space distance from the expert (the baseline), ‖Δ − Δ_expert‖ / ‖Δ_expert‖; null for a written step. */
  readonly distanceFromBaseline: number | null;
  /** ‖Δ‖_F over all modules; null for a written step. */
  readonly norm: number | null;
  /** Per operator application, in the order of the chain. */
  readonly applications: readonly { readonly label: string; readonly diagnostics: CombineDiagnostics }[];
  /** Made leaves that the step is computed from, the innermost first. */
  readonly made?: readonly ReportedMadeLeaf[];
}

/** A made leaf, and how close it is to what it was made from. */
export interface ReportedMadeLeaf {
  readonly expression: string;
  /** The largest of a module, and what it would be without the operator. */
  readonly rank: number | null;
  readonly fullRank: number | null;
  /** ‖made − exact‖_F / ‖exact‖_F over all modules, and 1 − its square; null where the leaf approximates nothing. */
  readonly relativeError: number | null;
  readonly keptEnergy: number | null;
}

/** Answers of several candidates to the same prompt. */
export interface SampleAnswers {
  readonly label: string;
  readonly id: string;
  readonly prompt: string;
  readonly answers: readonly {
    readonly candidate: string;
    readonly text: string;
    readonly scores: Readonly<Record<string, number | null>>;
  }[];
}

/** A node and its edges, for the drawing. */
export interface ReportedNode {
  readonly id: string;
  readonly kind: 'adapter' | 'base' | 'combine' | 'output';
  /** What the box says: a name, or an operator with its λ. */
  readonly title: string;
  readonly subtitle: string;
  readonly digest: Digest;
  readonly inputs: readonly { readonly from: string; readonly role: 'left' | 'right' | 'reference' | 'source' }[];
}

/** How the prompts of some benchmarks begin on the run's model. */
export interface ReportedPrompt extends PromptFacts {
  readonly labels: readonly string[];
}

/** An evaluation, by candidate and benchmark. */
export interface EvaluationName {
  readonly step: string;
  readonly label: string;
}

/** Batches of one set of responses that were halved since memory ran out, and the evaluations over those responses. */
export interface ReportedHalving {
  readonly batches: number;
  readonly evaluations: readonly EvaluationName[];
}

/** What responses were computed on: device, onnxruntime, threads, processor; and the evaluations over them. */
export interface ReportedEnvironment {
  readonly environment: Readonly<Record<string, string>>;
  readonly evaluations: readonly EvaluationName[];
}

/** How a metric is spoken of; both are absent in reports of older runs. */
export interface MetricPresentation {
  /** Of its benchmark; absent: neutral. */
  readonly role?: BenchmarkRole;
  /** Largest difference that does not matter, in its own units; 0: every one does. */
  readonly margin?: number;
}

/** How far a run is that has not come to its end; whatever else its report says is of what is there so far. */
export interface PartialFacts {
  readonly state: 'running' | 'paused' | 'failed' | 'cancelled' | 'unknown';
  /** ISO 8601. */
  readonly asOf: string;
  readonly unit: 'nodes' | 'points';
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** Why they failed; the first so many. */
  readonly reasons: readonly FailureReason[];
  /** Of a run that goes on, as far as its pace is known: units per second. */
  readonly rate?: number;
  readonly secondsLeft?: number;
}

/** What the reports of all kinds of spec have. */
export interface ReportBase extends AboutRun {
  readonly reportVersion: 1;
  /** Only where the run has not finished: nothing in such a report is final. */
  readonly partial?: PartialFacts;
  readonly run: {
    readonly name: string;
    readonly runId: string;
    readonly startedAt: string;
    readonly finishedAt: string;
  };
  readonly specText: string;
  readonly planDigest: Digest;
  readonly baseline: string;
  /** Definitions of the metrics that occur, with the label of their benchmark in this run. */
  readonly metrics: readonly (MetricDefinition & MetricPresentation & { readonly label: string })[];
  readonly steps: readonly ReportedStep[];
  readonly graph: readonly ReportedNode[];
  readonly comparisons: ComparisonResult;
  readonly samples: readonly SampleAnswers[];
  readonly outputs: readonly {
    readonly step: string;
    readonly path: string;
    readonly digest: Digest;
    readonly dtype: string;
    readonly roundingError: number | null;
    /** Rank in the file, and ranks before padding; absent in reports of older runs. */
    readonly ranks?: WrittenRanks;
  }[];
  readonly provenance: {
    readonly versions: Readonly<Record<string, string>>;
    readonly environment: Readonly<Record<string, string>>;
    readonly base: {
      readonly uri: string;
      readonly digest: Digest;
      /** Tokens that it knows; absent in reports of older runs. */
      readonly vocabulary?: number;
    } | null;
    readonly adapters: readonly { readonly name: string; readonly uri: string; readonly digest: Digest }[];
    readonly data: readonly { readonly label: string; readonly uri: string; readonly digest: Digest }[];
    readonly nodes: { readonly total: number; readonly reused: number };
    /** How prompts began; absent in reports of older runs, as what follows. */
    readonly prompts?: readonly ReportedPrompt[];
    /** Absent where memory sufficed. */
    readonly halvedBatches?: readonly ReportedHalving[];
    /** What computed the responses. No key names it all, so one run may have several. */
    readonly evaluatedOn?: readonly ReportedEnvironment[];
  };
  readonly warnings: readonly string[];
  /** Examples that changed between two candidates, with their text; per compared pair, bounded. */
  readonly flips?: readonly PairFlips[];
}

/** What the report of a kind of spec has beside. */
export type ReportFacts =
  | { readonly specKind: 'recipe' }
  | { readonly specKind: 'order-study'; readonly study: StudyReport }
  /** `steps` are the reference candidates and the chosen points. */
  | { readonly specKind: 'sweep'; readonly sweep: SweepReport };

/** The whole run. */
export type RunReport = ReportBase & ReportFacts;

/** The report of one kind of spec. */
export type ReportOf<K extends SpecKind> = ReportBase & Extract<ReportFacts, { readonly specKind: K }>;

/** Examples of one metric whose score differs most between two candidates. */
export interface PairFlips {
  readonly label: string;
  readonly metric: string;
  readonly first: string;
  readonly second: string;
  /** How many differ; `examples` are the first so many of them, largest change first. */
  readonly total: number;
  /** In how many of all of them the score of the second is higher; absent in reports of older runs. */
  readonly higher?: number;
  readonly examples: readonly {
    readonly id: string;
    readonly prompt: string;
    readonly firstText: string | null;
    readonly secondText: string | null;
    readonly firstScore: number;
    readonly secondScore: number;
  }[];
}
