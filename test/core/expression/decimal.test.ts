import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalToNumber, parseDecimal } from '../../../core/expression/decimal.js';

describe('parseDecimal', () => {
  test.each([
    ['0.80', '0.8'],
    ['8e-1', '0.8'],
    ['.8', '0.8'],
    ['+0.8', '0.8'],
    ['1.', '1'],
    ['007', '7'],
    ['0', '0'],
    ['-0', '0'],
    ['-0.0e5', '0'],
    ['0e999999', '0'],
    ['-1.50', '-1.5'],
    ['1E3', '1000'],
    ['12.5e1', '125'],
    ['0.1e-2', '0.001'],
    ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
    ['1e308', `1${'0'.repeat(308)}`],
  ])('reads %s as %s', (text, canonical) => {
    expect(parseDecimal(text)).toBe(canonical);
  });

  test.each([
    '',
    '.',
    '-',
    'e5',
    '1e',
    '1e+',
    '0x10',
    '1_000',
    '1,5',
    ' 1',
    '1 ',
    'NaN',
    'Infinity',
    '.inf',
    '--1',
    '1e999',
    '1e-999',
    '1e99999999999999999999',
    '9'.repeat(2000),
  ])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  test('keeps the value of every finite float64, and reading is idempotent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const decimal = parseDecimal(String(value));
        expect(decimal).toBeDefined();
        if (decimal !== undefined) {
          // -0 is 0 in the canonical spelling.
          expect(decimalToNumber(decimal)).toBe(value === 0 ? 0 : value);
          expect(parseDecimal(decimal)).toBe(decimal);
        }
      }),
    );
  });

  test('gives one spelling to every way of writing a number', () => {
    const digits = fc.integer({ min: 0, max: 10 ** 9 });
    fc.assert(
      fc.property(digits, fc.nat(12), fc.nat(3), (mantissa, places, zeros) => {
        const plain = String(mantissa).padStart(places + 1, '0');
        const split = plain.length - places;
        const positional = `${plain.slice(0, split)}.${plain.slice(split)}${'0'.repeat(zeros)}`;
        expect(parseDecimal(positional)).toBe(parseDecimal(`${mantissa}e-${places}`));
      }),
    );
  });
});
