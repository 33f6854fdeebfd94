/** What every layer of one graph shares: the inputs that its pieces need, shapes, the attention mask, the cache. */
import type { GraphBuilder, Value } from '../graph-builder.js';
import type { Positions } from './decoder.js';
import { INPUT, pastName } from './names.js';
import type { Frame, KeyValue, Scope } from './scope.js';

/** Added to a score that must not count; e^-1e9 is 0 in float32, and a row without any visible slot stays finite. */
const HIDDEN = -1e9;

/** Declares the inputs that are not weights and derives from them what the layers share. */
export function buildFrame(scope: Scope, positions: Positions | undefined): Frame {
  const { g, sizes } = scope;
  const { heads, kvHeads, headDim } = sizes;
  const ids = g.input(INPUT.ids, 'int64', ['batch', 'seq']);
  const position = positions && { piece: positions, ids: g.input(INPUT.positions, 'int64', ['batch', 'seq']) };
  const mask = g.input(INPUT.mask, 'int64', ['batch', 'total']);
  const placed = position?.piece.place(scope, position.ids) ?? {};
  const pastRows = g.input(INPUT.pastRows, 'int64', ['batch']);

  const idShape = g.op('Shape', [ids]);
  const batch = g.op('Shape', [ids], { start: { int: 0 }, end: { int: 1 } });
  const seq = g.op('Shape', [ids], { start: { int: 1 } });
  const total = g.op('Shape', [mask], { start: { int: 1 } });
  const shape = (...parts: Value[]): Value => g.op('Concat', parts, { axis: { int: 0 } });

  return {
    flatIds: g.op('Reshape', [ids, g.ints([-1])]),
    bias: g.unsqueeze(attentionBias(g, mask, seq, total), 1, 2),
    positions: placed,
    shapes: {
      tokens: idShape,
      queryHeads: shape(idShape, g.ints([heads, headDim])),
      kvHeads: shape(idShape, g.ints([kvHeads, headDim])),
      scores: shape(batch, g.ints([kvHeads, heads / kvHeads]), seq, total),
      stacked: shape(batch, g.ints([kvHeads, -1]), total),
      context: shape(batch, g.ints([heads]), seq, g.ints([headDim])),
    },
    past(layer) {
      const rowsOf = (part: keyof KeyValue): Value => {
        const stored = g.input(pastName(layer, part), 'float32', ['past_batch', kvHeads, 'past', headDim]);
        return g.op('Gather', [stored, pastRows]);
      };
      return { key: rowsOf('key'), value: rowsOf('value') };
    },
  };
}

/** `[batch, seq, total]`: a query at slot s sees the slots up to s that the mask has as 1; the others get -1e9. */
function attentionBias(g: GraphBuilder, mask: Value, seq: Value, total: Value): Value {
  const end = g.op('Squeeze', [total]);
  const slots = g.op('Range', [g.int(0), end, g.int(1)]);
  const querySlots = g.op('Range', [g.op('Sub', [end, g.op('Squeeze', [seq])]), end, g.int(1)]);
  const causal = g.op('LessOrEqual', [slots, g.unsqueeze(querySlots, 1)]);
  const visible = g.op('And', [causal, g.unsqueeze(g.cast(mask, 'bool'), 1)]);
  return g.op('Where', [visible, g.scalar(0), g.scalar(HIDDEN)]);
}
