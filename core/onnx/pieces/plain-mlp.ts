/** The feed-forward part without a gate. */
import type { FeedForward } from '../decoder/decoder.js';
import { ACTIVATIONS, type ActivationName } from './activations.js';
import { linear, type Linear } from './linear.js';

/** Modules of a plain feed-forward part. */
export interface PlainMlpSettings {
  readonly up: Linear;
  readonly down: Linear;
  /** Features between them. */
  readonly width: number;
  readonly activation: ActivationName;
}

/** down(act(up(x))). */
export const plainMlp =
  ({ up, down, width, activation }: PlainMlpSettings): FeedForward =>
  (scope, x) => {
    const { hiddenSize } = scope.sizes;
    const rows = ACTIVATIONS[activation](scope.g, linear(scope, x, up, { in: hiddenSize, out: width }));
    return linear(scope, rows, down, { in: width, out: hiddenSize });
  };
