import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrowToBfloat16, narrowToFloat16, widenBfloat16, widenFloat16 } from '../../../core/numeric/half.js';
import { measured } from '../../../core/numeric/arithmetic.js';
import { areAllFinite, decodeFloats, encodeFloats, firstNonFinite } from '../../../core/numeric/tensor-bytes.js';

const ALL = Uint16Array.from({ length: 65536 }, (_, half) => half);

/** float16 by its definition. */
function float16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const [exponent, mantissa] = [(half >> 10) & 31, half & 1023];
  if (exponent === 31) {
    return mantissa === 0 ? sign * Infinity : NaN;
  }
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

const FORMATS = [
  { dtype: 'F16' as const, widen: widenFloat16, narrow: narrowToFloat16, infinity: 0x7c00 },
  { dtype: 'BF16' as const, widen: widenBfloat16, narrow: narrowToBfloat16, infinity: 0x7f80 },
];

describe('float16', () => {
  it('widens every one of its values as the format defines', () => {
    const values = new Float32Array(65536);
    widenFloat16(ALL, values);
    values.forEach((value, half) => {
      if (!Object.is(value, float16(half))) {
        expect([half, value]).toEqual([half, float16(half)]);
      }
    });
  });
});

describe.each(FORMATS)('$dtype', ({ dtype, widen, narrow, infinity }) => {
  const values = new Float32Array(65536);
  widen(ALL, values);

  it('keeps every one of its values through float32 and back, NaN as NaN', () => {
    const back = new Uint16Array(65536);
    narrow(values, back);
    back.forEach((half, place) => {
      const same = Number.isNaN(values[place]) ? (half & 0x7fff) > infinity : half === place;
      if (!same) {
        expect([place, half]).toEqual([place, place]);
      }
    });
  });

  it('rounds to the nearest value, ties to the even one', () => {
    const positive = values.subarray(0, infinity);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: infinity - 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (low, share) => {
          const [below, above] = [positive[low] ?? 0, positive[low + 1] ?? 0];
          const value = Math.fround(below + share * (above - below));
          const [result] = roundOne(narrow, value);
          const middle = (below + above) / 2;
          const expected = value < middle ? low : value > middle ? low + 1 : low + (low % 2);
          expect(result).toBe(expected);
          expect(roundOne(narrow, -value)[0]).toBe(expected | 0x8000);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('rounds exact ties to even, over the whole range', () => {
    for (let low = 0; low < infinity - 1; low += 7) {
      const middle = ((values[low] ?? 0) + (values[low + 1] ?? 0)) / 2;
      if (Math.fround(middle) === middle && roundOne(narrow, middle)[0] !== low + (low % 2)) {
        expect([low, roundOne(narrow, middle)[0]]).toEqual([low, low + (low % 2)]);
      }
    }
  });

  it('turns what is too large into Infinity, and says where', () => {
    const bytes = encodeFloats(Float32Array.of(1, -3e38, 2), dtype);
    const isTooLarge = dtype === 'F16';
    expect(areAllFinite(bytes, dtype)).toBe(!isTooLarge);
    expect(firstNonFinite(decodeFloats(bytes, dtype))).toBe(isTooLarge ? 1 : -1);
  });
});

describe('firstNonFinite', () => {
  it('finds NaN and both infinities at any place', () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.constantFrom(NaN, Infinity, -Infinity), (place, poison) => {
        const values = new Float32Array(10_000).fill(-3.4e38);
        expect(firstNonFinite(measured(values))).toBe(-1);
        values[place] = poison;
        expect(firstNonFinite(measured(values))).toBe(place);
        expect(areAllFinite(encodeFloats(values, 'F32'), 'F32')).toBe(false);
      }),
    );
  });
});

function roundOne(narrow: (source: Float32Array, target: Uint16Array) => void, value: number): Uint16Array {
  const target = new Uint16Array(1);
  narrow(Float32Array.of(value), target);
  return target;
}
