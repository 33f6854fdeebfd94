/** Axes of figures: domains, ticks, the frame around a plot. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { formatNumber } from '../words/format.js';
import { html, type Html } from '../html/html.js';
import { px } from './figure.js';

/** One direction of a plot: where a value stands, and what is written beside it. */
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

/** Where a plot stands in its drawing. */
export interface PlotBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
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

function linearAxis(low: number, high: number, { range, unit, ticks = 5, isNice = true }: AxisOptions): Axis {
  const margin = high > low ? 0.04 * (high - low) : Math.abs(high) * 0.05 || 0.05;
  const isShare = unit !== 'number';
  const scale = scaleLinear()
    .domain([
      isShare && low >= 0 ? Math.max(0, low - margin) : low - margin,
      isShare && high <= 1 ? Math.min(1, high + margin) : high + margin,
    ])
    .range([...range]);
  if (isNice) {
    scale.nice(ticks);
  }
  const inUnit = scale.tickFormat(ticks, isShare ? '~%' : undefined);
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

/** Grid lines, ticks and the two axes' names: the vertical one's above the plot, so that it needs no turned text. */
export function drawFrame(
  box: PlotBox,
  x: { readonly axis: Axis; readonly name: string },
  y: { readonly axis: Axis; readonly name: string },
): Html {
  return html`<g class="axis">
    ${y.axis.ticks.map(
      ({ at, text }) =>
        html`<line
            x1="${px(box.left)}"
            x2="${px(box.right)}"
            y1="${px(y.axis.place(at))}"
            y2="${px(y.axis.place(at))}"
          /><text x="${px(box.left - 6)}" y="${px(y.axis.place(at) + 4)}" text-anchor="end">${text}</text>`,
    )}
    ${x.axis.ticks.map(
      ({ at, text }) =>
        html`<line
            x1="${px(x.axis.place(at))}"
            x2="${px(x.axis.place(at))}"
            y1="${px(box.bottom)}"
            y2="${px(box.bottom + 4)}"
          /><text x="${px(x.axis.place(at))}" y="${px(box.bottom + 17)}" text-anchor="middle">${text}</text>`,
    )}
    <text x="${px(box.left - 40)}" y="${px(box.top - 10)}">${y.name}</text>
    <text x="${px(box.right)}" y="${px(box.bottom + 33)}" text-anchor="end">${x.name}</text>
  </g>`;
}

/** A candidate that a plot's points are seen against. */
export interface Reference {
  readonly name: string;
  readonly value: number;
  readonly isBaseline: boolean;
}

/** A dashed or dotted line across the plot at a value of the vertical axis. */
export function drawReference(box: PlotBox, y: Axis, { value, isBaseline }: Reference): Html {
  const at = px(y.place(value));
  return html`<g class="${isBaseline ? 'ref baseline' : 'ref'}">
    <line x1="${px(box.left)}" x2="${px(box.right)}" y1="${at}" y2="${at}" />
  </g>`;
}

/** The name of such a line at its right end. Drawn after the points, which would cover it. */
export function drawReferenceName(box: PlotBox, y: Axis, reference: Reference): Html {
  const at = y.place(reference.value);
  return html`<g class="${reference.isBaseline ? 'ref baseline' : 'ref'}">
    <text class="halo" x="${px(box.right - 2)}" y="${px(at - 4)}" text-anchor="end"
      >${reference.name}<title>${reference.name}: ${formatNumber(reference.value)}</title></text
    >
  </g>`;
}

/** So few points get larger dots. */
const SPARSE = 500;

/**
 * A cloud of points as one path of dots: ten thousand of them take some hundred kilobytes. Equal places count once.
 *
 * @param all - how many points the figure has in all, by which the size of dots is chosen
 */
export function drawCloud(points: readonly (readonly [x: number, y: number])[], all: number, kind = ''): Html {
  const isSparse = all <= SPARSE;
  const width = isSparse ? 4 : 2;
  const places = new Set(points.map(([x, y]) => `M${(x - width / 2).toFixed(1)} ${y.toFixed(1)}h${width}`));
  return html`<path class="cloud ${kind} ${isSparse && 'big'}" d="${[...places].join('')}" />`;
}
