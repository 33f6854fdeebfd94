/** Order studies: what is compared, how far apart orders are in weight space, and what that does to the metrics. */
import type { StudyOperatorName } from '../algebra/operators/names.js';
import type { Decimal } from '../expression/types.js';
import type { CorrectedFamilies, MetricComparison } from '../evaluation/comparison.js';

/** How anti-experts are removed, one after the other; core/algebra/operators/registry says what each does (`REMOVALS`). */
export type StudyOperator = StudyOperatorName;

/** The operator that studies are about: the others are its controls, and `match: distance` scales them to it. */
export const STUDIED: StudyOperator = 'ext';

/** What arms have in common: λ, or the distance from the expert (controls are scaled to that of the ext arms). */
export type StudyMatch = 'lambda' | 'distance';

/** One operator in one order at one λ setting: what is combined and, unless another one stands for it, evaluated. */
export interface StudyArm {
  /** Also the name of its step: `ext(truth⁻, tox⁻)@1`, `direct@1`, `direct@1/distance`; `direct` where there is one setting. */
  readonly name: string;
  readonly operator: StudyOperator;
  readonly match: StudyMatch;
  /** Place in the study's settings. */
  readonly setting: number;
  /** Place in the study's orders; null for operators whose order cannot matter. */
  readonly order: number | null;
  /** λ by anti-expert, in the order of `remove`; for `distance` these are the scaled ones. */
  readonly lambdas: readonly Decimal[];
  /** Normalised expression. */
  readonly expression: string;
  /** Name of the arm that is evaluated for it: its own unless `distinct` groups it with an earlier one. */
  readonly evaluatedAs: string;
}

/** What of a study is in its plan. */
export interface StudyPlan {
  readonly expert: string;
  readonly remove: readonly string[];
  /** Permutations of places in `remove`. */
  readonly orders: readonly (readonly number[])[];
  readonly settings: readonly { readonly label: string; readonly lambdas: readonly Decimal[] }[];
  readonly operators: readonly StudyOperator[];
  readonly distinct: number | null;
  readonly arms: readonly StudyArm[];
}

/** Gaps between all orders of one operator at one setting, for one part of the model. */
export interface OrderGapPart {
  /** `total`, `layer 3`, or a kind of module (`q_proj`). */
  readonly part: string;
  readonly kind: 'total' | 'layer' | 'module-kind';
  /** ‖Δ_σ‖_F by order. */
  readonly norms: readonly number[];
  /** Over ordered pairs σ ≠ τ of ‖Δ_σ − Δ_τ‖_F / ‖Δ_σ‖_F. */
  readonly meanRelative: number;
  readonly maxRelative: number;
  /** The pair with the largest one (places in the study's orders). */
  readonly maxPair: readonly [number, number];
}

/** Weight-space gaps of one operator at one setting. */
export interface OrderGap {
  readonly operator: StudyOperator;
  readonly setting: number;
  /** ‖Δ_σ − Δ_expert‖_F / ‖Δ_expert‖_F by order. */
  readonly distances: readonly number[];
  /** The whole first, then layers, then module kinds. */
  readonly parts: readonly OrderGapPart[];
  /** ‖Δ_σ − Δ_τ‖_F over the whole model: `[orders, orders]`, row-major, symmetric. All parts are in the artifact `gaps`. */
  readonly total: readonly (readonly number[])[];
  /** Places of the orders that stand for each order under `distinct`: its own place unless grouped. */
  readonly representative: readonly number[];
}

/** Artifact `summary` of an order-gap node. */
export interface OrderGapResult {
  /** One per operator whose order matters, and setting. */
  readonly gaps: readonly OrderGap[];
  /** Direct subtraction folded in every order, unmerged: the largest difference of any coefficient. */
  readonly directFold: { readonly orders: number; readonly maxDifference: number };
}

/** Does any order differ from the others in this metric? */
export interface OmnibusTest {
  readonly metric: string;
  readonly operator: StudyOperator;
  readonly setting: number;
  readonly n: number;
  /** Orders that were evaluated. */
  readonly arms: readonly string[];
  /** Variance of the orders' means. */
  readonly statistic: number;
  readonly pValue: number;
  /** Holm-adjusted over operators and settings within the metric. */
  readonly pAdjusted: number | null;
}

/** Two orders of one operator at one setting. */
export interface OrderPair {
  readonly operator: StudyOperator;
  readonly setting: number;
  readonly first: string;
  readonly second: string;
  /** ‖Δ_first − Δ_second‖_F / ‖Δ_first‖_F. */
  readonly gap: number;
  readonly metrics: readonly (MetricComparison & {
    /** Paired standardised mean difference d_z, or Cohen's g for accuracies (discordant share − ½); null when undefined. */
    readonly effectSize: number | null;
  })[];
}

/** How well the weight-space gap of a pair of orders predicts the size of the measured difference. */
export interface GapPrediction {
  readonly metric: string;
  readonly operator: StudyOperator;
  readonly setting: number;
  readonly pairs: number;
  /** Spearman's ρ of gap and |difference|; null with fewer than three pairs or no spread. */
  readonly spearman: number | null;
  /** Mantel test (orders permuted), one-sided; null where it is not possible. */
  readonly pValue: number | null;
}

/** Artifact `effects` of an order-effect node. */
export interface OrderEffectResult extends CorrectedFamilies {
  readonly seed: number;
  readonly draws: number;
  readonly omnibus: readonly OmnibusTest[];
  readonly pairs: readonly OrderPair[];
  readonly predictions: readonly GapPrediction[];
}

/** What a run's report says of a study. */
export interface StudyReport {
  readonly plan: StudyPlan;
  readonly gap: OrderGapResult;
  readonly effects: OrderEffectResult;
}

/** One λ per anti-expert: an entry of an order study's cross product. */
export interface LambdaSetting {
  /** `1` where all are equal, else `truth⁻=0.4, tox⁻=1`. */
  readonly label: string;
  /** By anti-expert, in the order of `remove`. */
  readonly lambdas: readonly Decimal[];
}
