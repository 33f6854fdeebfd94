/** The plan: a DAG of nodes, each with a key that is the digest of everything that determines its result. Plain data. */
import type { Digest, Json } from '../digest.js';
import type { ResponseTask } from '../evaluation/tasks.js';
import type { Application, Decimal } from '../expression/types.js';
import type { StudyOperator, StudyPlan } from '../study/types.js';
import type { SweepPlan } from '../sweep/types.js';
import type { SourceRef, AdapterRef, ModelRef, PlanArtifact } from '../source-ref.js';
import type { OutputDtype, RoundingDtype } from '../numeric/output-dtype.js';
import type { Semantics } from '../algebra/types.js';

declare const nodeIdBrand: unique symbol;
/** A node's name within one plan, readable and stable: `gram`, `combine:both`, `evaluate:both:toxicity`. */
export type NodeId = string & { readonly [nodeIdBrand]: true };

/** What a combine works on: an adapter (by digest), the zero adapter, or the result of another combine. */
export type Operand =
  | { readonly kind: 'adapter'; readonly digest: Digest }
  | { readonly kind: 'zero' }
  | { readonly kind: 'node'; readonly id: NodeId };

/** A step as its output has it: with factors rounded to the output's element type. */
export interface WrittenOperand {
  readonly kind: 'written';
  /** Its round node. */
  readonly id: NodeId;
  readonly of: Operand;
  readonly dtype: RoundingDtype;
}

/** What can be evaluated. */
export type Evaluable = Operand | WrittenOperand;

interface NodeBase {
  readonly id: NodeId;
  readonly key: Digest;
  readonly dependsOn: readonly NodeId[];
}

/** What computes Gram matrices: plain TypeScript, or onnxruntime on cuda. Both in float64; the last places differ. */
export type GramBackend = 'typescript' | `cuda, ${string}`;

/** Per-row Gram matrices of all leaf adapters. */
export interface GramNode extends NodeBase {
  readonly kind: 'gram';
  readonly adapters: readonly Digest[];
  readonly semantics: Semantics;
  readonly backend: GramBackend;
}

/** One operator application; its artifact is the coefficients [leaves, rows] per module, and diagnostics. */
export interface CombineNode extends NodeBase {
  readonly kind: 'combine';
  readonly gram: NodeId;
  readonly application: Application<Operand>;
  /** Refuse target modules that only the right operand has. */
  readonly missing: 'pass' | 'error';
}

/** What rounding to an output's element type does to a step that is evaluated; artifact `difference`, a WeightDifference. */
export interface RoundNode extends NodeBase {
  readonly kind: 'round';
  readonly candidate: Operand;
  readonly dtype: RoundingDtype;
}

/** The model's answers or log-probabilities for every example of one response task. */
export interface RespondNode extends NodeBase {
  readonly kind: 'respond';
  readonly candidate: Evaluable;
  readonly task: ResponseTask;
  /** Data file that the requests come from. */
  readonly data: SourceRef;
}

/** Scores of one benchmark over responses. */
export interface EvaluateNode extends NodeBase {
  readonly kind: 'evaluate';
  readonly respond: NodeId;
  /** Step, adapter, `base`, or a written step: the first name in the spec under which this result is asked for. */
  readonly candidateName: string;
  readonly benchmark: string;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly data: SourceRef;
  readonly classifier?: SourceRef;
}

/** All paired comparisons of a spec (one node, since Holm's family is all pairs within a metric). */
export interface CompareNode extends NodeBase {
  readonly kind: 'compare';
  readonly gram: NodeId;
  readonly pairs: readonly ComparePair[];
  readonly seed: number;
  readonly draws: number;
  /** Only examples of the half that is reported, when a sweep chose by the other one (core/sweep/split.ts). */
  readonly half?: { readonly seed: number };
}

/** One pair: `second` minus `first`. A written step is compared with the step itself, and with nothing else. */
export interface ComparePair {
  readonly first: string;
  readonly second: string;
  readonly firstCandidate: Operand;
  readonly secondCandidate: Evaluable;
  /** Nodes of the same benchmark on both sides. */
  readonly evaluations: readonly {
    readonly benchmark: string;
    readonly label: string;
    readonly first: NodeId;
    readonly second: NodeId;
  }[];
}

/** An adapter folder, written where `output` asks. */
export interface WriteNode extends NodeBase {
  readonly kind: 'write';
  readonly step: string;
  readonly candidate: Operand;
  readonly expression: string;
  /** λ by what it weighs, in the order of application. */
  readonly lambdas: PlanStep['lambdas'];
  readonly semantics: Semantics;
  readonly dtype: OutputDtype;
  /** Absolute folder. */
  readonly path: string;
}

/** Weight-space gaps between all orders of a study, from Gram matrices alone; artifacts `summary` and `gaps`. */
export interface OrderGapNode extends NodeBase {
  readonly kind: 'order-gap';
  readonly gram: NodeId;
  readonly expert: Digest;
  /** Anti-experts; orders are permutations of places in it. */
  readonly remove: readonly Digest[];
  readonly orders: readonly (readonly number[])[];
  readonly settings: readonly { readonly label: string; readonly lambdas: readonly Decimal[] }[];
  readonly operators: readonly StudyOperator[];
  readonly missing: 'pass' | 'error';
  readonly distinct: number | null;
}

/** What the order does to the metrics of a study; artifact `effects`. */
export interface OrderEffectNode extends NodeBase {
  readonly kind: 'order-effect';
  readonly gap: NodeId;
  /** Evaluated arms of operators whose order matters, at equal λ. */
  readonly arms: readonly {
    readonly name: string;
    readonly operator: StudyOperator;
    readonly setting: number;
    readonly order: number;
    readonly evaluations: readonly { readonly benchmark: string; readonly label: string; readonly node: NodeId }[];
  }[];
  readonly seed: number;
  readonly draws: number;
}

/** One unit of work. */
export type PlanNode =
  | GramNode
  | CombineNode
  | RoundNode
  | RespondNode
  | EvaluateNode
  | CompareNode
  | WriteNode
  | OrderGapNode
  | OrderEffectNode;

/** The whole plan. */
export interface Plan {
  readonly planVersion: 1;
  readonly name: string;
  readonly specKind: SpecKind;
  /** Digest over all that follows except paths: the same digest means the same results. */
  readonly digest: Digest;
  readonly base?: ModelRef;
  readonly adapters: readonly AdapterRef[];
  readonly steps: readonly PlanStep[];
  /** In topological order. */
  readonly nodes: readonly PlanNode[];
  readonly baseline: string;
  /** Whatever changes bits: backend, device, runtime versions (part of the keys). */
  readonly environment: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** The spec's text, for reports. */
  readonly specText: string;
  /** Of an order study. */
  readonly study?: StudyPlan;
  /** Of a sweep; `nodes` and `steps` are then of its reference candidates, and of the chosen points in its last plan. */
  readonly sweep?: SweepPlan;
  /** Of the last plan of a sweep: the stored SweepReport, for the run's report. */
  readonly sweepReport?: PlanArtifact;
}

/** Kinds of specs. */
export type SpecKind = 'recipe' | 'order-study' | 'sweep';

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
