/** The points of a sweep by two metrics: feasible or not, the front, the recommended point, the reference candidates. */
import type { SweepReport } from '../../core/sweep/types.js';
import { csvTable, type CsvValue } from '../csv/csv-table.js';
import { count, formatNumber, formatWithUnit } from '../words/format.js';
import { html, type Html } from '../html/html.js';
import { feasiblePoints, placeOfPoint, pointLabel, recommendedPlace } from '../reading/sweep.js';
import { clip } from '../words/text-width.js';
import type { RunReport } from '../types.js';
import { visibleLine } from '../words/visible-text.js';
import { axisOf, drawCloud, drawFrame, extent, type Axis, type PlotBox } from './axes.js';
import { px, type Figure } from './figure.js';
import { CROSS, STAR } from './marks.js';
import { scatterAxes, type ScatterAxis } from './scatter-axes.js';

const WIDTH = 440;
const BOX: PlotBox = { left: 46, right: 420, top: 34, bottom: 290 };
const HEIGHT = 328;
/** Points of the front that are drawn with a title each. */
const MOST_MARKS = 400;
const LOG_SPAN = 20;

interface Scene {
  readonly sweep: SweepReport;
  readonly axes: readonly [x: ScatterAxis, y: ScatterAxis];
  readonly x: Axis;
  readonly y: Axis;
}

/** The figure, or undefined when there are no two things to draw points by. */
export function paretoScatter(report: RunReport, sweep: SweepReport): Figure | undefined {
  const axes = scatterAxes(report, sweep);
  if (axes === undefined) {
    return undefined;
  }
  const scene = {
    sweep,
    axes,
    x: axisFor(axes[0], sweep, [BOX.left, BOX.right]),
    y: axisFor(axes[1], sweep, [BOX.bottom, BOX.top]),
  };
  const feasible = feasiblePoints(sweep);
  const drawable = sweep.points.index.flatMap((_, place) => (placeIn(scene, place) === undefined ? [] : [place]));
  const cloud = (isFeasible: boolean): Html =>
    drawCloud(
      drawable.filter((place) => feasible[place] === isFeasible).map((place) => placeIn(scene, place) ?? [0, 0]),
      drawable.length,
      isFeasible ? '' : 'out',
    );
  const hasFront = sweep.choice.pareto.length > 0;
  return {
    id: 'pareto',
    title: `${axes[1].title} against ${axes[0].title}`,
    caption: caption(scene, hasFront),
    note: '',
    drawing: {
      kind: 'scatter',
      width: WIDTH,
      height: HEIGHT,
      label:
        `${count(drawable.length, 'point')} by ${axes[1].title} and ${axes[0].title}; ` +
        `${String(drawable.filter((place) => feasible[place] === true).length)} feasible, ${String(sweep.choice.pareto.length)} on the front`,
      body: html`${drawFrame(BOX, { axis: scene.x, name: `${clip(axes[0].title, 44)} ${axes[0].direction}` }, { axis: scene.y, name: `${clip(axes[1].title, 44)} ${axes[1].direction}` })}
      ${drawBounds(scene)} ${cloud(false)} ${cloud(true)} ${drawFront(scene)} ${drawReferences(scene)}
      ${drawRecommended(scene)}`,
    },
    csv: csvTable(
      [
        'what',
        'name',
        ...sweep.plan.variables.map(({ name }) => name),
        axes[0].key,
        axes[1].key,
        'x_low_95',
        'x_high_95',
        'y_low_95',
        'y_high_95',
        'feasible',
        'pareto',
      ],
      csvRows(scene, feasible),
    ),
  };
}

function axisFor(axis: ScatterAxis, sweep: SweepReport, range: readonly [number, number]): Axis {
  const chosen = recommendedPlace(sweep);
  const interval = chosen === undefined ? undefined : axis.ofPoint(chosen, 'report').interval;
  const values = [
    ...sweep.points.index.map((_, place) => axis.ofPoint(place, 'choose').value),
    ...Object.keys(sweep.references).map((name) => axis.ofReference(name)),
    ...axis.bounds.map(({ value }) => value),
    ...(chosen === undefined ? [] : [axis.ofPoint(chosen, 'report').value]),
    interval?.low ?? null,
    interval?.high ?? null,
  ].flatMap((value) => (value === null || !Number.isFinite(value) ? [] : [value]));
  const [low, high] = extent(values);
  return axisOf({
    values,
    range,
    unit: axis.unit,
    scale: axis.isPerplexity && high > LOG_SPAN * low ? 'log' : 'linear',
  });
}

/** Where a point stands, by the half that points are chosen by. */
function placeIn({ axes, x, y }: Scene, place: number): readonly [number, number] | undefined {
  const [across, up] = [axes[0].ofPoint(place, 'choose').value, axes[1].ofPoint(place, 'choose').value];
  return across === null || up === null || !Number.isFinite(across) || !Number.isFinite(up)
    ? undefined
    : [x.place(across), y.place(up)];
}

/** Bounds of constraints on the two axes. */
function drawBounds({ axes, x, y }: Scene): readonly Html[] {
  return [
    ...axes[0].bounds.map(
      ({ value, text }) =>
        html`<g class="ref"
          ><line x1="${px(x.place(value))}" x2="${px(x.place(value))}" y1="${BOX.top}" y2="${BOX.bottom}" /><title>
            ${text}
          </title></g
        >`,
    ),
    ...axes[1].bounds.map(
      ({ value, text }) =>
        html`<g class="ref"
          ><line x1="${BOX.left}" x2="${BOX.right}" y1="${px(y.place(value))}" y2="${px(y.place(value))}" /><title>
            ${text}
          </title></g
        >`,
    ),
  ];
}

function drawFront(scene: Scene): Html {
  const { sweep, axes } = scene;
  const front = sweep.choice.pareto.slice(0, MOST_MARKS).flatMap((index) => {
    const place = placeOfPoint(sweep, index);
    const at = place === undefined ? undefined : placeIn(scene, place);
    return place === undefined || at === undefined ? [] : [{ index, place, at }];
  });
  const line = [...front]
    .sort((a, b) => a.at[0] - b.at[0])
    .map(({ at }, i) => `${i === 0 ? 'M' : 'L'}${px(at[0])} ${px(at[1])}`);
  // the front is a curve in this plane only where the plane is that of the two goals
  const isCurve = axes[0].isGoal && sweep.plan.objective?.goals.length === 2;
  return html`${isCurve && html`<path class="front" d="${line.join('')}" />`}
  ${front.map(
    ({ index, place, at }) =>
      html`<path class="mark" transform="translate(${px(at[0])} ${px(at[1])})" d="M0-4.6L4.6 0L0 4.6L-4.6 0Z"
        ><title>point ${index}: ${pointLabel(sweep, place)}</title></path
      >`,
  )}`;
}

function drawReferences({ sweep, axes, x, y }: Scene): readonly Html[] {
  return Object.keys(sweep.references).flatMap((name) => {
    const [across, up] = [axes[0].ofReference(name), axes[1].ofReference(name)];
    if (across === null || up === null) {
      return [];
    }
    const [left, top] = [x.place(across), y.place(up)];
    const anchor = left > BOX.right - 70 ? 'end' : 'start';
    return [
      html`<g class="${name === sweep.baseline ? 'row is-baseline' : 'row'}">
        <path class="whisker" transform="translate(${px(left)} ${px(top)})" d="${CROSS}" />
        <text class="halo" x="${px(left + (anchor === 'start' ? 8 : -8))}" y="${px(top + 4)}" text-anchor="${anchor}"
          >${clip(visibleLine(name), 20)}</text
        >
      </g>`,
    ];
  });
}

/** The recommended point twice: where it was chosen, and where the other half of the examples puts it. */
function drawRecommended(scene: Scene): Html | undefined {
  const { sweep, axes, x, y } = scene;
  const place = recommendedPlace(sweep);
  const from = place === undefined ? undefined : placeIn(scene, place);
  if (place === undefined || from === undefined) {
    return undefined;
  }
  const [across, up] = [axes[0].ofPoint(place, 'report'), axes[1].ofPoint(place, 'report')];
  if (across.value === null || up.value === null) {
    return undefined;
  }
  const to = [x.place(across.value), y.place(up.value)] as const;
  const whiskers = [
    ...(across.interval === undefined
      ? []
      : [`M${px(x.place(across.interval.low))} ${px(to[1])}H${px(x.place(across.interval.high))}`]),
    ...(up.interval === undefined
      ? []
      : [`M${px(to[0])} ${px(y.place(up.interval.low))}V${px(y.place(up.interval.high))}`]),
  ];
  const where = [across, up].map(({ value }, i) => formatWithUnit(value, axes[i]?.unit ?? 'number')).join(', ');
  return html`<path class="chosen-line faint" d="M${px(from[0])} ${px(from[1])}L${px(to[0])} ${px(to[1])}" />
    <path class="chosen-line" d="${whiskers.join('')}" />
    <path class="chosen open" transform="translate(${px(from[0])} ${px(from[1])})" d="${STAR}"
      ><title>recommended point, where it was chosen: ${pointLabel(sweep, place)}</title></path
    >
    <path class="chosen" transform="translate(${px(to[0])} ${px(to[1])})" d="${STAR}"
      ><title>recommended point on the other half of the examples: ${where}</title></path
    >`;
}

function caption({ sweep, axes, x, y }: Scene, hasFront: boolean): string {
  const bounds = [...axes[0].bounds, ...axes[1].bounds].map(({ text, value }) => `${text} (${formatNumber(value)})`);
  return [
    'Squares: points, by the half of the examples that points are chosen by; pale ones do not meet all constraints.',
    ...(hasFront
      ? [
          sweep.choice.feasible
            ? 'Diamonds: the Pareto front, points that no other feasible point beats in every goal.'
            : 'Diamonds: no point is feasible; these violate the constraints least.',
        ]
      : []),
    ...(sweep.choice.pareto.length > MOST_MARKS
      ? [`The first ${MOST_MARKS} of ${sweep.choice.pareto.length} are marked.`]
      : []),
    ...(sweep.choice.recommended === null
      ? []
      : ['Stars: the recommended point, hollow where it was chosen, filled with 95 % intervals on the other half.']),
    'Crosses: reference candidates.',
    ...(bounds.length > 0 ? [`Dotted lines: ${bounds.join(', ')}.`] : []),
    ...(x.isLog || y.isLog ? ['Perplexity on a log scale.'] : []),
  ].join(' ');
}

function csvRows({ sweep, axes }: Scene, feasible: readonly boolean[]): readonly (readonly CsvValue[])[] {
  const front = new Set(sweep.choice.pareto);
  const names = sweep.plan.variables.map(({ name }) => name);
  const variables = (place: number): readonly CsvValue[] => names.map((name) => sweep.points.values[name]?.[place]);
  const points = sweep.points.index.map((index, place): readonly CsvValue[] => [
    'point, choosing half',
    index,
    ...variables(place),
    axes[0].ofPoint(place, 'choose').value,
    axes[1].ofPoint(place, 'choose').value,
    null,
    null,
    null,
    null,
    feasible[place],
    front.has(index),
  ]);
  const chosen = recommendedPlace(sweep);
  const recommended =
    chosen === undefined
      ? []
      : [chosen].map((place): readonly CsvValue[] => {
          const [across, up] = [axes[0].ofPoint(place, 'report'), axes[1].ofPoint(place, 'report')];
          return [
            'recommended, reporting half',
            sweep.points.index[place],
            ...variables(place),
            across.value,
            up.value,
            across.interval?.low,
            across.interval?.high,
            up.interval?.low,
            up.interval?.high,
            feasible[place],
            front.has(sweep.points.index[place] ?? -1),
          ];
        });
  const references = Object.keys(sweep.references).map((name): readonly CsvValue[] => [
    'candidate, choosing half',
    name,
    ...names.map(() => null),
    axes[0].ofReference(name),
    axes[1].ofReference(name),
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
  return [...points, ...recommended, ...references];
}
