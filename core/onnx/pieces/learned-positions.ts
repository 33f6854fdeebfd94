/** Learned position embeddings, added to the embedded tokens. */
import type { Positions } from '../decoder/decoder.js';

/** A table of positions. */
export interface LearnedPositionSettings {
  /** Name of the tensor, `[offset + context, hidden]`. */
  readonly tensor: string;
  /** Row of position 0. */
  readonly offset: number;
}

/** rows + table[offset + position]. Positions count a row's real tokens from 0, padding left out. */
export const learnedPositions = ({ tensor, offset }: LearnedPositionSettings): Positions => ({
  place({ g, sizes }, ids) {
    return {
      embed(rows) {
        const table = g.weight(tensor, [offset + sizes.contextLength, sizes.hiddenSize]);
        const flat = g.op('Reshape', [ids, g.ints([-1])]);
        return g.op('Add', [rows, g.op('Gather', [table, g.op('Add', [flat, g.int(offset)])])]);
      },
    };
  },
});
