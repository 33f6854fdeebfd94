/** The kernel's memory, which its functions read and write. */
import type { Kernel } from './load.js';

/** Bytes after a region that a function may read or write: the kernel takes up to eight elements together. */
const ROOM = 256;

/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65536;

/** The kernel's memory by element type. */
export interface Views {
  readonly u16: Uint16Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
}

/** Regions in a kernel's memory, which grows to the largest layout that was asked for. */
export class KernelMemory {
  readonly #kernel: Kernel;
  #current: Views;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#current = viewsOf(kernel);
  }

  /**
   * Regions of these sizes, one after the other; what lay in the memory before is lost.
   *
   * @param sizes - in bytes
   * @returns their addresses, multiples of 16; views are valid until the next layout
   */
  layout<const Sizes extends readonly number[]>(
    ...sizes: Sizes
  ): { readonly views: Views; readonly at: { readonly [place in keyof Sizes]: number } } {
    let end = 0;
    const at = sizes.map((size) => {
      const start = end;
      end += Math.ceil((size + ROOM) / 16) * 16;
      return start;
    });
    const { memory } = this.#kernel;
    if (end > memory.buffer.byteLength) {
      memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE));
      this.#current = viewsOf(this.#kernel);
    }
    return { views: this.#current, at: at as { [place in keyof Sizes]: number } }; // one address per size
  }
}

function viewsOf({ memory: { buffer } }: Kernel): Views {
  return { u16: new Uint16Array(buffer), f32: new Float32Array(buffer), f64: new Float64Array(buffer) };
}
