/** Grouped-query attention with a cache, out of plain differentiable operators. */
import type { Attention } from '../decoder/decoder.js';
import type { Frame, KeyValue, Scope } from '../decoder/scope.js';
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

/** Modules of one attention block whose queries, keys and values are rows of one weight. */
export interface FusedAttentionSettings {
  /** Number of the layer, whose cache it is. */
  readonly layer: number;
  /** Head by head: the rows of its queries, of its keys, of its values. `[3 · heads · headDim, hidden]` */
  readonly queryKeyValue: Linear;
  readonly output: Linear;
}

/** Self-attention with a module each for queries, keys and values. */
export const selfAttention =
  (modules: AttentionSettings): Attention =>
  (scope, frame, x) => {
    const { g, sizes } = scope;
    const { heads, kvHeads, headDim, hiddenSize } = sizes;
    const project = (module: Linear, count: number): Value =>
      linear(scope, x, module, { in: hiddenSize, out: count * headDim });
    const split = (rows: Value, shape: Value): Value => swapSeqAndHeads(scope, g.op('Reshape', [rows, shape]));

    const turn = turnOf(frame);
    const query = turn(split(project(modules.query, heads), frame.shapes.queryHeads));
    const key = turn(split(project(modules.key, kvHeads), frame.shapes.kvHeads));
    const value = split(project(modules.value, kvHeads), frame.shapes.kvHeads);
    return attend(scope, frame, { ...modules, query, key, value });
  };

/** Self-attention with one module for queries, keys and values, of as many key as query heads. */
export const fusedAttention =
  ({ layer, queryKeyValue, output }: FusedAttentionSettings): Attention =>
  (scope, frame, x) => {
    const { g, sizes } = scope;
    const { heads, headDim, hiddenSize } = sizes;
    const rows = linear(scope, x, queryKeyValue, { in: hiddenSize, out: 3 * heads * headDim });
    const shape = g.op('Concat', [frame.shapes.tokens, g.ints([heads, -1])], { axis: { int: 0 } });
    const together = swapSeqAndHeads(scope, g.op('Reshape', [rows, shape])); // [batch, heads, seq, 3 · headDim]
    const [query = '', key = '', value = ''] = g.split(together, [headDim, headDim, headDim]);
    const turn = turnOf(frame);
    return attend(scope, frame, { layer, output, query: turn(query), key: turn(key), value });
  };

/** What attention works on: new queries, keys and values `[batch, their heads, seq, headDim]`, turned by their positions. */
interface Attended extends KeyValue {
  readonly layer: number;
  readonly query: Value;
  readonly output: Linear;
}

/**
 * Scores scaled by 1/√headDim. The query heads of one key head are stacked as its rows, so neither keys nor values are
 * repeated.
 */
function attend(scope: Scope, frame: Frame, { layer, output, ...now }: Attended): ReturnType<Attention> {
  const { g, sizes } = scope;
  const { heads, kvHeads, headDim, hiddenSize } = sizes;
  const past = frame.past(layer);
  const key = g.op('Concat', [past.key, now.key], { axis: { int: 2 } });
  const value = g.op('Concat', [past.value, now.value], { axis: { int: 2 } });

  const scaled = g.op('Mul', [now.query, g.scalar(1 / Math.sqrt(headDim))]);
  const stacked = g.op('Reshape', [scaled, g.ints([0, kvHeads, -1, headDim])]);
  const dots = g.op('MatMul', [stacked, g.op('Transpose', [key], { perm: { ints: [0, 1, 3, 2] } })]);
  const scores = g.op('Add', [g.op('Reshape', [dots, frame.shapes.scores]), frame.bias]);
  const weights = g.op('Reshape', [g.op('Softmax', [scores], { axis: { int: -1 } }), frame.shapes.stacked]);
  const context = g.op('Reshape', [g.op('MatMul', [weights, value]), frame.shapes.context]);

  const rows = g.op('Reshape', [swapSeqAndHeads(scope, context), g.ints([-1, heads * headDim])]);
  return { rows: linear(scope, rows, output, { in: heads * headDim, out: hiddenSize }), key, value };
}

function turnOf({ positions }: Frame): (x: Value) => Value {
  return positions.turn ?? ((x) => x);
}

function swapSeqAndHeads({ g }: Scope, x: Value): Value {
  return g.op('Transpose', [x], { perm: { ints: [0, 2, 1, 3] } });
}
