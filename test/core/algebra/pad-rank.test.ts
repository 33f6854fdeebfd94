import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { padFactors, unpaddedRank } from '../../../core/algebra/pad-rank.js';
import { decodeFloats, encodeFloats } from '../../../core/numeric/tensor-bytes.js';

const sizes = fc.record({
  rank: fc.integer({ min: 1, max: 4 }),
  more: fc.integer({ min: 0, max: 5 }),
  rows: fc.integer({ min: 1, max: 4 }),
  width: fc.integer({ min: 1, max: 4 }),
});
const cases = sizes.chain((size) => {
  const values = fc.float({ min: Math.fround(-3), max: 3, noNaN: true });
  return fc.record({
    size: fc.constant(size),
    dtype: fc.constantFrom('F32', 'F16', 'BF16'),
    a: fc.array(values, { minLength: size.rank * size.width, maxLength: size.rank * size.width }),
    b: fc.array(values, { minLength: size.rank * size.rows, maxLength: size.rank * size.rows }),
    split: fc.integer({ min: 0, max: size.rank }),
  });
});

/** B·A, each entry summed from the first component to the last. */
function product(a: Float32Array, b: Float32Array, rank: number): readonly number[] {
  const [width, rows] = [a.length / rank, b.length / rank];
  return Array.from({ length: rows * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    return Array.from({ length: rank }, (__, k) => (b[row * rank + k] ?? 0) * (a[k * width + column] ?? 0)).reduce(
      (sum, term) => sum + term,
      0,
    );
  });
}

describe('padFactors', () => {
  it('keeps every bit of ΔW in every element type, and adds nothing but zeros behind what there is', () => {
    fc.assert(
      fc.property(cases, ({ size: { rank, more, width }, dtype, a, b, split }) => {
        const bytes = { a: encodeFloats(new Float32Array(a), dtype), b: encodeFloats(new Float32Array(b), dtype) };
        const cut = (bytes.a.byteLength / rank) * split;
        const parts = [bytes.a.subarray(0, cut), bytes.a.subarray(cut)];
        const padded = padFactors({ a: parts, b: bytes.b }, { rank, to: rank + more, dtype });
        const values = (all: readonly Uint8Array[]): Float32Array => decodeFloats(Buffer.concat(all), dtype).values;
        const [fromA, fromB] = [values([bytes.a]), values([bytes.b])];
        const [toA, toB] = [values(padded.a), values([padded.b])];
        expect(toA).toHaveLength((rank + more) * width);
        expect(product(toA, toB, rank + more)).toEqual(product(fromA, fromB, rank));
        expect([...toA.subarray(0, fromA.length)]).toEqual([...fromA]);
        expect(toA.subarray(fromA.length).every((value) => value === 0)).toBe(true);
        const own = unpaddedRank({ rank, a: fromA, b: fromB });
        expect(unpaddedRank({ rank: rank + more, a: toA, b: toB })).toBe(own);
      }),
    );
  });

  it('gives back what has the rank already', () => {
    const factors = { a: [new Uint8Array(8)], b: new Uint8Array(4) };
    expect(padFactors(factors, { rank: 1, to: 1, dtype: 'F32' })).toEqual(factors);
  });
});

describe('unpaddedRank', () => {
  it('counts a component that only one factor has, as before training', () => {
    expect(unpaddedRank({ rank: 3, a: new Float32Array([1, 2, 0]), b: new Float32Array([0, 0, 0]) })).toBe(2);
    expect(unpaddedRank({ rank: 2, a: new Float32Array([0, 0]), b: new Float32Array([1, 1]) })).toBe(2);
    expect(unpaddedRank({ rank: 2, a: new Float32Array(2), b: new Float32Array(2) })).toBe(0);
  });
});
