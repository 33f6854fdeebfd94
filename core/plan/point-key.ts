/** Key of what a point of a sweep gave. */
import type { Digest } from '../digest.js';
import { keyOf } from './key.js';
import type { GramBackend, OperandKey } from './key-facts.js';

/** Raise it when the same inputs give another result. */
const RESULT_VERSION = 1;

/**
 * The key of a point's result. Its variables' names and values are no part of it: a point of another sweep that is the same combination,
 * evaluated the same way, has the same result.
 */
export function pointKey(input: {
  readonly candidate: OperandKey;
  /** Keys of its evaluate nodes, by label. */
  readonly evaluations: Readonly<Record<string, Digest>>;
  /** What its distance is measured from. */
  readonly baseline: OperandKey;
  /** Of the examples' split into halves. */
  readonly splitSeed: number;
  /** Version of the split; absent: 1. */
  readonly split: number | undefined;
  /** Of the Gram matrices that norm and distance come from. */
  readonly backend: GramBackend;
}): Digest {
  return keyOf({
    kind: 'point',
    resultVersion: RESULT_VERSION,
    candidate: input.candidate,
    evaluations: { ...input.evaluations },
    baseline: input.baseline,
    splitSeed: input.splitSeed,
    ...(input.split === undefined ? {} : { split: input.split }),
    backend: input.backend,
  });
}
