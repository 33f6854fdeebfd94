/** Mean, standard error, ratio estimates and intervals of one sample. */

/** A value and its standard error, null where it is not defined. */
export interface Estimate {
  readonly value: number | null;
  readonly stderr: number | null;
  readonly n: number;
}

/** A two-sided interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** 97.5th percentile of the standard normal distribution: intervals of 95 %. */
const Z_95 = 1.959963984540054;

/** Arithmetic mean; NaN for an empty sample. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] ?? 0;
  }
  return sum / values.length;
}

/** Mean with the standard error s/√n of the sample deviation (n − 1); no standard error for n = 1, no value for n = 0. */
export function estimateMean(values: ArrayLike<number>): Estimate {
  const n = values.length;
  if (n === 0) {
    return { value: null, stderr: null, n };
  }
  const centre = mean(values);
  if (n === 1) {
    return { value: centre, stderr: null, n };
  }
  let squares = 0;
  for (let i = 0; i < n; i++) {
    squares += ((values[i] ?? 0) - centre) ** 2;
  }
  return { value: centre, stderr: Math.sqrt(squares / (n - 1) / n), n };
}

/**
 * Ratio of sums Σx / Σw over n blocks, with the linearised standard error √(n/(n−1)·Σ(x − R·w)²) / Σw
 * (Cochran, Sampling Techniques, section 6.4).
 */
export function estimateRatio(numerators: ArrayLike<number>, weights: ArrayLike<number>): Estimate {
  const n = numerators.length;
  let numerator = 0;
  let weight = 0;
  for (let i = 0; i < n; i++) {
    numerator += numerators[i] ?? 0;
    weight += weights[i] ?? 0;
  }
  if (weight === 0) {
    return { value: null, stderr: null, n };
  }
  const ratio = numerator / weight;
  if (n === 1) {
    return { value: ratio, stderr: null, n };
  }
  let squares = 0;
  for (let i = 0; i < n; i++) {
    squares += ((numerators[i] ?? 0) - ratio * (weights[i] ?? 0)) ** 2;
  }
  return { value: ratio, stderr: Math.sqrt((n / (n - 1)) * squares) / weight, n };
}

/** Wilson's score interval of 95 % for a share of n examples; stays within 0 and 1. */
export function wilsonInterval(share: number, n: number): Interval {
  const z2 = Z_95 * Z_95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z_95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Normal interval of 95 % around a mean. */
export function normalInterval(value: number, stderr: number): Interval {
  return { low: value - Z_95 * stderr, high: value + Z_95 * stderr };
}
