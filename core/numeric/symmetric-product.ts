/** Inner products of all pairs of rows of tall stacks: the costliest sums of a merge. */

/** Columns that are multiplied together: few enough that their float64 copies stay in the fastest cache. */
const BLOCK = 256;

/**
 * `[M_1; M_2; …] · [M_1; M_2; …]ᵀ`, every sum in float64 and in the order of the columns, without stacking the matrices.
 *
 * @param parts - `[…, width]` each, row-major; not modified
 * @returns `[rows, rows]` with the rows of all parts
 */
export function symmetricProduct(
  parts: readonly Float32Array[] | readonly Float64Array[],
  width: number,
): Float64Array {
  const rows = rowsOfParts(parts, width);
  // Whole tiles only: the rows past the end are zero, and so are their products.
  const size = Math.ceil(rows / 4) * 4;
  const sums = new Float64Array(size * size);
  const block = new Float64Array(size * BLOCK);
  for (let start = 0; start < width; start += BLOCK) {
    const columns = Math.min(BLOCK, width - start);
    widenBlock(parts, width, start, columns, block);
    const from = { block, columns };
    const to = { sums, size };
    for (let i = 0; i < size; i += 2) {
      for (let j = i - (i % 4); j < size; j += 4) {
        addTile(from, to, i, j);
      }
    }
  }
  const product = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      product[i * rows + j] = sums[Math.min(i, j) * size + Math.max(i, j)] ?? 0;
    }
  }
  return product;
}

/** How many rows there are in all parts. */
export function rowsOfParts(parts: readonly (Float32Array | Float64Array)[], width: number): number {
  return parts.reduce((sum, part) => sum + part.length / width, 0);
}

/** Some columns of all rows, `[rows, columns]`: each value is widened once here instead of in every product. */
function widenBlock(
  parts: readonly Float32Array[] | readonly Float64Array[],
  width: number,
  start: number,
  columns: number,
  block: Float64Array,
): void {
  let to = 0;
  for (const part of parts) {
    for (let from = start; from < part.length; from += width, to += columns) {
      block.set(part.subarray(from, from + columns), to);
    }
  }
  block.fill(0, to);
}

/** Rows i, i+1 with rows j … j+3: eight sums stay in registers, and every loaded value is used two or four times. */
function addTile(
  { block, columns }: { readonly block: Float64Array; readonly columns: number },
  { sums, size }: { readonly sums: Float64Array; readonly size: number },
  i: number,
  j: number,
): void {
  const l0 = i * columns;
  const l1 = l0 + columns;
  const r0 = j * columns;
  const r1 = r0 + columns;
  const r2 = r1 + columns;
  const r3 = r2 + columns;
  const at0 = i * size + j;
  const at1 = at0 + size;
  let s00 = sums[at0] ?? 0;
  let s01 = sums[at0 + 1] ?? 0;
  let s02 = sums[at0 + 2] ?? 0;
  let s03 = sums[at0 + 3] ?? 0;
  let s10 = sums[at1] ?? 0;
  let s11 = sums[at1 + 1] ?? 0;
  let s12 = sums[at1 + 2] ?? 0;
  let s13 = sums[at1 + 3] ?? 0;
  for (let k = 0; k < columns; k++) {
    const x0 = block[l0 + k] ?? 0;
    const x1 = block[l1 + k] ?? 0;
    const y0 = block[r0 + k] ?? 0;
    const y1 = block[r1 + k] ?? 0;
    const y2 = block[r2 + k] ?? 0;
    const y3 = block[r3 + k] ?? 0;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
  }
  sums[at0] = s00;
  sums[at0 + 1] = s01;
  sums[at0 + 2] = s02;
  sums[at0 + 3] = s03;
  sums[at1] = s10;
  sums[at1 + 1] = s11;
  sums[at1 + 2] = s12;
  sums[at1 + 3] = s13;
}
