/** Inputs of a decoder that follow from positions alone, made as far as texts have needed them. */
import type { PositionTables } from '../../core/onnx/decoder/decoder.js';
import { float32Tensor, type Feeds } from './runtime.js';

/** Fewest rows that are made. */
const LEAST_ROWS = 256;

/** Makes and keeps the tables of one decoder; one without any gets no inputs. */
export class PositionFeeds {
  readonly #tables: PositionTables | undefined;
  #rows = 0;
  #feeds: Feeds = {};

  constructor(tables: PositionTables | undefined) {
    this.#tables = tables;
  }

  /** Tables for at least so many positions; grown by doubling, so that a long context costs nothing until it is used. */
  upTo(positions: number): Feeds {
    if (this.#tables !== undefined && this.#rows < positions) {
      const { names, width, make } = this.#tables;
      const rows = Math.max(LEAST_ROWS, 2 ** Math.ceil(Math.log2(positions)));
      const values = make(rows);
      this.#feeds = Object.fromEntries(
        names.map((name, place) => [name, float32Tensor(values[place] ?? new Float32Array(0), [rows, width])]),
      );
      this.#rows = rows;
    }
    return this.#feeds;
  }
}
