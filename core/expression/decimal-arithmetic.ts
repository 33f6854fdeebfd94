/** Arithmetic on exact decimals: what is added or multiplied here has no rounding, whatever float64 would make of it. */
import { parseDecimal } from './decimal.js';
import type { Decimal } from './types.js';

/** Values of points that are drawn or computed have no more significant digits than this. */
export const SIGNIFICANT_DIGITS = 6;

/** A decimal as `digits · 10^-places`. */
interface Scaled {
  readonly digits: bigint;
  readonly places: number;
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = align([a, b]);
  return left === right ? 0 : (left ?? 0n) < (right ?? 0n) ? -1 : 1;
}

/**
 * The exact sum.
 *
 * @throws RangeError when float64 cannot hold it
 */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [left = 0n, right = 0n] = align([a, b]);
  return unscale({ digits: left + right, places: Math.max(scale(a).places, scale(b).places) });
}

/**
 * The exact product.
 *
 * @throws RangeError when float64 cannot hold it
 */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  const [left, right] = [scale(a), scale(b)];
  return unscale({ digits: left.digits * right.digits, places: left.places + right.places });
}

/**
 * How many of `from`, `from + step`, `from + 2·step`, … do not pass `to`, which counts itself when it is hit exactly.
 *
 * @returns undefined when the steps do not lead there: `step` is 0 or goes the other way
 */
export function countSteps(from: Decimal, to: Decimal, step: Decimal): bigint | undefined {
  const [first = 0n, last = 0n, by = 0n] = align([from, to, step]);
  if (by === 0n || (last - first) * by < 0n) {
    return undefined;
  }
  return (last - first) / by + 1n;
}

/**
 * `from + i·step` up to `to`, exactly: `0.2, 0.4, …, 2` are ten values. Call {@link countSteps} first.
 *
 * @throws RangeError when the steps do not lead from `from` to `to`
 */
export function stepRange(from: Decimal, to: Decimal, step: Decimal): readonly Decimal[] {
  const count = countSteps(from, to, step);
  if (count === undefined) {
    throw new RangeError(`steps of ${step} do not lead from ${from} to ${to}`);
  }
  const [first = 0n, by = 0n] = align([from, step]);
  const places = Math.max(scale(from).places, scale(step).places);
  return Array.from({ length: Number(count) }, (_, i) => unscale({ digits: first + BigInt(i) * by, places }));
}

/**
 * `count` values from `from` to `to` at equal distances (`linear`) or equal ratios (`log`, both ends above 0). The ends are
 * exact, the others rounded to {@link SIGNIFICANT_DIGITS}; the caller sees to it that they are still different.
 */
export function spacedRange(from: Decimal, to: Decimal, count: number, spacing: 'linear' | 'log'): readonly Decimal[] {
  const [first, last] = [Number(from), Number(to)];
  return Array.from({ length: count }, (_, i) => {
    if (i === 0 || i === count - 1) {
      return i === 0 ? from : to;
    }
    const t = i / (count - 1);
    const [a, b] = spacing === 'log' ? [Math.log(first), Math.log(last)] : [first, last];
    const between = (1 - t) * a + t * b;
    return roundToDecimal(spacing === 'log' ? Math.exp(between) : between);
  });
}

/**
 * The decimal of at most {@link SIGNIFICANT_DIGITS} significant digits that is nearest to a number.
 *
 * @throws RangeError when it is not finite
 */
export function roundToDecimal(value: number): Decimal {
  const decimal = parseDecimal(value.toPrecision(SIGNIFICANT_DIGITS));
  if (decimal === undefined) {
    throw new RangeError(`${value} is not a finite number`);
  }
  return decimal;
}

function scale(decimal: Decimal): Scaled {
  const point = decimal.indexOf('.');
  return { digits: BigInt(decimal.replace('.', '')), places: point === -1 ? 0 : decimal.length - point - 1 };
}

/** All as whole numbers of one unit. */
function align(decimals: readonly Decimal[]): readonly bigint[] {
  const scaled = decimals.map(scale);
  const places = Math.max(...scaled.map((one) => one.places));
  return scaled.map((one) => one.digits * 10n ** BigInt(places - one.places));
}

function unscale({ digits, places }: Scaled): Decimal {
  const decimal = parseDecimal(`${String(digits)}e-${places}`);
  if (decimal === undefined) {
    throw new RangeError('the result is outside the range of float64');
  }
  return decimal;
}
