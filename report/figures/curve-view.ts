/** How a λ curve shows the variables that are not on its axis: a line each, an envelope, or a cloud. Says so itself. */
import { csvTable } from '../csv/csv-table.js';
import type { Interval } from '../reading/scoreboard.js';
import { extent } from './kit/axes.js';

/** One point of a sweep on a curve. */
export interface CurvePoint {
  readonly index: number;
  readonly place: number;
  readonly x: number;
  readonly y: number;
  readonly n: number;
  readonly interval: Interval | undefined;
  /** The other variables: `b = 0.5`; empty when there are none. */
  readonly setting: string;
  readonly isRecommended: boolean;
}

/** A line of points in order of x. */
export interface CurveLine {
  readonly setting: string;
  readonly points: readonly CurvePoint[];
}

/** Several points at (about) one x. */
export interface CurveBin {
  readonly x: number;
  readonly points: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

interface ViewBase {
  readonly caption: string;
  /** Smallest and largest value that is drawn, intervals included. */
  readonly extent: readonly [number, number];
  /** The numbers that are drawn; the column of x has the variable's name. */
  readonly csv: (variable: string) => string;
}

/** What is drawn. */
export type CurveView = ViewBase &
  (
    | { readonly kind: 'lines'; readonly lines: readonly CurveLine[] }
    | { readonly kind: 'envelope'; readonly bins: readonly CurveBin[]; readonly slice: CurveLine | undefined }
    | { readonly kind: 'cloud'; readonly points: readonly CurvePoint[]; readonly bins: readonly CurveBin[] }
  );

/** More settings of the other variables than this are no separate lines. */
const MOST_LINES = 6;
/** More values of x than this are a cloud. */
const MOST_VALUES = 200;
const BINS = 10;

/** Chooses the view; undefined when there is no point. */
export function curveView(
  points: readonly CurvePoint[],
  options: { readonly isLog: boolean; readonly recommended: number | undefined },
): CurveView | undefined {
  if (points.length === 0) {
    return undefined;
  }
  const values = new Set(points.map(({ x }) => x));
  const settings = [...new Set(points.map(({ setting }) => setting))];
  if (settings.length <= MOST_LINES && values.size <= MOST_VALUES) {
    return linesView(points, settings);
  }
  // a grid visits every value often; a random search hardly one twice
  return values.size <= MOST_VALUES && points.length >= 3 * values.size
    ? envelopeView(points)
    : cloudView(points, options.isLog);
}

function linesView(points: readonly CurvePoint[], settings: readonly string[]): CurveView {
  const lines = settings.map((setting) => lineOf(points, setting));
  return {
    kind: 'lines',
    lines,
    caption:
      `Whiskers: 95 % intervals over examples.` +
      (settings.length > 1 ? ' One line per setting of the other variables.' : ''),
    extent: extent(points.flatMap(({ y, interval }) => [y, interval?.low ?? y, interval?.high ?? y])),
    csv: (variable) =>
      csvTable(
        lines.flatMap((line) => line.points),
        [
          ['point', ({ index }) => index],
          [variable, ({ x }) => x],
          ['others', ({ setting }) => setting],
          ['value', ({ y }) => y],
          ['low_95', ({ interval }) => interval?.low],
          ['high_95', ({ interval }) => interval?.high],
          ['n', ({ n }) => n],
        ],
      ),
  };
}

function envelopeView(points: readonly CurvePoint[]): CurveView {
  const bins = binsOf(points, ({ x }) => x);
  const recommended = points.find(({ isRecommended }) => isRecommended);
  const slice = recommended === undefined ? undefined : lineOf(points, recommended.setting);
  const atRecommended = new Map(slice?.points.map((point) => [point.x, point]));
  return {
    kind: 'envelope',
    bins,
    slice,
    caption:
      'Line and band: median, smallest and largest value over the settings of the other variables, no interval over examples.' +
      (recommended === undefined
        ? ''
        : ` Dots with 95 % intervals: the others as recommended, ${recommended.setting}.`),
    extent: extent([
      ...bins.flatMap(({ low, high }) => [low, high]),
      ...(slice?.points ?? []).flatMap(({ y, interval }) => [interval?.low ?? y, interval?.high ?? y]),
    ]),
    csv: (variable) =>
      csvTable(bins, [
        [variable, ({ x }) => x],
        ['points', (bin) => bin.points],
        ['smallest', ({ low }) => low],
        ['median', ({ median }) => median],
        ['largest', ({ high }) => high],
        ['others_as_recommended', ({ x }) => atRecommended.get(x)?.y],
        ['low_95', ({ x }) => atRecommended.get(x)?.interval?.low],
        ['high_95', ({ x }) => atRecommended.get(x)?.interval?.high],
      ]),
  };
}

function cloudView(points: readonly CurvePoint[], isLog: boolean): CurveView {
  const [from, to] = extent(points.map(({ x }) => x));
  const useLog = isLog && from > 0;
  const position = (x: number): number =>
    to > from ? (useLog ? Math.log(x / from) / Math.log(to / from) : (x - from) / (to - from)) : 0;
  const middle = (bin: number): number =>
    useLog ? from * (to / from) ** ((bin + 0.5) / BINS) : from + ((bin + 0.5) / BINS) * (to - from);
  const bins = binsOf(points, ({ x }) => middle(Math.min(BINS - 1, Math.floor(BINS * position(x)))));
  return {
    kind: 'cloud',
    points,
    bins,
    caption:
      `Every point once, whatever its other variables. Line: the median in each tenth of the range${useLog ? ' (of its logarithm)' : ''}. ` +
      'Intervals are left out here; the tables have them.',
    extent: extent(points.map(({ y }) => y)),
    csv: (variable) =>
      csvTable(points, [
        ['point', ({ index }) => index],
        [variable, ({ x }) => x],
        ['others', ({ setting }) => setting],
        ['value', ({ y }) => y],
        ['n', ({ n }) => n],
      ]),
  };
}

function lineOf(points: readonly CurvePoint[], setting: string): CurveLine {
  return { setting, points: points.filter((point) => point.setting === setting).sort((a, b) => a.x - b.x) };
}

function binsOf(points: readonly CurvePoint[], at: (point: CurvePoint) => number): readonly CurveBin[] {
  const groups = new Map<number, number[]>();
  for (const point of points) {
    const x = at(point);
    const group = groups.get(x) ?? [];
    group.push(point.y);
    groups.set(x, group);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([x, values]) => {
      const sorted = values.sort((a, b) => a - b);
      const half = (sorted.length - 1) / 2;
      const median = ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
      return { x, points: sorted.length, low: sorted[0] ?? 0, median, high: sorted.at(-1) ?? 0 };
    });
}
