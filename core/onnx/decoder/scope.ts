/** What the pieces of a decoder share while a graph is built. */
import type { GraphBuilder, Value } from '../graph-builder.js';
import type { DecoderSizes } from './sizes.js';

/** A linear module that a low-rank adapter can target: y = W x with W `[out, in]`. */
export interface LinearShape {
  readonly in: number;
  readonly out: number;
}

/** Multiplications by weights that one token takes: every entry of every linear module, once. */
export function multiplicationsPerToken(modules: ReadonlyMap<string, LinearShape>): number {
  return [...modules.values()].reduce((sum, shape) => sum + shape.in * shape.out, 0);
}

/** What the pieces of a decoder share while a graph is built. */
export interface Scope {
  readonly g: GraphBuilder;
  readonly sizes: DecoderSizes;
  /** Fills up with every module that has LoRA inputs. */
  readonly modules: Map<string, LinearShape>;
}

/** Keys and values `[batch, kvHeads, positions, headDim]`. */
export interface KeyValue {
  readonly key: Value;
  readonly value: Value;
}

/** Positions at work in one graph: what is done with them, and where. */
export interface PlacedPositions {
  /** Adds them to embedded tokens `[batch · seq, hidden]`. */
  readonly embed?: (rows: Value) => Value;
  /** Turns queries or keys `[batch, heads, seq, headDim]` by them. */
  readonly turn?: (x: Value) => Value;
}

/** Values that all layers of one graph share. */
export interface Frame {
  /** Token ids, flat: `[batch · seq]`. */
  readonly flatIds: Value;
  /** 0 or -1e9, `[batch, 1, 1, seq, total]`. */
  readonly bias: Value;
  /** Empty where the family has no positions. */
  readonly positions: PlacedPositions;
  readonly shapes: {
    /** `[batch, seq]`. */
    readonly tokens: Value;
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
