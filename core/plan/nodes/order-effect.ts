/** `order-effect`: what the order does to the metrics of a study. */
import type { Digest } from '../../digest.js';
import type { Correction } from '../../evaluation/correction.js';
import type { StudyOperator } from '../../study/types.js';
import type { KeyFacts } from '../key-facts.js';
import type { NodeBase, NodeId, NodeKind } from '../node.js';

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
  /** Of the pairs of orders. Absent in plans of version 0.1.0, which mean Holm's method with these draws. */
  readonly correction?: Correction;
}

/** The kind: long loops over many orders. */
export const orderEffectKind: NodeKind<OrderEffectNode> = {
  resultVersion: 2,
  queue: 'merge',
  limits: 'merge',
  title: ({ arms }) => `effect of the order on ${String(arms.length)} arms`,
  reads: () => [],
};

/** Facts of the key; the arms' names are part of what the statistics say. */
export function orderEffectFacts(input: {
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
  readonly correction: Correction;
}): KeyFacts {
  return {
    kind: 'order-effect',
    resultVersion: orderEffectKind.resultVersion,
    gap: input.gap,
    arms: input.arms.map((arm) => ({ ...arm, evaluations: arm.evaluations.map((entry) => ({ ...entry })) })),
    seed: input.seed,
    draws: input.draws,
    correction: { ...input.correction },
  };
}
