/** Activations of feed-forward parts, out of differentiable operators. */
import type { GraphBuilder, Value } from '../graph-builder.js';

const silu = (g: GraphBuilder, x: Value): Value => g.op('Mul', [x, g.op('Sigmoid', [x])]);

/** ½x(1 + tanh u) = x·sigmoid(2u) with u = √(2/π)·(x + 0.044715·x³): the tanh approximation without a Tanh. */
function geluTanh(g: GraphBuilder, x: Value): Value {
  const cubic = g.op('Mul', [g.op('Mul', [g.op('Mul', [x, x]), x]), g.scalar(0.044715)]);
  const inner = g.op('Mul', [g.op('Add', [x, cubic]), g.scalar(2 * Math.sqrt(2 / Math.PI))]);
  return g.op('Mul', [x, g.op('Sigmoid', [inner])]);
}

/** By the name in config.json (`hidden_act`). The exact gelu needs Erf, which the graphs do not use. */
export const ACTIVATIONS = {
  silu,
  swish: silu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
} as const satisfies Record<string, (g: GraphBuilder, x: Value) => Value>;

/** Name of a supported activation. */
export type ActivationName = keyof typeof ACTIVATIONS;
