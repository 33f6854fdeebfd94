/** A plot of two axes: its frame, lines across it, clouds of points, the legend below. */
import type { Html } from '../../html/html.js';
import { formatNumber } from '../../words/format.js';
import { clip } from '../../words/text-width.js';
import { visibleLine } from '../../words/visible-text.js';
import { axisOf, type Axis, type AxisOptions } from './axes.js';
import { markOf, seriesOf } from './marks.js';
import { group, label, line, mark, path, svg, type Place } from './svg.js';

/** Width of figures. */
export const WIDTH = 440;
/** Where plots stand in their drawings. */
const [LEFT, RIGHT, TOP] = [46, 420, 46];
/** Room for the numbers and the name of the horizontal axis. */
const AXIS_ROOM = 40;
const LEGEND_ROW = 17;
/** Height of a reference line's name. */
const NAME_ROW = 14;
/** So few points get larger dots. */
const SPARSE = 500;

/** A plot, ready to be drawn in. */
export interface Plot {
  readonly x: Axis;
  readonly y: Axis;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  /** Height of the drawing down to the axis's name. */
  readonly height: number;
  /** Where two values stand. */
  readonly at: (x: number, y: number) => Place;
}

/** Places a plot whose horizontal axis is at `bottom`. */
export function plotOf(bottom: number, x: Omit<AxisOptions, 'range'>, y: Omit<AxisOptions, 'range'>): Plot {
  const axes = { x: axisOf({ ...x, range: [LEFT, RIGHT] }), y: axisOf({ ...y, range: [bottom, TOP] }) };
  return {
    ...axes,
    ...{ bottom, top: TOP, left: LEFT, right: RIGHT, height: bottom + AXIS_ROOM },
    at: (across, up) => [axes.x.place(across), axes.y.place(up)],
  };
}

/** Grid lines, ticks and the two axes' names: the vertical one's above the plot, so that it needs no turned text, and above what marks a place of the horizontal one. */
export function drawFrame({ x, y, top, bottom, left, right }: Plot, names: readonly [x: string, y: string]): Html {
  return group(
    'axis',
    y.ticks.map(({ at, text }) => {
      const level = y.place(at);
      return [line([left, level], [right, level]), label(text, [left - 6, level + 4], { anchor: 'end' })];
    }),
    x.ticks.map(({ at, text }) => {
      const place = x.place(at);
      return [line([place, bottom], [place, bottom + 4]), label(text, [place, bottom + 17], { anchor: 'middle' })];
    }),
    label(names[1], [left - 40, top - 30]),
    label(names[0], [right, bottom + 33], { anchor: 'end' }),
  );
}

/** A candidate that a plot's points are seen against. */
export interface Reference {
  readonly name: string;
  readonly value: number;
  readonly isBaseline: boolean;
}

/** A dashed or dotted line across the plot at a value of the vertical axis. */
export function drawReference({ y, left, right }: Plot, { value, isBaseline }: Reference): Html {
  const level = y.place(value);
  return group(isBaseline ? 'ref baseline' : 'ref', line([left, level], [right, level]));
}

/**
 * The names of such lines at their right ends. Drawn after the points, which would cover them. A name is above its line,
 * or below it where the name of the line above needs that room.
 */
export function drawReferenceNames({ y, right }: Plot, references: readonly Reference[]): readonly Html[] {
  const fromTop = [...references].sort((a, b) => y.place(a.value) - y.place(b.value));
  return fromTop.map(({ name, value, isBaseline }, place) => {
    const level = y.place(value);
    const above = fromTop[place - 1];
    const isBelow = above !== undefined && level - y.place(above.value) < NAME_ROW;
    const shown = clip(visibleLine(name), 24);
    return group(
      isBaseline ? 'ref baseline' : 'ref',
      label(shown, [right - 2, isBelow ? level + 12 : level - 4], {
        kind: 'halo',
        anchor: 'end',
        title: `${shown}: ${formatNumber(value)}`,
      }),
    );
  });
}

/**
 * A cloud of points as one path of dots: ten thousand of them take some hundred kilobytes. Equal places count once.
 *
 * @param all - how many points the figure has in all, by which the size of dots is chosen
 */
export function drawCloud(points: readonly Place[], all: number, kind = ''): Html {
  const isSparse = all <= SPARSE;
  const width = isSparse ? 4 : 2;
  const places = new Set(points.map(([x, y]) => `M${(x - width / 2).toFixed(1)} ${y.toFixed(1)}h${width}`));
  return path(['cloud', kind, isSparse ? 'big' : ''].filter((name) => name !== '').join(' '), [...places].join(''));
}

/** Room that a legend of so many series needs. */
export function legendHeight(series: number): number {
  return LEGEND_ROW * series;
}

/**
 * A row per series: its mark, on a piece of its line where it has one, and what it is.
 *
 * @param top - the middle of the first row
 */
export function drawLegend(
  texts: readonly string[],
  top: number,
  options: { readonly hasLines: boolean; readonly most: number },
): readonly Html[] {
  return texts.map((text, place) =>
    svg(
      'g',
      { class: `series ${seriesOf(place)}`, transform: `translate(${LEFT} ${top + LEGEND_ROW * place})` },
      options.hasLines
        ? [line([0, 0], [28, 0]), mark([14, 0], markOf(place))]
        : svg('path', { class: 'dot', d: markOf(place) }),
      label(clip(visibleLine(text), options.most), [options.hasLines ? 36 : 10, 4], { kind: 'small' }),
    ),
  );
}
