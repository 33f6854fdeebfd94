/** `round`: what rounding to an output's element type does to a step that is evaluated. */
import type { RoundingDtype } from '../../numeric/output-dtype.js';
import type { KeyFacts, OperandKey } from '../key-facts.js';
import { nameOf, type NodeBase, type NodeKind, type Operand } from '../node.js';

/** What rounding to an output's element type does to a step that is evaluated; artifact `difference`, a WeightDifference. */
export interface RoundNode extends NodeBase {
  readonly kind: 'round';
  readonly candidate: Operand;
  readonly dtype: RoundingDtype;
}

/** The kind. Its rounding is that of the writing, before ranks are padded and zero modules left out, which change no value. */
export const roundKind: NodeKind<RoundNode> = {
  resultVersion: 1,
  queue: 'merge',
  limits: 'merge',
  title: (node) => `round ${nameOf(node)} to ${node.dtype}`,
  reads: ({ candidate }, { leavesOf }) => leavesOf(candidate),
};

/** Facts of the key, which keys also hold for an operand as it is written. */
export function roundFacts(input: { readonly candidate: OperandKey; readonly dtype: RoundingDtype }): KeyFacts {
  return {
    kind: 'round',
    resultVersion: roundKind.resultVersion,
    candidate: input.candidate,
    dtype: input.dtype,
  };
}
