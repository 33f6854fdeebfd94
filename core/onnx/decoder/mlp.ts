/** The gated feed-forward part, and its activations out of differentiable operators. */
import type { Value } from '../graph-builder.js';
import type { Scope } from './scope.js';
import { linear } from './linear.js';
import { ACTIVATIONS } from './activations.js';

/** down(act(gate(x)) · up(x)) on rows `[tokens, hidden]`. */
export function gatedMlp(scope: Scope, x: Value, module: string): Value {
  const { g, config } = scope;
  const wide = { in: config.hiddenSize, out: config.mlpSize };
  const narrow = { in: config.mlpSize, out: config.hiddenSize };
  const gate = linear(scope, x, `${module}.gate_proj`, wide, config.bias.mlp);
  const up = linear(scope, x, `${module}.up_proj`, wide, config.bias.mlp);
  const gated = g.op('Mul', [ACTIVATIONS[config.activation](g, gate), up]);
  return linear(scope, gated, `${module}.down_proj`, narrow, config.bias.mlp);
}
