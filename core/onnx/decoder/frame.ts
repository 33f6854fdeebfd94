/** What every layer of one graph shares: its inputs, shapes, the attention mask and the rows of the rotary tables. */
import type { GraphBuilder, Value } from '../graph-builder.js';
import type { KeyValue, Scope } from './scope.js';

/** Names of the graph's inputs and outputs. */
export const INPUT = {
  ids: 'input_ids',
  positions: 'position_ids',
  mask: 'attention_mask',
  ropeCos: 'rope_cos',
  ropeSin: 'rope_sin',
  pastRows: 'past_rows',
  logitRows: 'logit_rows',
  targets: 'target_ids',
} as const;
export const OUTPUT = { logits: 'logits', logProbs: 'target_log_probs', argmax: 'argmax' } as const;
export const pastName = (layer: number, part: keyof KeyValue): string => `past.${String(layer)}.${part}`;
export const presentName = (layer: number, part: keyof KeyValue): string => `present.${String(layer)}.${part}`;

/** Added to a score that must not count; e^-1e9 is 0 in float32, and a row without any visible slot stays finite. */
const HIDDEN = -1e9;

/** Values that the layers use. */
export interface Frame {
  /** Token ids, flat: `[batch · seq]`. */
  readonly flatIds: Value;
  /** 0 or -1e9, `[batch, 1, 1, seq, total]`. */
  readonly bias: Value;
  /** `[batch, 1, seq, headDim]`. */
  readonly cos: Value;
  readonly sin: Value;
  readonly shapes: {
    /** `[batch, seq, heads, headDim]` and the same for key and value heads. */
    readonly queryHeads: Value;
    readonly kvHeads: Value;
    /** `[batch, kvHeads, group, seq, total]`: the scores with the query heads of a kv head apart. */
    readonly scores: Value;
    /** `[batch, kvHeads, group · seq, total]`: the same with them stacked. */
    readonly stacked: Value;
    /** `[batch, heads, seq, headDim]`. */
    readonly context: Value;
  };
  /** The cache of one layer, one row per row of the batch. */
  past(layer: number): KeyValue;
}

/** Declares the inputs that are not weights and derives from them what the layers share. */
export function buildFrame(scope: Scope): Frame {
  const { g, config } = scope;
  const { heads, kvHeads, headDim } = config;
  const ids = g.input(INPUT.ids, 'int64', ['batch', 'seq']);
  const positions = g.input(INPUT.positions, 'int64', ['batch', 'seq']);
  const mask = g.input(INPUT.mask, 'int64', ['batch', 'total']);
  const table = (name: string): Value => g.input(name, 'float32', ['positions', headDim]);
  const pickRows = (from: Value): Value => unsqueeze(g, g.op('Gather', [from, positions]), 1);
  const cos = pickRows(table(INPUT.ropeCos));
  const sin = pickRows(table(INPUT.ropeSin));
  const pastRows = g.input(INPUT.pastRows, 'int64', ['batch']);

  const idShape = g.op('Shape', [ids]);
  const batch = g.op('Shape', [ids], { start: { int: 0 }, end: { int: 1 } });
  const seq = g.op('Shape', [ids], { start: { int: 1 } });
  const total = g.op('Shape', [mask], { start: { int: 1 } });
  const shape = (...parts: Value[]): Value => g.op('Concat', parts, { axis: { int: 0 } });

  return {
    flatIds: g.op('Reshape', [ids, g.ints([-1])]),
    bias: unsqueeze(g, attentionBias(g, mask, seq, total), 1, 2),
    cos,
    sin,
    shapes: {
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
  const causal = g.op('LessOrEqual', [slots, unsqueeze(g, querySlots, 1)]);
  const visible = g.op('And', [causal, unsqueeze(g, g.cast(mask, 'bool'), 1)]);
  return g.op('Where', [visible, g.scalar(0), g.scalar(HIDDEN)]);
}

function unsqueeze(g: GraphBuilder, x: Value, ...axes: number[]): Value {
  return g.op('Unsqueeze', [x, g.ints(axes)]);
}
