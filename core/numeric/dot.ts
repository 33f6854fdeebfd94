/** Sums over two vectors in one fixed order, so that every machine gives the same bits: only +, − and × in float64. */

/** x·y, in four running sums. Vectors of one length. */
export function dot(x: Float64Array, y: Float64Array, from = 0): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = from;
  for (; i + 3 < x.length; i += 4) {
    s0 += (x[i] ?? 0) * (y[i] ?? 0);
    s1 += (x[i + 1] ?? 0) * (y[i + 1] ?? 0);
    s2 += (x[i + 2] ?? 0) * (y[i + 2] ?? 0);
    s3 += (x[i + 3] ?? 0) * (y[i + 3] ?? 0);
  }
  for (; i < x.length; i++) {
    s0 += (x[i] ?? 0) * (y[i] ?? 0);
  }
  return s0 + s1 + (s2 + s3);
}

/** y ← y + factor·x, from one place on. */
export function addScaled(y: Float64Array, factor: number, x: Float64Array, from = 0): void {
  for (let i = from; i < y.length; i++) {
    y[i] = (y[i] ?? 0) + factor * (x[i] ?? 0);
  }
}
