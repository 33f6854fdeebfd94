/**
 * The loops over all elements by the WebAssembly kernel. Its memory is apart from JavaScript's, so values go there and come
 * back block by block: few enough that they stay in the processor's cache on the way.
 */
import type { Arithmetic, BilinearOperands, HalfDtype, MagnitudeBits, ScaledColumns } from './arithmetic-types.js';
import { type Kernel, loadKernel } from './kernel/load.js';
import { KernelMemory } from './kernel/memory.js';
import { simdLineArithmetic } from './simd-line-arithmetic.js';
import { plainRowSlots } from './row-slots.js';
import { simdRowSlots } from './simd-row-slots.js';
import { rowsOfParts } from './symmetric-product.js';

/** Elements that are converted together: 32 + 64 KiB. */
const BLOCK = 16384;

/** Columns of a symmetric product that are multiplied together. */
const COLUMNS = 512;

/** The loops, run by a kernel. */
export function createSimdArithmetic(kernel: Kernel): Arithmetic {
  const memory = new KernelMemory(kernel);
  return {
    ...simdLineArithmetic(kernel, memory),
    widen: (source, dtype, target) => widen(kernel, memory, source, dtype, target),
    narrow: (source, dtype, target) => {
      narrow(kernel, memory, source, dtype, target);
    },
    largest: (values) => largest(kernel, memory, values),
    symmetricProduct: (parts, width) => symmetricProduct(kernel, memory, parts, width),
    bilinearRows: (operands) => {
      bilinearRows(kernel, memory, operands);
    },
    scaleRows: (parts, out) => scaleRows(kernel, memory, parts, out),
    rowSlots(shape) {
      const own = loadKernel();
      return own === undefined ? plainRowSlots(shape) : simdRowSlots(own, shape);
    },
  };
}

function widen(
  kernel: Kernel,
  memory: KernelMemory,
  source: Uint16Array,
  dtype: HalfDtype,
  target: Float32Array,
): MagnitudeBits {
  const { views, at } = memory.layout(BLOCK * 2, BLOCK * 4);
  const [from, to] = at;
  let most = 0;
  for (let start = 0; start < source.length; start += BLOCK) {
    const block = source.subarray(start, start + BLOCK);
    views.u16.set(block, from / 2);
    views.u16.fill(0, from / 2 + block.length, from / 2 + block.length + 8);
    // Whole eights, since so many are compared together.
    kernel[dtype === 'F16' ? 'widenFloat16' : 'widenBfloat16'](from, to, Math.ceil(block.length / 8) * 8);
    most = Math.max(most, kernel.largestBits(to, block.length));
    target.set(views.f32.subarray(to / 4, to / 4 + block.length), start);
  }
  return most;
}

function narrow(
  kernel: Kernel,
  memory: KernelMemory,
  source: Float32Array,
  dtype: HalfDtype,
  target: Uint16Array,
): void {
  const { views, at } = memory.layout(BLOCK * 4, BLOCK * 2);
  const [from, to] = at;
  for (let start = 0; start < source.length; start += BLOCK) {
    const block = source.subarray(start, start + BLOCK);
    views.f32.set(block, from / 4);
    kernel[dtype === 'F16' ? 'narrowToFloat16' : 'narrowToBfloat16'](from, to, block.length);
    target.set(views.u16.subarray(to / 2, to / 2 + block.length), start);
  }
}

function largest(kernel: Kernel, memory: KernelMemory, values: Float32Array): MagnitudeBits {
  const { views, at } = memory.layout(BLOCK * 4);
  const [from] = at;
  let most = 0;
  for (let start = 0; start < values.length; start += BLOCK) {
    const block = values.subarray(start, start + BLOCK);
    views.f32.set(block, from / 4);
    views.f32.fill(0, from / 4 + block.length, from / 4 + block.length + 8);
    most = Math.max(most, kernel.largestBits(from, block.length));
  }
  return most;
}

function symmetricProduct(
  kernel: Kernel,
  memory: KernelMemory,
  parts: readonly Float32Array[],
  width: number,
): Float64Array {
  const rows = rowsOfParts(parts, width);
  if (rows === 0) {
    return new Float64Array();
  }
  const groups = Math.ceil(rows / 4);
  const size = groups * 4;
  const most = Math.min(COLUMNS, width);
  const { views, at } = memory.layout(size * most * 4, size * most * 8, size * size * 8);
  const [from, packed, sums] = at;
  views.f64.fill(0, sums / 8, sums / 8 + size * size);
  for (let start = 0; start < width; start += COLUMNS) {
    const columns = Math.min(COLUMNS, width - start);
    const count = putColumns(views.f32.subarray(from / 4), parts, width, [start, columns]);
    // Whole groups only: the rows past the end are zero, and so are their products.
    views.f32.fill(0, from / 4 + count, from / 4 + size * columns + 8);
    kernel.pack(from, columns, groups, packed);
    kernel.addSymmetricProduct(packed, columns, groups, sums);
  }
  const product = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      product[i * rows + j] = views.f64[sums / 8 + Math.min(i, j) * size + Math.max(i, j)] ?? 0;
    }
  }
  return product;
}

/** Puts some columns of all rows, `[rows, columns]`, at the beginning of a target; returns how many values these are. */
function putColumns(
  target: Float32Array,
  parts: readonly Float32Array[],
  width: number,
  [start, columns]: readonly [number, number],
): number {
  let to = 0;
  for (const part of parts) {
    for (let line = start; line < part.length; line += width, to += columns) {
      target.set(part.subarray(line, line + columns), to);
    }
  }
  return to;
}

function bilinearRows(
  kernel: Kernel,
  memory: KernelMemory,
  { x, m, y, n, matrix, isUpper, scale, out }: BilinearOperands,
): void {
  const rows = out.length;
  const most = Math.max(4, Math.min(Math.ceil(BLOCK / Math.max(m, n) / 4) * 4, Math.ceil(rows / 4) * 4));
  const height = Math.ceil(m / 4) * 4;
  const { views, at } = memory.layout(most * Math.max(m, n) * 4, most * m * 8, most * n * 8, height * n * 8, most * 8);
  const [from, left, right, lines, results] = at;
  packLines(views.f64.subarray(lines / 8), matrix, m, n);
  const pack = (values: Float32Array | Float64Array, width: number, start: number, count: number, to: number): void => {
    const groups = Math.ceil(count / 4);
    const block = values.subarray(start * width, (start + count) * width);
    if (block instanceof Float32Array) {
      views.f32.set(block, from / 4);
      views.f32.fill(0, from / 4 + count * width, from / 4 + groups * 4 * width + 8);
      kernel.pack(from, width, groups, to);
    } else {
      packLines(views.f64.subarray(to / 8), block, count, width);
    }
    // Lines of the matrix beyond m are zero, but what they are multiplied with must be finite.
    views.f64.fill(0, to / 8 + groups * 4 * width, to / 8 + groups * 4 * width + 16);
  };
  for (let start = 0; start < rows; start += most) {
    const count = Math.min(most, rows - start);
    pack(x, m, start, count, left);
    if (x !== y) {
      pack(y, n, start, count, right);
    }
    const groups = Math.ceil(count / 4);
    kernel.bilinearRows(left, m, x === y ? left : right, n, lines, isUpper ? 32 : 0, scale, groups, results);
    out.set(views.f64.subarray(results / 8, results / 8 + count), start);
  }
}

/** Packs four lines side by side, as the kernel does with float32; lines beyond the matrix are zero. */
function packLines(packed: Float64Array, matrix: Float64Array, m: number, n: number): void {
  for (let p = 0; p < Math.ceil(m / 4) * 4; p++) {
    for (let q = 0, to = (p - (p % 4)) * n + (p % 4); q < n; q++, to += 4) {
      packed[to] = p < m ? (matrix[p * n + q] ?? 0) : 0;
    }
  }
}

function scaleRows(
  kernel: Kernel,
  memory: KernelMemory,
  parts: readonly ScaledColumns[],
  out: Float32Array,
): MagnitudeBits {
  const stride = parts.reduce((sum, { width }) => sum + width, 0);
  const rows = out.length / Math.max(1, stride);
  const most = Math.max(1, Math.min(rows, Math.floor(BLOCK / Math.max(1, stride))));
  const { views, at } = memory.layout(most * stride * 4, most * 8, most * stride * 4);
  const [from, weights, to] = at;
  let largestBits = 0;
  for (let start = 0; start < rows; start += most) {
    const count = Math.min(most, rows - start);
    let column = 0;
    for (const part of parts) {
      const { b, width } = part;
      views.f32.set(b.subarray(start * width, (start + count) * width), from / 4);
      views.f64.set(part.weights.subarray(start, start + count), weights / 8);
      kernel.scaleRows(from, weights, count, width, to + column * 4, stride * 4);
      column += width;
    }
    const end = to / 4 + count * stride;
    views.f32.fill(0, end, end + 8);
    largestBits = Math.max(largestBits, kernel.largestBits(to, count * stride));
    out.set(views.f32.subarray(to / 4, end), start * stride);
  }
  return largestBits;
}
