/** Grouped-query attention with a cache, out of plain differentiable operators. */
import type { Attention } from '../decoder/decoder.js';
import type { Scope } from '../decoder/scope.js';
import type { Value } from '../graph-builder.js';
import { linear, type Linear } from './linear.js';

/** Modules of one attention block. */
export interface AttentionSettings {
  /** Number of the layer, whose cache it is. */
  readonly layer: number;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
}

/**
 * Self-attention, scores scaled by 1/√headDim. The query heads of one key head are stacked as its rows, so neither keys nor
 * values are repeated.
 */
export const selfAttention =
  (modules: AttentionSettings): Attention =>
  (scope, frame, x) => {
    const { g, sizes } = scope;
    const { heads, kvHeads, headDim, hiddenSize } = sizes;
    const project = (module: Linear, count: number): Value =>
      linear(scope, x, module, { in: hiddenSize, out: count * headDim });
    const split = (rows: Value, shape: Value): Value => swapSeqAndHeads(scope, g.op('Reshape', [rows, shape]));
    const turn = frame.positions.turn ?? ((value: Value): Value => value);

    const queries = turn(split(project(modules.query, heads), frame.shapes.queryHeads));
    const newKey = turn(split(project(modules.key, kvHeads), frame.shapes.kvHeads));
    const newValue = split(project(modules.value, kvHeads), frame.shapes.kvHeads);
    const past = frame.past(modules.layer);
    const key = g.op('Concat', [past.key, newKey], { axis: { int: 2 } });
    const value = g.op('Concat', [past.value, newValue], { axis: { int: 2 } });

    const scaled = g.op('Mul', [queries, g.scalar(1 / Math.sqrt(headDim))]);
    const stacked = g.op('Reshape', [scaled, g.ints([0, kvHeads, -1, headDim])]);
    const dots = g.op('MatMul', [stacked, g.op('Transpose', [key], { perm: { ints: [0, 1, 3, 2] } })]);
    const scores = g.op('Add', [g.op('Reshape', [dots, frame.shapes.scores]), frame.bias]);
    const weights = g.op('Reshape', [g.op('Softmax', [scores], { axis: { int: -1 } }), frame.shapes.stacked]);
    const context = g.op('Reshape', [g.op('MatMul', [weights, value]), frame.shapes.context]);

    const rows = g.op('Reshape', [swapSeqAndHeads(scope, context), g.ints([-1, heads * headDim])]);
    return { rows: linear(scope, rows, modules.output, { in: heads * headDim, out: hiddenSize }), key, value };
  };

function swapSeqAndHeads({ g }: Scope, x: Value): Value {
  return g.op('Transpose', [x], { perm: { ints: [0, 2, 1, 3] } });
}
