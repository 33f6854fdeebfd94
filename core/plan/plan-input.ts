/** What planning works on: the spec, its resolved sources, and its named values. */
import type { Digest } from '../digest.js';
import { OminusError } from '../errors.js';
import type { Benchmark } from '../evaluation/types.js';
import type { Formula } from '../expression/types.js';
import type { RecipeSpec } from '../spec/types.js';
import type { Ground } from './combine-nodes.js';
import type { InferenceEnvironment } from './key-facts.js';
import type { NodeTable } from './node-table.js';
import type { AdapterRef, ModelRef, SourceRef } from '../source-ref.js';
import type { NodeId, Operand, WrittenOperand } from './node.js';
import type { Plan, PlanStep } from './types.js';

/** What a spec names, resolved and digested. Maps are keyed by the path as the spec writes it. */
export interface PlanSources {
  readonly base: ModelRef | undefined;
  /** By name. */
  readonly adapters: ReadonlyMap<string, AdapterRef>;
  readonly data: ReadonlyMap<string, SourceRef>;
  readonly classifiers: ReadonlyMap<string, SourceRef>;
  /** Whatever changes the bits of inference: device, runtime version. */
  readonly environment: InferenceEnvironment;
  readonly benchmark: (name: string) => Benchmark;
  readonly warnings: readonly string[];
}

/** What the planner of a recipe is given. */
export interface PlanInput extends PlanSources {
  readonly spec: RecipeSpec;
  /** Absolute output folder, by step. */
  readonly outputs: ReadonlyMap<string, string>;
  /** What other kinds of specs, whose nodes are those of a recipe, have beside them. */
  readonly extras?: PlanExtras;
}

/** What the plan of another kind of spec has beyond that of a recipe. */
export interface PlanExtras {
  /** What is taken over into the plan. */
  readonly facts: Pick<Plan, 'specKind'> & Partial<Pick<Plan, 'study' | 'sweep' | 'sweepReport'>>;
  /** Adapters that Gram matrices cover beside those of steps and candidates; named before them. */
  readonly adapters?: readonly string[];
  /** Steps that are there for their outputs only, not to be reported. */
  readonly unlisted?: ReadonlySet<string>;
  /** Compares the examples of one half only. */
  readonly half?: { readonly seed: number };
  /** Adds nodes of its own kind, when all others are there. */
  readonly addNodes?: (plan: UnfinishedPlan) => void;
}

/** A plan in the making, as far as other kinds of nodes depend on it. */
export interface UnfinishedPlan {
  readonly table: NodeTable;
  /** Gram matrices with the rule of the leftmost adapter. */
  readonly ground: Ground;
  readonly digestOf: (adapter: string) => Digest;
  readonly evaluations: EvaluationTable;
}

/** A named value that can be evaluated: a step, an adapter, or `base`. */
export interface NamedCandidate {
  readonly name: string;
  readonly kind: Exclude<PlanStep['kind'], 'written'>;
  readonly formula: Formula;
  readonly operand: Operand;
}

/** A step as it is written: evaluated beside the step itself. */
export interface WrittenCandidate {
  readonly name: string;
  readonly kind: 'written';
  /** Name of the step. */
  readonly of: string;
  readonly formula: Formula;
  readonly operand: WrittenOperand;
}

/** Evaluate nodes by benchmark label, per candidate, written ones among them. */
export type EvaluationTable = ReadonlyMap<string, ReadonlyMap<string, { readonly id: NodeId; readonly key: Digest }>>;

/**
 * What must be there because the spec was validated and its sources were resolved.
 *
 * @throws OminusError `INTERNAL` when it is not
 */
export function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new OminusError('INTERNAL', { message: `the planner was not given: ${what}` });
  }
  return value;
}
