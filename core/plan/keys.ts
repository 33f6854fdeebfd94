/** Keys: sha256 over canonical JSON of everything that determines a node's result (docs/architecture.md, Keys). */
import { digestOfJson, type Digest, type Json } from '../digest.js';
import type { Application, Decimal } from '../expression/types.js';
import { BATCH_POLICY, batchPolicy } from '../evaluation/batches.js';
import { taskJson, type ResponseTask } from '../evaluation/tasks.js';
import type { StudyOperator } from '../study/types.js';
import type { GramBackend } from './types.js';
import type { Semantics } from '../algebra/types.js';
import type { OutputDtype, RoundingDtype } from '../numeric/output-dtype.js';

/**
 * One number per kind of node: raise it when the same inputs give other bytes. test/core/plan/golden-keys.test.ts pins
 * digests of results, so that a change of bytes without a new number is noticed.
 */
export const RESULT_VERSIONS = {
  gram: 1,
  combine: 1,
  respond: 1,
  evaluate: 1,
  compare: 1,
  write: 1,
  point: 1,
  batch: 1,
  'order-gap': 1,
  'order-effect': 1,
} as const;

/** How leaf scalings are read, as part of keys: only `reference` depends on the leftmost adapter. */
export interface ScalingRule {
  readonly semantics: Semantics;
  readonly leftmost: Digest | undefined;
}

function scalingJson(rule: ScalingRule): Json {
  return rule.semantics === 'scaled' ? 'scaled' : { reference: rule.leftmost ?? null };
}

/**
 * Key of a value that a combine works on: the adapter's own digest, the word `zero`, or the key of another combine. Of what is
 * evaluated also that of a written operand.
 */
export type OperandKey = string;

/** Scaling and backend of the Gram matrices: what the numbers of every combine over them depend on. */
export interface GramRule extends ScalingRule {
  readonly backend: GramBackend;
}

/**
 * Which backend computes the Gram matrices of a plan, by the device of its environment. On a cpu, onnxruntime gains too little
 * (activities/nodes/gram.ts has the figures); webgpu has no float64.
 */
export function gramBackend({ device = '', runtime = '' }: InferenceEnvironment): GramBackend {
  return device === 'cuda' ? `cuda, ${runtime}` : 'typescript';
}

/** Key of the per-row Gram matrices of a set of adapters (in the order given). */
export function gramKey(adapters: readonly Digest[], rule: GramRule): Digest {
  return digestOfJson({
    kind: 'gram',
    resultVersion: RESULT_VERSIONS.gram,
    adapters: [...adapters],
    scaling: scalingJson(rule),
    backend: rule.backend,
  });
}

/**
 * Key of one operator application. Of the Gram matrices only the rule is part of it: entries of a pair of leaves are the
 * same numbers in whatever set they were computed.
 */
export function combineKey(application: Application<OperandKey>, missing: 'pass' | 'error', rule: GramRule): Digest {
  return digestOfJson({
    kind: 'combine',
    resultVersion: RESULT_VERSIONS.combine,
    operator: application.operator,
    sign: application.sign,
    lambda: application.lambda,
    left: application.left,
    right: application.right,
    reference: application.reference ?? null,
    missing,
    scaling: scalingJson(rule),
    backend: rule.backend,
  });
}

/** What of the machine changes the bits of an inference result. */
export type InferenceEnvironment = Readonly<Record<string, string>>;

/** Key of a model's responses to a task. */
export function respondKey(input: {
  readonly model: Digest;
  readonly candidate: OperandKey;
  readonly task: ResponseTask;
  readonly data: Digest;
  readonly environment: InferenceEnvironment;
}): Digest {
  return digestOfJson({
    kind: 'respond',
    resultVersion: RESULT_VERSIONS.respond,
    model: input.model,
    candidate: input.candidate,
    task: taskJson(input.task),
    batches: { version: BATCH_POLICY.version, ...batchPolicy(input.task.kind) },
    data: input.data,
    environment: { ...input.environment },
  });
}

/** Key of a benchmark's scores over responses; `parameters` without paths. */
export function evaluateKey(input: {
  readonly respond: Digest;
  readonly benchmark: string;
  readonly benchmarkVersion: number;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly data: Digest;
  readonly classifier: Digest | undefined;
}): Digest {
  return digestOfJson({
    kind: 'evaluate',
    resultVersion: RESULT_VERSIONS.evaluate,
    respond: input.respond,
    benchmark: input.benchmark,
    benchmarkVersion: input.benchmarkVersion,
    parameters: { ...input.parameters },
    data: input.data,
    classifier: input.classifier ?? null,
  });
}

/** Key of all comparisons of a spec. */
export function compareKey(input: {
  readonly pairs: readonly {
    readonly first: string;
    readonly second: string;
    readonly firstCandidate: OperandKey;
    readonly secondCandidate: OperandKey;
    readonly evaluations: readonly { readonly label: string; readonly first: Digest; readonly second: Digest }[];
  }[];
  readonly seed: number;
  readonly draws: number;
  /** Of the Gram matrices that distances come from. */
  readonly backend: GramBackend;
  /** Of the examples' split, where only one half is compared. */
  readonly half?: { readonly seed: number };
}): Digest {
  return digestOfJson({
    kind: 'compare',
    resultVersion: RESULT_VERSIONS.compare,
    pairs: input.pairs.map((pair) => ({ ...pair, evaluations: pair.evaluations.map((entry) => ({ ...entry })) })),
    seed: input.seed,
    draws: input.draws,
    backend: input.backend,
    ...(input.half === undefined ? {} : { half: { ...input.half } }),
  });
}

/**
 * Key of what a point of a sweep gave. Its variables' names and values are no part of it: a point of another sweep that is
 * the same combination, evaluated the same way, has the same result.
 */
export function pointKey(input: {
  readonly candidate: OperandKey;
  /** Keys of its evaluate nodes, by label. */
  readonly evaluations: Readonly<Record<string, Digest>>;
  /** What its distance is measured from. */
  readonly baseline: OperandKey;
  /** Of the examples' split into halves. */
  readonly splitSeed: number;
  /** Of the Gram matrices that norm and distance come from. */
  readonly backend: GramBackend;
}): Digest {
  return digestOfJson({
    kind: 'point',
    resultVersion: RESULT_VERSIONS.point,
    candidate: input.candidate,
    evaluations: { ...input.evaluations },
    baseline: input.baseline,
    splitSeed: input.splitSeed,
    backend: input.backend,
  });
}

/** Key of the points of one batch of a search that goes by what earlier batches gave. */
export function batchKey(input: { readonly search: Digest; readonly batch: number }): Digest {
  return digestOfJson({
    kind: 'batch',
    resultVersion: RESULT_VERSIONS.batch,
    search: input.search,
    batch: input.batch,
  });
}

/**
 * Key of a round node, and what stands in keys for an operand as it is written. Its version is that of the writing, whose
 * rounding it is.
 */
export function writtenKey(input: { readonly candidate: OperandKey; readonly dtype: RoundingDtype }): Digest {
  return digestOfJson({
    kind: 'round',
    resultVersion: RESULT_VERSIONS.write,
    candidate: input.candidate,
    dtype: input.dtype,
  });
}

/** Key of a written adapter; where it is written is no part of it. */
export function writeKey(input: {
  readonly candidate: OperandKey;
  readonly expression: string;
  readonly dtype: OutputDtype;
  readonly scaling: ScalingRule;
}): Digest {
  return digestOfJson({
    kind: 'write',
    resultVersion: RESULT_VERSIONS.write,
    candidate: input.candidate,
    expression: input.expression,
    dtype: input.dtype,
    scaling: scalingJson(input.scaling),
  });
}

/** Key of the weight-space gaps between orders of removal. Controls whose order cannot matter are no part of it. */
export function orderGapKey(input: {
  readonly expert: Digest;
  readonly remove: readonly Digest[];
  readonly orders: readonly (readonly number[])[];
  /** λ by anti-expert, per setting. */
  readonly settings: readonly (readonly Decimal[])[];
  /** Those whose order matters. */
  readonly operators: readonly StudyOperator[];
  readonly missing: 'pass' | 'error';
  readonly distinct: number | null;
  readonly rule: GramRule;
}): Digest {
  return digestOfJson({
    kind: 'order-gap',
    resultVersion: RESULT_VERSIONS['order-gap'],
    expert: input.expert,
    remove: [...input.remove],
    orders: input.orders.map((order) => [...order]),
    settings: input.settings.map((lambdas) => [...lambdas]),
    operators: [...input.operators],
    missing: input.missing,
    distinct: input.distinct,
    scaling: scalingJson(input.rule),
    backend: input.rule.backend,
  });
}

/** Key of the statistics of a study; the arms' names are part of what they say. */
export function orderEffectKey(input: {
  readonly gap: Digest;
  readonly arms: readonly {
    readonly name: string;
    readonly operator: StudyOperator;
    readonly setting: number;
    readonly order: number;
    readonly evaluations: readonly { readonly label: string; readonly key: Digest }[];
  }[];
  readonly seed: number;
  readonly draws: number;
}): Digest {
  return digestOfJson({
    kind: 'order-effect',
    resultVersion: RESULT_VERSIONS['order-effect'],
    gap: input.gap,
    arms: input.arms.map((arm) => ({ ...arm, evaluations: arm.evaluations.map((entry) => ({ ...entry })) })),
    seed: input.seed,
    draws: input.draws,
  });
}
