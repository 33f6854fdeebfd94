/** What keys are made of: facts that determine a result, and the parts that several kinds of node share. Pure data, no digest. */
import type { Semantics } from '../algebra/types.js';
import type { Digest, Json } from '../digest.js';

/** Everything that determines a result. Its digest (key.ts) is the key. */
export interface KeyFacts {
  readonly kind: string;
  readonly resultVersion: number;
  readonly [fact: string]: Json;
}

/**
 * The form of a value in keys: the adapter's own digest, the word `zero`, or the key of another combine. Of what is evaluated also
 * the key of a written operand.
 */
export type OperandKey = string;

/** What computes Gram matrices: plain TypeScript, or onnxruntime on cuda. Both in float64; the last places differ. */
export type GramBackend = 'typescript' | `cuda, ${string}`;

/** How leaf scalings are read, as part of keys: only `reference` depends on the leftmost adapter. */
export interface ScalingRule {
  readonly semantics: Semantics;
  readonly leftmost: Digest | undefined;
}

/** A scaling rule as a fact of a key. */
export function scalingFact(rule: ScalingRule): Json {
  return rule.semantics === 'scaled' ? 'scaled' : { reference: rule.leftmost ?? null };
}

/** Scaling and backend of the Gram matrices: what the numbers of every combine over them depend on. */
export interface GramRule extends ScalingRule {
  readonly backend: GramBackend;
}

/** What of the machine changes the bits of an inference result. */
export type InferenceEnvironment = Readonly<Record<string, string>>;

/**
 * Which backend computes the Gram matrices of a plan, by the device of its environment. On a cpu, onnxruntime gains too little
 * (activities/nodes/gram.ts has the figures); webgpu has no float64.
 */
export function gramBackend({ device = '', runtime = '' }: InferenceEnvironment): GramBackend {
  return device === 'cuda' ? `cuda, ${runtime}` : 'typescript';
}
