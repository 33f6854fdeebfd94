/** Axes of figures: domains, ticks, what is written beside them. */
import { scaleLinear, scaleLog } from 'd3-scale';

/** One direction of a plot: the place of a value, and its label. */
export interface Axis {
  readonly place: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly isLog: boolean;
}

/** What an axis is made from. */
export interface AxisOptions {
  /** Values that must be on it; there is at least one. */
  readonly values: readonly number[];
  /** Coordinates of its ends. */
  readonly range: readonly [number, number];
  /** Shares are marked in per cent, differences of shares in points. */
  readonly unit: 'share' | 'points' | 'number';
  /** Taken only where all values are positive. */
  readonly scale?: 'linear' | 'log';
  /** Roughly how many ticks. */
  readonly ticks?: number;
  /** Round the ends to ticks; λ axes keep theirs. */
  readonly isNice?: boolean;
}

/** An axis over all values, with a small margin; shares stay within what a share can be. */
export function axisOf(options: AxisOptions): Axis {
  const [low, high] = extent(options.values);
  return options.scale === 'log' && low > 0 ? logAxis(low, high, options) : linearAxis(low, high, options);
}

/** The smallest and the largest value; a loop, since ten thousand arguments are too many for a call. */
export function extent(values: readonly number[]): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 1];
}

/** What is smaller counts as zero. */
const SMALLEST = 1e-100;

function linearAxis(low: number, high: number, { range, unit, ticks = 5, isNice = true }: AxisOptions): Axis {
  const size = Math.max(Math.abs(low), Math.abs(high));
  // a span that rounding made has no ticks
  const isSpan = high - low > Math.max(1e-12 * size, SMALLEST);
  const margin = isSpan ? 0.04 * (high - low) : size > SMALLEST ? 0.05 * size : 0.05;
  const isShare = unit !== 'number';
  const scale = scaleLinear()
    .domain([
      // no quantity that is never negative gets an axis that is
      low >= 0 ? Math.max(0, low - margin) : low - margin,
      isShare && high <= 1 ? Math.min(1, high + margin) : high + margin,
    ])
    .range([...range]);
  if (isNice) {
    scale.nice(ticks);
  }
  // no commas between thousands: tables have none
  const inUnit = scale.tickFormat(ticks, isShare ? '~%' : 'f');
  const format = unit === 'points' ? (at: number): string => inUnit(at).replace('%', '') : inUnit;
  return { place: scale, ticks: scale.ticks(ticks).map((at) => ({ at, text: format(at) })), isLog: false };
}

function logAxis(low: number, high: number, { range, unit }: AxisOptions): Axis {
  const margin = high > low ? (high / low) ** 0.04 : 1.1;
  const scale = scaleLog()
    .domain([low / margin, high * margin])
    .range([...range]);
  const all = scale.ticks(10);
  // 1, 2 and 5 of every decade; over many decades the powers of ten alone
  const round = all.filter((at) => ['1', '2', '5'].includes(at.toExponential().charAt(0)));
  const powers = all.filter((at) => at.toExponential().startsWith('1e'));
  const chosen = powers.length > 4 ? powers : round.length > 1 ? round : all;
  const text = (at: number): string =>
    unit === 'share' ? `${Number((100 * at).toPrecision(3))}%` : String(Number(at.toPrecision(3)));
  return { place: scale, ticks: chosen.map((at) => ({ at, text: text(at) })), isLog: true };
}

/** Values that span more than this factor are on a log axis where that is allowed: broken candidates would hide all others. */
const LOG_SPAN = 20;

/** The scale for a metric: logarithmic for perplexities that span a wide range. */
export function scaleOf(values: readonly number[], isPerplexity: boolean): 'linear' | 'log' {
  const [low, high] = extent(values);
  return isPerplexity && high > LOG_SPAN * low ? 'log' : 'linear';
}
