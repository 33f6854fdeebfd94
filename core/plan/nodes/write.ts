/** `write`: an adapter folder, written where `output` asks. */
import type { OutputRanks } from '../../adapter/output-ranks.js';
import type { Semantics } from '../../algebra/types.js';
import type { Decimal } from '../../expression/types.js';
import type { OutputDtype } from '../../numeric/output-dtype.js';
import { scalingFact, type KeyFacts, type OperandKey, type ScalingRule } from '../key-facts.js';
import { writtenBytes, type NodeBase, type NodeKind, type Operand } from '../node.js';

/** An adapter folder, written where `output` asks. */
export interface WriteNode extends NodeBase {
  readonly kind: 'write';
  readonly step: string;
  readonly candidate: Operand;
  readonly expression: string;
  /** λ by what it weighs, in the order of application. */
  readonly lambdas: readonly { readonly adapter: string; readonly lambda: Decimal }[];
  readonly semantics: Semantics;
  readonly dtype: OutputDtype;
  /** Absent in plans of version 0.1.0, whose keys mean exact ranks. */
  readonly ranks?: OutputRanks;
  /** Absolute folder. */
  readonly path: string;
}

/** The kind. */
export const writeKind: NodeKind<WriteNode> = {
  resultVersion: 2, // from 2 on with ranks, and without modules that are zero
  queue: 'merge',
  limits: 'merge',
  title: ({ step, dtype }) => `write ${step} (${dtype})`,
  reads: ({ candidate }, { leavesOf }) => leavesOf(candidate),
  writes: ({ candidate, dtype }, { leavesOf }) => writtenBytes(leavesOf(candidate), dtype),
};

/** Facts of the key; where it is written is no part of it. */
export function writeFacts(input: {
  readonly candidate: OperandKey;
  readonly expression: string;
  readonly dtype: OutputDtype;
  readonly ranks: OutputRanks;
  readonly scaling: ScalingRule;
}): KeyFacts {
  return {
    kind: 'write',
    resultVersion: writeKind.resultVersion,
    candidate: input.candidate,
    expression: input.expression,
    dtype: input.dtype,
    ranks: input.ranks,
    scaling: scalingFact(input.scaling),
  };
}
