/** `compare`: all paired comparisons of a spec. */
import type { Digest } from '../../digest.js';
import type { Correction } from '../../evaluation/correction.js';
import type { GramBackend, KeyFacts, OperandKey } from '../key-facts.js';
import type { Evaluable, NodeBase, NodeId, NodeKind, Operand } from '../node.js';

/** All paired comparisons of a spec (one node, since all pairs within a metric are one family). */
export interface CompareNode extends NodeBase {
  readonly kind: 'compare';
  readonly gram: NodeId;
  readonly pairs: readonly ComparePair[];
  readonly seed: number;
  /** Bootstrap draws of the intervals. */
  readonly draws: number;
  /** Absent in plans of version 0.1.0, which mean Holm's method with these draws. */
  readonly correction?: Correction;
  /** Only examples of the half that is reported, when a sweep chose by the other one (core/sweep/split.ts). */
  readonly half?: ComparedHalf;
}

/** A half of the examples, by the version of the split; absent: 1. */
export interface ComparedHalf {
  readonly seed: number;
  readonly split?: number;
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

/** The kind. */
export const compareKind: NodeKind<CompareNode> = {
  resultVersion: 2,
  queue: 'control',
  limits: 'light',
  title: ({ pairs }) => `${String(pairs.length)} comparisons`,
  reads: () => [],
};

/** Facts of the key. */
export function compareFacts(input: {
  readonly pairs: readonly {
    readonly first: string;
    readonly second: string;
    readonly firstCandidate: OperandKey;
    readonly secondCandidate: OperandKey;
    readonly evaluations: readonly { readonly label: string; readonly first: Digest; readonly second: Digest }[];
  }[];
  readonly seed: number;
  readonly draws: number;
  readonly correction: Correction;
  /** Of the Gram matrices that distances come from. */
  readonly backend: GramBackend;
  /** Of the examples' split, where only one half is compared. */
  readonly half?: ComparedHalf;
}): KeyFacts {
  return {
    kind: 'compare',
    resultVersion: compareKind.resultVersion,
    pairs: input.pairs.map((pair) => ({ ...pair, evaluations: pair.evaluations.map((entry) => ({ ...entry })) })),
    seed: input.seed,
    draws: input.draws,
    correction: { ...input.correction },
    backend: input.backend,
    ...(input.half === undefined ? {} : { half: { ...input.half } }),
  };
}
