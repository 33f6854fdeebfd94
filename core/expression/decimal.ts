/** Exact decimals: one canonical spelling per number, so that equal λs are equal texts, keys and digests. */
import type { Decimal } from './types.js';

/** Longest spelling that is read; 1e308 written out has 309 digits. */
const MAX_LENGTH = 1000;
const PATTERN = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d+))?$/i;

/**
 * The canonical spelling of a decimal number: `0.80`, `.8` and `8e-1` are all `0.8`.
 *
 * @returns undefined for what is no decimal number, and for what float64 cannot hold: `1e999` (infinite there) and
 * `1e-999` (zero there, though it is not zero)
 */
export function parseDecimal(text: string): Decimal | undefined {
  const match = text.length <= MAX_LENGTH ? PATTERN.exec(text) : null;
  if (match === null) {
    return undefined;
  }
  const whole = match[2] ?? '';
  const fraction = match[3] ?? match[4] ?? '';
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') {
    return '0' as Decimal;
  }
  // Place of the decimal point, counted from the first significant digit.
  const point = digits.length - fraction.length + Number(match[5] ?? 0);
  if (Math.abs(point) > MAX_LENGTH) {
    return undefined;
  }
  const padded = '0'.repeat(Math.max(0, 1 - point)) + digits + '0'.repeat(Math.max(0, point - digits.length));
  const split = Math.max(1, point);
  const tail = padded.slice(split).replace(/0+$/, '');
  const unsigned = padded.slice(0, split) + (tail === '' ? '' : `.${tail}`);
  const value = Number(unsigned);
  if (!Number.isFinite(value) || value === 0) {
    return undefined;
  }
  // The one place that makes a Decimal: the text is canonical here.
  return (match[1] === '-' ? `-${unsigned}` : unsigned) as Decimal;
}

/** The float64 nearest to a decimal. */
export function decimalToNumber(decimal: Decimal): number {
  return Number(decimal);
}

/** The decimal 1, which every absent coefficient means in the end. */
export const ONE = '1' as Decimal;
