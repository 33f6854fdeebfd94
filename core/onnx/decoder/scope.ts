/** What the pieces of a decoder share while a graph is built. */
import type { GraphBuilder, Value } from '../graph-builder.js';
import type { DecoderConfig } from './config.js';

/** A linear module that a low-rank adapter can target: y = W x with W `[out, in]`. */
export interface LinearShape {
  readonly in: number;
  readonly out: number;
}

/** What the pieces of a decoder share while a graph is built. */
export interface Scope {
  readonly g: GraphBuilder;
  readonly config: DecoderConfig;
  /** Fills up with every module that has LoRA inputs. */
  readonly modules: Map<string, LinearShape>;
}

/** Keys and values `[batch, kvHeads, positions, headDim]`. */
export interface KeyValue {
  readonly key: Value;
  readonly value: Value;
}
