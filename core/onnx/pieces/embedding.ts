/** Token embedding. */
import type { Embedding } from '../decoder/decoder.js';
import { linear, type Linear } from './linear.js';

/** A table of tokens. */
export interface EmbeddingSettings {
  /** Name of the tensor, `[vocab, width]`. */
  readonly tensor: string;
  /** Name of the head's tensor, which serves as the table where the two are tied and it alone is stored. */
  readonly tiedTo: string | undefined;
  /** Default: the hidden size. */
  readonly width?: number;
  /** Takes a width that is not the hidden size to it. */
  readonly into?: Linear;
}

/** The rows of a table that the token ids name. */
export const tokenEmbedding =
  ({ tensor, tiedTo, width, into }: EmbeddingSettings): Embedding =>
  (scope, frame) => {
    const { g, sizes } = scope;
    const from = width ?? sizes.hiddenSize;
    const stored = tiedTo !== undefined && !g.has(tensor) && g.has(tiedTo) ? tiedTo : tensor;
    const rows = g.op('Gather', [g.weight(stored, [sizes.vocabSize, from]), frame.flatIds]);
    return into === undefined ? rows : linear(scope, rows, into, { in: from, out: sizes.hiddenSize });
  };
