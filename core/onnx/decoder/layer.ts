/** The pre-norm layer that the Llama-shaped families share. */
import type { Value } from '../graph-builder.js';
import { selfAttention } from './attention.js';
import type { KeyValue, Scope } from './scope.js';
import type { Frame } from './frame.js';
import { rmsNorm } from './linear.js';
import { gatedMlp } from './mlp.js';

/** Builds layer number `index` on rows `[batch · seq, hidden]`. */
export type BuildLayer = (scope: Scope, frame: Frame, x: Value, index: number) => KeyValue & { readonly rows: Value };

/** x + attention(norm(x)), then the same with the feed-forward part. */
export const preNormLayer: BuildLayer = (scope, frame, x, index) => {
  const { g } = scope;
  const layer = `model.layers.${String(index)}`;
  const normed = rmsNorm(scope, x, `${layer}.input_layernorm`);
  const attention = selfAttention(scope, frame, normed, `${layer}.self_attn`, index);
  const middle = g.op('Add', [x, attention.rows]);
  const mlp = gatedMlp(scope, rmsNorm(scope, middle, `${layer}.post_attention_layernorm`), `${layer}.mlp`);
  return { rows: g.op('Add', [middle, mlp]), key: attention.key, value: attention.value };
};
