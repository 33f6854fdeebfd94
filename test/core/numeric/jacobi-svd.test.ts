import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jacobiSvd } from '../../../core/numeric/jacobi-svd.js';
import { thinQr } from '../../../core/numeric/thin-qr.js';

/** Nothing below what a float32 may be. */
function withoutDust(value: number): number {
  return Math.abs(value) < 1e-38 ? 0 : value;
}

/** Columns of one length, with zeros, repeated columns and very different sizes among them. */
const matrices = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }))
  .chain(([length, count]) =>
    fc.array(
      fc
        .tuple(
          fc.array(fc.double({ min: -1, max: 1, noNaN: true }).map(withoutDust), {
            minLength: length,
            maxLength: length,
          }),
          fc.constantFrom(1, 1, 0, 1e-9, 1e6),
        )
        .map(([values, size]) => Float64Array.from(values, (value) => value * size)),
      { minLength: count, maxLength: count },
    ),
  )
  .chain((columns) =>
    fc.boolean().map((repeats) => (repeats ? columns.map((column, j) => columns[j - (j % 2)] ?? column) : columns)),
  );

describe('thinQr', () => {
  it('gives a triangle, and a Q with orthonormal columns, whose product is the matrix', () => {
    fc.assert(
      fc.property(matrices, (columns) => {
        const copy = columns.map((column) => column.slice());
        const { r, apply } = thinQr(columns.map((column) => column.slice()));
        const size = r[0]?.length ?? 0;
        const q = Array.from({ length: size }, (_, k) => apply(unit(size, k)));
        r.forEach((column, j) => {
          expect(column.subarray(Math.min(j + 1, size)).every((value) => value === 0)).toBe(true);
          expect(distance(apply(column), copy[j])).toBeLessThanOrEqual(1e-14 * normOf(copy[j]));
        });
        expectOrthonormal(q);
      }),
    );
  });
});

describe('jacobiSvd', () => {
  it('gives orthogonal left and orthonormal right vectors whose product is the matrix, the largest value first', () => {
    fc.assert(
      fc.property(matrices, (columns) => {
        const { values, left, right } = jacobiSvd(columns);
        const size = Math.max(...columns.map(normOf));
        expect(values).toEqual(values.toSorted((a, b) => b - a));
        expectOrthonormal(right);
        left.forEach((x, i) => {
          expect(Math.abs(normOf(x) - (values[i] ?? NaN))).toBeLessThanOrEqual(1e-14 * normOf(x));
          left.slice(i + 1).forEach((y) => {
            expect(Math.abs(product(x, y))).toBeLessThanOrEqual(1e-13 * size * size);
          });
        });
        columns.forEach((column, j) => {
          const sum = new Float64Array(column.length);
          left.forEach((x, i) => {
            x.forEach((value, at) => (sum[at] = (sum[at] ?? 0) + value * (right[i]?.[j] ?? 0)));
          });
          expect(distance(sum, column)).toBeLessThanOrEqual(1e-13 * size);
        });
      }),
    );
  });

  it('finds the singular values of a matrix that are known', () => {
    // [[3, 0], [4, 5]] has σ² = 45 and 5.
    const { values } = jacobiSvd([Float64Array.of(3, 4), Float64Array.of(0, 5)]);
    expect(values[0]).toBeCloseTo(Math.sqrt(45), 14);
    expect(values[1]).toBeCloseTo(Math.sqrt(5), 14);
  });

  it('refuses what is not a number instead of rotating it for ever', () => {
    expect(() => jacobiSvd([Float64Array.of(1, NaN), Float64Array.of(1, 2)])).toThrow('beyond float64');
  });
});

function unit(size: number, place: number): Float64Array {
  const vector = new Float64Array(size);
  vector[place] = 1;
  return vector;
}

function product(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? NaN), 0);
}

function normOf(x: Float64Array = new Float64Array(0)): number {
  return Math.sqrt(product(x, x));
}

function distance(x: Float64Array, y: Float64Array = new Float64Array(0)): number {
  return normOf(x.map((value, i) => value - (y[i] ?? NaN)));
}

function expectOrthonormal(vectors: readonly Float64Array[]): void {
  vectors.forEach((x, i) => {
    vectors.forEach((y, j) => {
      expect(Math.abs(product(x, y) - (i === j ? 1 : 0))).toBeLessThanOrEqual(1e-13);
    });
  });
}
