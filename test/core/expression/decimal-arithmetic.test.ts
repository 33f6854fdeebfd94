import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareDecimals,
  countSteps,
  multiplyDecimals,
  roundToDecimal,
  spacedRange,
  stepRange,
} from '../../../core/expression/decimal-arithmetic.js';
import { parseDecimal } from '../../../core/expression/decimal.js';
import type { Decimal } from '../../../core/expression/types.js';

function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (parsed === undefined) {
    throw new Error(`${text} is no decimal`);
  }
  return parsed;
}

/** Whole numbers of a unit of 10^-places. */
const units = fc.record({ digits: fc.integer({ min: 0, max: 10 ** 9 }), places: fc.nat(9) });

describe('stepRange', () => {
  test.each([
    ['0.2', '2', '0.2', '0.2 0.4 0.6 0.8 1 1.2 1.4 1.6 1.8 2'],
    ['0', '1', '0.3', '0 0.3 0.6 0.9'],
    ['1', '1', '0.1', '1'],
    ['2', '0.5', '-0.5', '2 1.5 1 0.5'],
    ['0.1', '0.3', '1e-1', '0.1 0.2 0.3'],
    ['1e-9', '3e-9', '1e-9', '0.000000001 0.000000002 0.000000003'],
    ['0', '3e20', '1e20', `0 1${'0'.repeat(20)} 2${'0'.repeat(20)} 3${'0'.repeat(20)}`],
  ])('from %s to %s by %s is %s', (from, to, step, expected) => {
    expect(stepRange(decimal(from), decimal(to), decimal(step)).join(' ')).toBe(expected);
  });

  test.each([
    ['0', '1', '0'],
    ['0', '1', '-0.1'],
    ['1', '0', '0.1'],
  ])('refuses to go from %s to %s by %s', (from, to, step) => {
    expect(countSteps(decimal(from), decimal(to), decimal(step))).toBeUndefined();
    expect(() => stepRange(decimal(from), decimal(to), decimal(step))).toThrow(RangeError);
  });

  test('counts what no list could hold', () => {
    expect(countSteps(decimal('0'), decimal('1e300'), decimal('1e-300'))).toBe(10n ** 600n + 1n);
  });

  test('is from + i·step in whole numbers of the smallest unit, up to and with to', () => {
    fc.assert(
      fc.property(units, fc.integer({ min: 1, max: 10 ** 6 }), fc.nat(200), fc.nat(), (start, step, count, rest) => {
        const spell = (digits: number): Decimal => decimal(`${digits}e-${start.places}`);
        const last = start.digits + count * step;
        const expected = Array.from({ length: count + 1 }, (_, i) => spell(start.digits + i * step));
        expect(stepRange(spell(start.digits), spell(last), spell(step))).toEqual(expected);
        // A rest of less than a step adds no value.
        expect(stepRange(spell(start.digits), spell(last + (rest % step)), spell(step))).toEqual(expected);
        expect(stepRange(spell(last), spell(start.digits), decimal(`-${spell(step)}`))).toEqual(expected.toReversed());
      }),
    );
  });
});

describe('spacedRange', () => {
  test('has exact ends, and between them equal distances or equal ratios, to six digits', () => {
    const ends = [decimal('0.01'), decimal('1.23456789')] as const;
    expect(spacedRange(decimal('0.01'), decimal('1'), 5, 'log')).toEqual(['0.01', '0.0316228', '0.1', '0.316228', '1']);
    expect(spacedRange(decimal('0'), decimal('1'), 5, 'linear')).toEqual(['0', '0.25', '0.5', '0.75', '1']);
    expect(spacedRange(...ends, 3, 'linear')).toEqual(['0.01', '0.622284', '1.23456789']);
    expect(spacedRange(decimal('1e-300'), decimal('1e300'), 3, 'log')).toEqual([
      decimal('1e-300'),
      '1',
      decimal('1e300'),
    ]);
  });

  test('lies within half a unit of the sixth digit of the exact value', () => {
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        positive,
        positive,
        fc.integer({ min: 3, max: 50 }),
        fc.constantFrom('linear', 'log'),
        (a, b, n, scale) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b) * 2];
          const values = spacedRange(decimal(String(from)), decimal(String(to)), n, scale).map(Number);
          expect(values).toHaveLength(n);
          expect([values[0], values[n - 1]]).toEqual([from, to]);
          values.forEach((value, i) => {
            const exact = scale === 'log' ? from * (to / from) ** (i / (n - 1)) : from + (i / (n - 1)) * (to - from);
            expect(Math.abs(value - exact)).toBeLessThanOrEqual(5.001e-6 * exact);
          });
        },
      ),
    );
  });
});

describe('products, comparisons and rounding', () => {
  test('multiply and compare as whole numbers do', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        const [left, right] = [decimal(`${a.digits}e-${a.places}`), decimal(`${b.digits}e-${b.places}`)];
        const product = BigInt(a.digits) * BigInt(b.digits);
        expect(multiplyDecimals(left, right)).toBe(decimal(`${String(product)}e-${a.places + b.places}`));
        const difference = BigInt(a.digits) * 10n ** BigInt(b.places) - BigInt(b.digits) * 10n ** BigInt(a.places);
        expect(Math.sign(compareDecimals(left, right))).toBe(difference === 0n ? 0 : difference < 0n ? -1 : 1);
      }),
    );
    expect(multiplyDecimals(decimal('1.5'), decimal('0.1'))).toBe('0.15');
    expect(compareDecimals(decimal('-1'), decimal('0.5'))).toBeLessThan(0);
  });

  test('a product that float64 cannot hold is refused', () => {
    expect(() => multiplyDecimals(decimal('1e200'), decimal('1e200'))).toThrow(RangeError);
    expect(() => multiplyDecimals(decimal('1e-200'), decimal('1e-200'))).toThrow(RangeError);
  });

  test.each([
    [0, '0'],
    [1 / 3, '0.333333'],
    [1234567.8, '1234570'],
    [2e-7 / 3, '0.0000000666667'],
    [0.1 + 0.2, '0.3'],
  ])('%d rounds to %s', (value, expected) => {
    expect(roundToDecimal(value)).toBe(expected);
  });

  test('what is not finite cannot be rounded', () => {
    expect(() => roundToDecimal(Number.NaN)).toThrow(RangeError);
    expect(() => roundToDecimal(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });
});
