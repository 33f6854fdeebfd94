import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balancingExponents, isInRange as isMeasuredInRange } from '../../../core/algebra/balance.js';
import { measured } from '../../../core/numeric/arithmetic.js';

const [rank, width, rows] = [3, 4, 5];
/** Magnitudes around both limits, zeros, and both signs. */
const value = fc
  .tuple(fc.constantFrom(-1, 0, 1), fc.integer({ min: -12, max: 17 }))
  .map(([sign, power]) => sign * 2 ** power);
const floats = (length: number): fc.Arbitrary<Float32Array> =>
  fc.array(value, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));

const isInRange = (partsOfA: readonly Float32Array[], b: Float32Array, columns: number): boolean =>
  isMeasuredInRange(partsOfA.map(measured), measured(b), columns);

describe('isInRange', () => {
  it('is true only where no column needs an exponent, however A is parted', () => {
    fc.assert(
      fc.property(floats(rank * width), floats(rows * rank), fc.integer({ min: 1, max: rank }), (a, b, first) => {
        const parts = [a.subarray(0, first * width), a.subarray(first * width)];
        if (isInRange(parts, b, rank)) {
          expect([...balancingExponents(a, b, rank)]).toEqual([0, 0, 0]);
        }
      }),
    );
  });

  it('is true for ordinary values, and false for one that is too large, too small a column, or not a number', () => {
    const a = new Float32Array(rank * width).fill(-0.02);
    const b = new Float32Array(rows * rank).fill(0.5);
    expect(isInRange([a], b, rank)).toBe(true);
    for (const odd of [2 ** 14 + 1, NaN, -Infinity]) {
      expect(isInRange([a.with(7, odd)], b, rank)).toBe(false);
      expect(isInRange([a], b.with(7, odd), rank)).toBe(false);
    }
    expect(isInRange([a.map((number, at) => (at < width ? 2 ** -9 : number))], b, rank)).toBe(false);
    expect(
      isInRange(
        [a],
        b.map((number, at) => (at % rank === 1 ? 0 : number)),
        rank,
      ),
    ).toBe(false);
  });
});
