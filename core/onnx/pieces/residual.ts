/** Where the norms of a layer stand between its blocks and the rows that they are added to. */
import type { Residual } from '../decoder/decoder.js';

/** x + attention(norm(x)), then the same with the feed-forward part. */
export const preNorm: Residual = (scope, frame, layer, x) => {
  const { g } = scope;
  const attention = layer.attention(scope, frame, layer.attentionNorm(scope, x));
  const middle = g.op('Add', [x, attention.rows]);
  const rows = g.op('Add', [middle, layer.feedForward(scope, layer.feedForwardNorm(scope, middle))]);
  return { rows, key: attention.key, value: attention.value };
};

/** x + attention(norm(x)) + feedForward(norm(x)): both blocks read the same rows, each through its own norm. */
export const parallelNorm: Residual = (scope, frame, layer, x) => {
  const { g } = scope;
  const attention = layer.attention(scope, frame, layer.attentionNorm(scope, x));
  const forward = layer.feedForward(scope, layer.feedForwardNorm(scope, x));
  const rows = g.op('Add', [g.op('Add', [forward, attention.rows]), x]);
  return { rows, key: attention.key, value: attention.value };
};

/** norm(x + attention(x)), then the same with the feed-forward part. */
export const postNorm: Residual = (scope, frame, layer, x) => {
  const { g } = scope;
  const attention = layer.attention(scope, frame, x);
  const middle = layer.attentionNorm(scope, g.op('Add', [x, attention.rows]));
  const rows = layer.feedForwardNorm(scope, g.op('Add', [middle, layer.feedForward(scope, middle)]));
  return { rows, key: attention.key, value: attention.value };
};
