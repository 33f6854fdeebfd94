/** The gated feed-forward part. */
import type { FeedForward } from '../decoder/decoder.js';
import { ACTIVATIONS, type ActivationName } from './activations.js';
import { linear, type Linear } from './linear.js';

/** Modules of a gated feed-forward part. */
export interface GatedMlpSettings {
  readonly gate: Linear;
  readonly up: Linear;
  readonly down: Linear;
  /** Features between them. */
  readonly width: number;
  readonly activation: ActivationName;
}

/** down(act(gate(x)) · up(x)). */
export const gatedMlp =
  ({ gate, up, down, width, activation }: GatedMlpSettings): FeedForward =>
  (scope, x) => {
    const { hiddenSize } = scope.sizes;
    const wide = { in: hiddenSize, out: width };
    const gated = linear(scope, x, gate, wide);
    const rows = linear(scope, x, up, wide);
    const product = scope.g.op('Mul', [ACTIVATIONS[activation](scope.g, gated), rows]);
    return linear(scope, product, down, { in: width, out: hiddenSize });
  };
