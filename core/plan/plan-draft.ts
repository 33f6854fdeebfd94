/** A plan in the making: what the functions that add nodes share. */
import type { Digest } from '../digest.js';
import type { Formula } from '../expression/types.js';
import type { CombineNodes, Ground } from './combine-nodes.js';
import type { Experiment } from './experiment.js';
import type { NodeId, Operand, WrittenOperand } from './node.js';
import type { NodeTable } from './node-table.js';
import type { PlanSources } from './plan-sources.js';
import type { PlanStep } from './types.js';

/** An experiment, its sources, and the nodes so far. */
export interface PlanDraft {
  readonly experiment: Experiment;
  readonly sources: PlanSources;
  readonly table: NodeTable;
  readonly combines: CombineNodes;
  /** Gram matrices with the rule of the first leaf. */
  readonly ground: Ground;
  readonly groundOf: (leftmost: string | undefined) => Ground;
  readonly digestOf: (adapter: string) => Digest;
  /** The value of that name: a step, an adapter, or `base`. */
  readonly candidateOf: (name: string) => NamedCandidate;
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

/** An evaluate node, as others refer to it. */
export interface Evaluation {
  readonly id: NodeId;
  readonly key: Digest;
}

/** Evaluate nodes by benchmark label, per candidate, written ones among them. */
export type EvaluationTable = ReadonlyMap<string, ReadonlyMap<string, Evaluation>>;
