/** Linear modules with low-rank factors as graph inputs. */
import type { Value } from '../graph-builder.js';
import type { LinearShape, Scope } from '../decoder/scope.js';

/** A linear module of the checkpoint. */
export interface Linear {
  /** Its path, to which `.weight`, `.bias` and adapters refer. */
  readonly module: string;
  readonly bias: boolean;
  /** Name of W, where the module shares that of another one: the factors change this use of it only. */
  readonly weight?: string;
}

/** Input names of a module's factors. */
export function loraInputNames(module: string): { readonly a: string; readonly b: string } {
  return { a: `${module}.lora_A`, b: `${module}.lora_B` };
}

/**
 * y = x Wᵀ (+ bias) + (x Aᵀ) Bᵀ on rows x `[tokens, in]`. A `[rank, in]` and B `[out, rank]` are inputs of the graph, any
 * rank including 0; scaling and coefficients are in B. Gemm takes W as it is stored and adds through its C operand.
 */
export function linear(scope: Scope, x: Value, { module, bias, weight }: Linear, shape: LinearShape): Value {
  const { g } = scope;
  const names = loraInputNames(module);
  const rank = `rank ${module}`;
  const a = g.input(names.a, 'float32', [rank, shape.in]);
  const b = g.input(names.b, 'float32', [shape.out, rank]);
  scope.modules.set(module, shape);
  const offset = bias ? [g.weight(`${module}.bias`, [shape.out])] : [];
  const transB = { int: 1 };
  const low = g.op('Gemm', [g.op('Gemm', [x, a], { transB }), b, ...offset], { transB });
  return g.op('Gemm', [x, g.weight(weight ?? `${module}.weight`, [shape.out, shape.in]), low], { transB });
}
