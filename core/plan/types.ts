/** The plan: a DAG of nodes, each with a key that is the digest of everything that determines its result. Plain data. */
import type { Digest } from '../digest.js';
import type { Presentation } from '../evaluation/presentation.js';
import type { Decimal } from '../expression/types.js';
import type { AdapterRef, ModelRef } from '../source-ref.js';
import type { SpecKind } from '../spec/schema.js';
import type { StudyPlan } from '../study/types.js';
import type { SweepPlan } from '../sweep/types.js';
import type { AboutRun } from './about.js';
import type { Evaluable, NodeId } from './node.js';
import type { PromptRules } from './prompt-rules.js';
import type { PlanNode } from './node-kinds.js';
import type { ArtifactRef } from '../artifact-ref.js';

/** What the plans of all kinds of spec have. */
export interface PlanBase extends AboutRun {
  readonly planVersion: 1;
  readonly name: string;
  /** Digest over all that follows except paths: the same digest means the same results. */
  readonly digest: Digest;
  readonly base?: ModelRef;
  /** Tokens that the base model knows: for the report, which tells a perplexity from guessing. Absent in older plans. */
  readonly vocabulary?: number;
  readonly adapters: readonly AdapterRef[];
  readonly steps: readonly PlanStep[];
  /** In topological order. */
  readonly nodes: readonly PlanNode[];
  readonly baseline: string;
  /** Whatever changes bits: backend, device, runtime versions (part of the keys). */
  readonly environment: Readonly<Record<string, string>>;
  /** How the base model's prompts and answers come about, as far as benchmarks depend on it (part of the keys). */
  readonly prompt?: PromptRules;
  readonly warnings: readonly string[];
  /** The spec's text, for reports. */
  readonly specText: string;
  /** How the report speaks of the results: part of the plan's digest, and of no node's key. Absent where the spec does not say. */
  readonly presentation?: Presentation;
}

/** What the plan of a kind of spec has beside. */
export type KindFacts =
  | { readonly specKind: 'recipe' }
  | { readonly specKind: 'order-study'; readonly study: StudyPlan }
  | {
      readonly specKind: 'sweep';
      /** `nodes` and `steps` are those of its reference candidates, and of the chosen points in its last plan. */
      readonly sweep: SweepPlan;
      /** Of its last plan: the stored SweepReport, for the run's report. */
      readonly sweepReport?: ArtifactRef;
    };

/** The whole plan. */
export type Plan = PlanBase & KindFacts;

/** The plan of one kind of spec. */
export type PlanOf<K extends SpecKind> = PlanBase & Extract<KindFacts, { readonly specKind: K }>;

/** A named step (or an evaluated adapter, or `base`, or a step as it is written) and the nodes that belong to it. */
export interface PlanStep {
  readonly name: string;
  readonly kind: 'step' | 'adapter' | 'base' | 'written';
  /** Normalised expression, every coefficient written. */
  readonly expression: string;
  readonly candidate: Evaluable;
  /** Evaluate nodes by benchmark label. */
  readonly evaluations: Readonly<Record<string, NodeId>>;
  /** λ by anti-expert, in order of application. */
  readonly lambdas: readonly { readonly adapter: string; readonly lambda: Decimal }[];
}
