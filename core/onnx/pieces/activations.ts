/** Activations of feed-forward parts, out of differentiable operators. */
import { unsupported, type ConfigReader } from '../decoder/config-reader.js';
import type { GraphBuilder, Value } from '../graph-builder.js';

const relu = (g: GraphBuilder, x: Value): Value => g.op('Relu', [x]);

const silu = (g: GraphBuilder, x: Value): Value => g.op('Mul', [x, g.op('Sigmoid', [x])]);

/** ½x(1 + tanh u) = x·sigmoid(2u) with u = √(2/π)·(x + 0.044715·x³): the tanh approximation without a Tanh. */
function geluTanh(g: GraphBuilder, x: Value): Value {
  const cubic = g.op('Mul', [g.op('Mul', [g.op('Mul', [x, x]), x]), g.scalar(0.044715)]);
  const inner = g.op('Mul', [g.op('Add', [x, cubic]), g.scalar(2 * Math.sqrt(2 / Math.PI))]);
  return g.op('Mul', [x, g.op('Sigmoid', [inner])]);
}

/** ½x(1 + erf(x/√2)). */
function gelu(g: GraphBuilder, x: Value): Value {
  const share = g.op('Add', [g.op('Erf', [g.op('Mul', [x, g.scalar(Math.SQRT1_2)])]), g.scalar(1)]);
  return g.op('Mul', [g.op('Mul', [x, g.scalar(0.5)]), share]);
}

/** By their names in config.json. */
export const ACTIVATIONS = {
  silu,
  swish: silu,
  gelu,
  gelu_new: geluTanh,
  gelu_pytorch_tanh: geluTanh,
  relu,
} as const satisfies Record<string, (g: GraphBuilder, x: Value) => Value>;

/** Name of a supported activation. */
export type ActivationName = keyof typeof ACTIVATIONS;

/**
 * Reads the name of an activation.
 *
 * @param key - of config.json, e.g. `hidden_act`
 * @throws OminusError `MODEL_UNSUPPORTED` when it is none of the table's
 */
export function readActivation(config: ConfigReader, key: string, fallback: ActivationName): ActivationName {
  const name = config.text(key, fallback);
  if (!Object.hasOwn(ACTIVATIONS, name)) {
    throw unsupported(
      `${key} "${name}" is not one of ${Object.keys(ACTIVATIONS).join(', ')}`,
      'Use a model with one of these activations.',
    );
  }
  return name as ActivationName; // a key of the table, by the test above
}
