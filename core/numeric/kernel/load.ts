/** The WebAssembly kernel, ready to be called; kernel.wat beside this file is its source and says what the functions do. */
import { KERNEL_BYTES } from './bytes.js';

/** Functions of the kernel; addresses in bytes. */
export interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  widenFloat16(from: number, to: number, count: number): void;
  widenBfloat16(from: number, to: number, count: number): void;
  narrowToFloat16(from: number, to: number, count: number): void;
  narrowToBfloat16(from: number, to: number, count: number): void;
  largestBits(from: number, count: number): number;
  pack(from: number, columns: number, groups: number, to: number): void;
  addSymmetricProduct(packed: number, columns: number, groups: number, sums: number): void;
  bilinearRows(
    x: number,
    m: number,
    y: number,
    n: number,
    lines: number,
    skip: number,
    scale: number,
    groups: number,
    out: number,
  ): void;
  extractRows(
    from: number,
    other: number,
    to: number,
    rows: number,
    dimensions: number,
    half: number,
    share: number,
  ): void;
  extrapolateRows(from: number, other: number, to: number, count: number, scale: number, half: number): void;
  putLine(vectors: number, reference: number, rows: number, dimensions: number, to: number): void;
  scaleRows(b: number, weights: number, rows: number, width: number, out: number, stride: number): void;
  multiplyRows(
    b: number,
    scaling: number,
    weights: number,
    rows: number,
    width: number,
    out: number,
    stride: number,
  ): void;
  addProducts(sums: number, times: number, x: number, y: number, gram: number, count: number): void;
  addBounds(bounds: number, c: number, squares: number, count: number): void;
  rootsAbove(bounds: number, squares: number, share: number, count: number): void;
  extractLine(right: number, reference: number, rightNorms: number, referenceNorms: number, count: number): void;
  applyEdit(left: number, edit: number, weight: number, share: number, count: number): number;
  sum(values: number, count: number): number;
  compareRows(
    products: number,
    norms: number,
    referenceNorms: number,
    margin: number,
    count: number,
    out: number,
  ): void;
}

/** What is used of the global `WebAssembly`, which the types of Node 20 do not declare; absent under `--jitless`. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

let compiled: object | undefined;

/**
 * Starts a kernel with a memory of its own; undefined where this machine or this Node cannot run it. The first one takes about a
 * millisecond.
 */
export function loadKernel(): Kernel | undefined {
  const { WebAssembly: api } = globalThis as { readonly WebAssembly?: WebAssemblyApi };
  if (api === undefined) {
    return undefined;
  }
  try {
    compiled ??= new api.Module(Buffer.from(KERNEL_BYTES, 'base64'));
    const { exports } = new api.Instance(compiled);
    return exports as Kernel; // what kernel.wat exports
  } catch {
    return undefined; // a processor without 128-bit vectors
  }
}
