/** A decoder as the list of its pieces: what a family states, and what a graph is built from. */
import type { Value } from '../graph-builder.js';
import type { Frame, KeyValue, PlacedPositions, Scope } from './scope.js';
import type { DecoderSizes } from './sizes.js';

/** From token ids to rows `[batch · seq, hidden]`. */
export type Embedding = (scope: Scope, frame: Frame) => Value;

/** Normalizes rows `[tokens, hidden]`. */
export type Norm = (scope: Scope, x: Value) => Value;

/** Attention on rows `[batch · seq, hidden]`: the rows after its output projection, and the keys and values of all `total` slots. */
export type Attention = (scope: Scope, frame: Frame, x: Value) => KeyValue & { readonly rows: Value };

/** The feed-forward part on rows `[tokens, hidden]`. */
export type FeedForward = (scope: Scope, x: Value) => Value;

/** The blocks of one layer, each with its norm. */
export interface Layer {
  readonly attentionNorm: Norm;
  readonly attention: Attention;
  readonly feedForwardNorm: Norm;
  readonly feedForward: FeedForward;
}

/** How a layer's blocks, norms and the rows they are added to come together. */
export type Residual = (scope: Scope, frame: Frame, layer: Layer, x: Value) => KeyValue & { readonly rows: Value };

/** From the last rows `[batch · seq, hidden]` to the outputs of the graph. */
export type Head = (scope: Scope, x: Value) => void;

/** Inputs whose row p belongs to position p: the caller that runs the graph makes them, as many as the text needs. */
export interface PositionTables {
  /** Of the inputs, each float32 `[positions, width]`. */
  readonly names: readonly string[];
  readonly width: number;
  /** Rows 0 ≤ p < `positions` of every table, in the order of the names. */
  readonly make: (positions: number) => readonly Float32Array[];
}

/** How a decoder knows the position of a token. */
export interface Positions {
  /** Inputs beside `position_ids`. */
  readonly tables?: PositionTables;
  /** Tensors of old checkpoints that hold what is computed here: not learnt, so not missed. */
  readonly computed?: RegExp;
  /**
   * Declares the inputs and reads what is needed from them.
   *
   * @param ids - positions of the new tokens, `[batch, seq]`
   */
  place(scope: Scope, ids: Value): PlacedPositions;
}

/** All pieces of a decoder. */
export interface Decoder {
  readonly sizes: DecoderSizes;
  readonly embedding: Embedding;
  /** Left out where attention alone tells the order: the graph then has no `position_ids`. */
  readonly positions?: Positions;
  readonly residual: Residual;
  /** The pieces of layer number `index`, from 0. */
  layer(index: number): Layer;
  readonly head: Head;
}
