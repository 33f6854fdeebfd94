/** Linear modules with low-rank factors as graph inputs, and the RMS norm. */
import type { Value } from '../graph-builder.js';
import type { LinearShape, Scope } from './scope.js';

/** Input names of a module's factors. */
export function loraInputNames(module: string): { readonly a: string; readonly b: string } {
  return { a: `${module}.lora_A`, b: `${module}.lora_B` };
}

/**
 * y = x Wᵀ (+ bias) + (x Aᵀ) Bᵀ on rows x `[tokens, in]`. A `[rank, in]` and B `[out, rank]` are inputs of the graph, any
 * rank including 0; scaling and coefficients lie in B. Gemm takes W as it is stored and adds through its C operand.
 *
 * @param weight - name of W, where the module shares that of another one: the factors change this use of it only
 */
export function linear(
  scope: Scope,
  x: Value,
  module: string,
  shape: LinearShape,
  hasBias: boolean,
  weight = `${module}.weight`,
): Value {
  const { g } = scope;
  const names = loraInputNames(module);
  const rank = `rank ${module}`;
  const a = g.input(names.a, 'float32', [rank, shape.in]);
  const b = g.input(names.b, 'float32', [shape.out, rank]);
  scope.modules.set(module, shape);
  const bias = hasBias ? [g.weight(`${module}.bias`, [shape.out])] : [];
  const transB = { int: 1 };
  const low = g.op('Gemm', [g.op('Gemm', [x, a], { transB }), b, ...bias], { transB });
  return g.op('Gemm', [x, g.weight(weight, [shape.out, shape.in]), low], { transB });
}

/** x / rms(x) · weight, row by row; the runtime's own operator, which every execution provider has. */
export function rmsNorm(scope: Scope, x: Value, name: string): Value {
  const { g, config } = scope;
  const weight = g.weight(`${name}.weight`, [config.hiddenSize]);
  const attributes = { axis: { int: -1 }, epsilon: { float: config.normEpsilon } };
  return g.op('SimplifiedLayerNormalization', [x, weight], attributes);
}
