/** Grouped-query attention with rotary positions and a cache, out of plain differentiable operators. */
import type { Value } from '../graph-builder.js';
import type { KeyValue, Scope } from './scope.js';
import type { Frame } from './frame.js';
import { linear } from './linear.js';

/**
 * Self-attention of one layer on rows x `[batch · seq, hidden]`. The query heads of one key head are stacked as its rows,
 * so neither keys nor values are repeated.
 *
 * @returns the rows after the output projection, and the keys and values of all `total` slots
 */
export function selfAttention(
  scope: Scope,
  frame: Frame,
  x: Value,
  module: string,
  layer: number,
): KeyValue & { readonly rows: Value } {
  const { g, config } = scope;
  const { heads, kvHeads, headDim, hiddenSize, bias } = config;
  const project = (name: string, count: number): Value =>
    linear(scope, x, `${module}.${name}`, { in: hiddenSize, out: count * headDim }, bias.qkv);
  const split = (rows: Value, shape: Value): Value => swapSeqAndHeads(scope, g.op('Reshape', [rows, shape]));

  const queries = rotate(scope, frame, split(project('q_proj', heads), frame.shapes.queryHeads));
  const newKey = rotate(scope, frame, split(project('k_proj', kvHeads), frame.shapes.kvHeads));
  const newValue = split(project('v_proj', kvHeads), frame.shapes.kvHeads);
  const past = frame.past(layer);
  const key = g.op('Concat', [past.key, newKey], { axis: { int: 2 } });
  const value = g.op('Concat', [past.value, newValue], { axis: { int: 2 } });

  const scaled = g.op('Mul', [queries, g.scalar(1 / Math.sqrt(headDim))]);
  const stacked = g.op('Reshape', [scaled, g.ints([0, kvHeads, -1, headDim])]);
  const dots = g.op('MatMul', [stacked, g.op('Transpose', [key], { perm: { ints: [0, 1, 3, 2] } })]);
  const scores = g.op('Add', [g.op('Reshape', [dots, frame.shapes.scores]), frame.bias]);
  const weights = g.op('Reshape', [g.op('Softmax', [scores], { axis: { int: -1 } }), frame.shapes.stacked]);
  const context = g.op('Reshape', [g.op('MatMul', [weights, value]), frame.shapes.context]);

  const rows = g.op('Reshape', [swapSeqAndHeads(scope, context), g.ints([-1, heads * headDim])]);
  const output = { in: heads * headDim, out: hiddenSize };
  return { rows: linear(scope, rows, `${module}.o_proj`, output, bias.output), key, value };
}

function swapSeqAndHeads({ g }: Scope, x: Value): Value {
  return g.op('Transpose', [x], { perm: { ints: [0, 2, 1, 3] } });
}

/** x·cos + swap(x)·sin; the sign of rotate_half lies in the table of sines. */
function rotate({ g }: Scope, frame: Frame, x: Value): Value {
  const [first, second] = g.halves(x);
  const swapped = g.op('Concat', [second, first], { axis: { int: -1 } });
  return g.op('Add', [g.op('Mul', [x, frame.cos]), g.op('Mul', [swapped, frame.sin])]);
}
