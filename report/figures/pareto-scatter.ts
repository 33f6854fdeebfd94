/** The points of a sweep by two metrics: feasible or not, the front, the recommended point, the reference candidates. */
import type { SweepReport } from '../../core/sweep/types.js';
import { csvTable } from '../csv/csv-table.js';
import { html, type Html } from '../html/html.js';
import { feasiblePoints, pointLabel, recommendedPlace } from '../reading/sweep.js';
import type { RunReport } from '../types.js';
import { count, formatNumber, formatWithUnit } from '../words/format.js';
import { clip } from '../words/text-width.js';
import { visibleLine } from '../words/visible-text.js';
import { scaleOf, type AxisOptions } from './kit/axes.js';
import { px, type Figure } from './kit/figure.js';
import { CROSS, STAR } from './kit/marks.js';
import { drawCloud, drawFrame, plotOf, WIDTH, type Plot } from './kit/plot.js';
import { group, label, line, mark, path, svg, through, type Place } from './kit/svg.js';
import { scatterAxes, type ScatterAxis, type ScatterValue } from './scatter-axes.js';

const BOTTOM = 290;
/** Points of the front that are drawn with a title each. */
const MOST_MARKS = 400;
const DIAMOND = 'M0-4.6L4.6 0L0 4.6L-4.6 0Z';

/** What has a place in the plane; the drawing and the CSV are made of these alone. */
interface Entry {
  readonly what: 'point, choosing half' | 'recommended, reporting half' | 'candidate, choosing half';
  /** Index of a point, or name of a candidate. */
  readonly name: number | string;
  /** Place of a point in the sweep's columns. */
  readonly place?: number;
  readonly x: ScatterValue;
  readonly y: ScatterValue;
  readonly isFeasible?: boolean;
  readonly isFront?: boolean;
}

interface Scene {
  readonly sweep: SweepReport;
  readonly axes: readonly [x: ScatterAxis, y: ScatterAxis];
  readonly entries: readonly Entry[];
  readonly plot: Plot;
}

/** The figure, or undefined when there are no two things to draw points by. */
export function paretoScatter(report: RunReport, sweep: SweepReport): Figure | undefined {
  const axes = scatterAxes(report, sweep);
  if (axes === undefined) {
    return undefined;
  }
  const entries = entriesOf(sweep, axes);
  const [x, y] = axes;
  const scene: Scene = {
    ...{ sweep, axes, entries },
    plot: plotOf(
      BOTTOM,
      axisOptions(
        x,
        entries.map((entry) => entry.x),
      ),
      axisOptions(
        y,
        entries.map((entry) => entry.y),
      ),
    ),
  };
  const points = pointsOf(scene);
  const feasible = points.filter(({ isFeasible }) => isFeasible === true);
  const cloud = (isFeasible: boolean): Html =>
    drawCloud(
      points.filter((point) => point.isFeasible === isFeasible).map((point) => placeOf(scene, point)),
      points.length,
      isFeasible ? '' : 'out',
    );
  return {
    id: 'pareto',
    title: `${y.title} against ${x.title}`,
    caption: caption(scene),
    note: '',
    drawing: {
      kind: 'scatter',
      width: WIDTH,
      height: scene.plot.height - 2,
      label:
        `${count(points.length, 'point')} by ${y.title} and ${x.title}; ` +
        `${feasible.length} feasible, ${sweep.choice.pareto.length} on the front`,
      body: html`${drawFrame(scene.plot, [axisName(x), axisName(y)])} ${drawBounds(scene)} ${cloud(false)}
      ${cloud(true)} ${drawFront(scene)} ${drawCandidates(scene)} ${drawRecommended(scene)}`,
    },
    csv: csvTable(entries, [
      ['what', ({ what }) => what],
      ['name', ({ name }) => name],
      ...sweep.plan.variables.map(
        ({ name }) =>
          [name, ({ place }: Entry) => (place === undefined ? null : sweep.points.values[name]?.[place])] as const,
      ),
      [x.key, (entry) => entry.x.value],
      [y.key, (entry) => entry.y.value],
      ['x_low_95', (entry) => entry.x.interval?.low],
      ['x_high_95', (entry) => entry.x.interval?.high],
      ['y_low_95', (entry) => entry.y.interval?.low],
      ['y_high_95', (entry) => entry.y.interval?.high],
      ['feasible', ({ isFeasible }) => isFeasible],
      ['pareto', ({ isFront }) => isFront],
    ]),
  };
}

/** All points by the half that they are chosen by, the recommended one by the other half, the candidates. */
function entriesOf(sweep: SweepReport, [x, y]: Scene['axes']): readonly Entry[] {
  const feasible = feasiblePoints(sweep);
  const front = new Set(sweep.choice.pareto);
  const points = sweep.points.index.map((name, place) => ({
    ...{ name, place, isFeasible: feasible[place] === true, isFront: front.has(name) },
  }));
  const chosen = recommendedPlace(sweep);
  return [
    ...points.map((point): Entry => ({
      ...point,
      what: 'point, choosing half',
      x: { value: x.ofPoint(point.place, 'choose').value },
      y: { value: y.ofPoint(point.place, 'choose').value },
    })),
    ...points
      .filter(({ place }) => place === chosen)
      .map((point): Entry => ({
        ...point,
        what: 'recommended, reporting half',
        x: x.ofPoint(point.place, 'report'),
        y: y.ofPoint(point.place, 'report'),
      })),
    ...Object.keys(sweep.references).map((name): Entry => ({
      what: 'candidate, choosing half',
      name,
      x: { value: x.ofReference(name) },
      y: { value: y.ofReference(name) },
    })),
  ];
}

function axisOptions(axis: ScatterAxis, entries: readonly ScatterValue[]): Omit<AxisOptions, 'range'> {
  const values = [
    ...entries.flatMap(({ value, interval }) => [value, interval?.low ?? null, interval?.high ?? null]),
    ...axis.bounds.map(({ value }) => value),
  ].filter((value): value is number => value !== null && Number.isFinite(value));
  return { values, unit: axis.unit, scale: scaleOf(values, axis.isPerplexity) };
}

function axisName({ title, direction }: ScatterAxis): string {
  return `${clip(title, 44)} ${direction}`;
}

/** The points that have both values. */
function pointsOf({ entries }: Scene): readonly Entry[] {
  return entries.filter(
    ({ what, x, y }) => what === 'point, choosing half' && Number.isFinite(x.value) && Number.isFinite(y.value),
  );
}

function placeOf({ plot }: Scene, { x, y }: Entry): Place {
  return plot.at(x.value ?? 0, y.value ?? 0);
}

/** Bounds of constraints on the two axes. */
function drawBounds({ axes: [x, y], plot }: Scene): readonly Html[] {
  const bound = (text: string, from: Place, to: Place): Html => group('ref', line(from, to), svg('title', {}, text));
  return [
    ...x.bounds.map(({ value, text }) =>
      bound(text, [plot.x.place(value), plot.top], [plot.x.place(value), plot.bottom]),
    ),
    ...y.bounds.map(({ value, text }) =>
      bound(text, [plot.left, plot.y.place(value)], [plot.right, plot.y.place(value)]),
    ),
  ];
}

function drawFront(scene: Scene): Html {
  const { sweep, axes } = scene;
  const points = new Map(pointsOf(scene).map((point) => [point.name, point]));
  const front = sweep.choice.pareto.slice(0, MOST_MARKS).flatMap((index) => points.get(index) ?? []);
  const places = front.map((point) => placeOf(scene, point)).sort((a, b) => a[0] - b[0]);
  // the front is a curve in this plane only where the plane is that of the two goals
  const isCurve = axes[0].isGoal && sweep.plan.objective?.goals.length === 2;
  return html`${isCurve && path('front', through(places))}
  ${front.map((point) => mark(placeOf(scene, point), DIAMOND, `point ${point.name}: ${pointLabel(sweep, point.place ?? 0)}`, 'mark'))}`;
}

function drawCandidates(scene: Scene): readonly Html[] {
  const { entries, sweep, plot } = scene;
  return entries
    .filter(({ what, x, y }) => what === 'candidate, choosing half' && x.value !== null && y.value !== null)
    .map((entry) => {
      const [left, top] = placeOf(scene, entry);
      const isNarrow = left > plot.right - 70;
      return group(
        entry.name === sweep.baseline ? 'row is-baseline' : 'row',
        mark([left, top], CROSS, undefined, 'whisker'),
        label(clip(visibleLine(String(entry.name)), 20), [isNarrow ? left - 8 : left + 8, top + 4], {
          ...{ kind: 'halo', anchor: isNarrow ? 'end' : 'start' },
        }),
      );
    });
}

/** The recommended point twice: where it was chosen, and where the other half of the examples puts it. */
function drawRecommended(scene: Scene): Html | undefined {
  const { sweep, axes, entries, plot } = scene;
  const there = entries.find(({ what }) => what === 'recommended, reporting half');
  const here = pointsOf(scene).find(({ place }) => place === there?.place);
  if (there === undefined || here === undefined || there.x.value === null || there.y.value === null) {
    return undefined;
  }
  const [from, to] = [placeOf(scene, here), placeOf(scene, there)];
  const { x, y } = there;
  const across =
    x.interval === undefined
      ? ''
      : `M${px(plot.x.place(x.interval.low))} ${px(to[1])}H${px(plot.x.place(x.interval.high))}`;
  const up =
    y.interval === undefined
      ? ''
      : `M${px(to[0])} ${px(plot.y.place(y.interval.low))}V${px(plot.y.place(y.interval.high))}`;
  const where = [formatWithUnit(x.value, axes[0].unit), formatWithUnit(y.value, axes[1].unit)].join(', ');
  const chosen = `recommended point, where it was chosen: ${pointLabel(sweep, here.place ?? 0)}`;
  return html`${path('chosen-line faint', through([from, to]))} ${path('chosen-line', across + up)}
  ${mark(from, STAR, chosen, 'chosen open')}
  ${mark(to, STAR, `recommended point on the other half of the examples: ${where}`, 'chosen')}`;
}

function caption({ sweep: { choice }, axes, plot }: Scene): string {
  const bounds = axes.flatMap((axis) => axis.bounds.map(({ text, value }) => `${text} (${formatNumber(value)})`));
  const sentences: readonly (readonly [isSo: boolean, sentence: string])[] = [
    [
      true,
      'Squares: points, by the half of the examples that points are chosen by; pale ones do not meet all constraints.',
    ],
    [
      choice.pareto.length > 0,
      choice.feasible
        ? 'Diamonds: the Pareto front, points that no other feasible point beats in every goal.'
        : 'Diamonds: no point is feasible; these violate the constraints least.',
    ],
    [choice.pareto.length > MOST_MARKS, `The first ${MOST_MARKS} of ${choice.pareto.length} are marked.`],
    [
      choice.recommended !== null,
      'Stars: the recommended point, hollow where it was chosen, filled with 95 % intervals on the other half.',
    ],
    [true, 'Crosses: reference candidates.'],
    [bounds.length > 0, `Dotted lines: ${bounds.join(', ')}.`],
    [plot.x.isLog || plot.y.isLog, 'Perplexity on a log scale.'],
  ];
  return sentences.flatMap(([isSo, sentence]) => (isSo ? [sentence] : [])).join(' ');
}
