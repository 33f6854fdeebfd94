/** A metric against one variable of a sweep. How the other variables are shown depends on how many settings they have. */
import { csvTable } from '../csv/csv-table.js';
import { formatWithUnit } from '../words/format.js';
import { html, type Html } from '../html/html.js';
import { interval95, metricKey, metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import { freeVariables, recommendedPlace, referenceMetric, variableText, type FreeVariable } from '../reading/sweep.js';
import { clip } from '../words/text-width.js';
import type { RunReport } from '../types.js';
import type { SweepReport } from '../../core/sweep/types.js';
import { visibleLine } from '../words/visible-text.js';
import { axisOf, drawFrame, drawReference, drawReferenceName, type Axis, type PlotBox } from './axes.js';
import { curveView, type CurvePoint, type CurveView } from './curve-view.js';
import { idPart, px, type Figure } from './figure.js';
import { drawView, drawLegend, legendHeight } from './curve-view-svg.js';

const WIDTH = 440;
const BOX: PlotBox = { left: 46, right: 420, top: 34, bottom: 210 };
const AXIS_NAME = 40;
/** A perplexity that spans more than this factor is drawn on a log axis: broken candidates would hide all others. */
const LOG_SPAN = 20;

/** The figure of one metric against one variable, or undefined when no point has a value. */
export function lambdaCurve(
  report: RunReport,
  sweep: SweepReport,
  metric: ReportedMetric,
  variable: FreeVariable,
): Figure | undefined {
  const points = curvePoints(sweep, metric, variable);
  const view = curveView(points, { isLog: variable.scale === 'log', recommended: recommendedPlace(sweep) });
  if (view === undefined) {
    return undefined;
  }
  const key = metricKey(metric);
  const references = Object.keys(sweep.references).flatMap((name) => {
    const value = referenceMetric(sweep, name, key, 'all')?.value;
    const isBaseline = name === sweep.baseline;
    return typeof value === 'number' && (isBaseline || name === 'base') ? [{ name, value, isBaseline }] : [];
  });
  const drawn = [...view.extent, ...references.map(({ value }) => value)];
  const y = axisOf({
    values: drawn,
    range: [BOX.bottom, BOX.top],
    unit: metric.unit,
    scale: metric.kind === 'perplexity' && Math.max(...drawn) > LOG_SPAN * Math.min(...drawn) ? 'log' : 'linear',
  });
  const x = axisOf({
    values: points.map((point) => point.x),
    range: [BOX.left, BOX.right],
    unit: 'number',
    scale: variable.scale,
    isNice: false,
  });
  const name = visibleLine(variable.name);
  const title = metricTitle(report, metric);
  const direction = metric.higherIsBetter ? '↑ higher is better' : '↓ lower is better';
  const chosen = points.find(({ isRecommended }) => isRecommended);
  return {
    id: `curve-${idPart(key)}-by-${idPart(variable.name) || 'variable'}`,
    title: `${title} against ${name}`,
    caption: caption(variable, view, y, x),
    note: `Over all examples, so at the recommended point a little flattered by the choice; the table of the recommended point has the half that it was not chosen by. Lines across: ${sweep.baseline} dashed, base dotted.`,
    drawing: {
      kind: 'curve',
      width: WIDTH,
      height: BOX.bottom + AXIS_NAME + legendHeight(view),
      label: describe(metric, title, name, view, references),
      body: html`${drawFrame(BOX, { axis: x, name: `${clip(name, 24)}${x.isLog ? ', log scale' : ''}` }, { axis: y, name: direction })}
      ${references.map((reference) => drawReference(BOX, y, reference))}
      ${chosen !== undefined && drawChosen(x.place(chosen.x))} ${drawView(view, x, y)}
      ${references.map((reference) => drawReferenceName(BOX, y, { ...reference, name: clip(visibleLine(reference.name), 24) }))}
      ${drawLegend(view, BOX.bottom + AXIS_NAME + 4)}`,
    },
    csv: csvTable(view.csv.columns(variable.name), view.csv.rows),
  };
}

function curvePoints(sweep: SweepReport, metric: ReportedMetric, variable: FreeVariable): readonly CurvePoint[] {
  const column = sweep.points.metrics[metricKey(metric)]?.all;
  const xs = sweep.points.values[variable.name];
  const others = freeVariables(sweep).filter(({ name }) => name !== variable.name);
  return sweep.points.index.flatMap((index, place): readonly CurvePoint[] => {
    const y = column?.value[place] ?? null;
    const x = xs?.[place];
    if (column === undefined || y === null || x === undefined || !Number.isFinite(y)) {
      return [];
    }
    const value = { value: y, stderr: column.stderr[place] ?? null, n: column.n[place] ?? 0 };
    return [
      {
        index,
        place,
        x,
        y,
        n: value.n,
        interval: interval95(value, metric),
        setting: others.map(({ name }) => `${name} = ${variableText(sweep, name, place)}`).join(', '),
        isRecommended: index === sweep.choice.recommended,
      },
    ];
  });
}

function drawChosen(at: number): Html {
  return html`<g class="chosen-mark">
    <line class="chosen-line faint" x1="${px(at)}" x2="${px(at)}" y1="${BOX.top}" y2="${BOX.bottom}" />
    <text
      class="small halo"
      x="${px(at)}"
      y="${BOX.top - 10}"
      text-anchor="${at > 340 ? 'end' : at < 160 ? 'start' : 'middle'}"
      >recommended</text
    >
  </g>`;
}

function caption(variable: FreeVariable, view: CurveView, y: Axis, x: Axis): string {
  const logs = [...(x.isLog ? ['λ'] : []), ...(y.isLog ? ['the metric'] : [])];
  return [
    view.caption,
    ...(variable.linked.length === 0 ? [] : [`With it, ${variable.linked.join(', ')}.`]),
    ...(logs.length === 0 ? [] : [`Log scale of ${logs.join(' and ')}.`]),
  ].join(' ');
}

function describe(
  metric: ReportedMetric,
  title: string,
  variable: string,
  view: CurveView,
  references: readonly { readonly name: string; readonly value: number }[],
): string {
  const [low, high] = view.extent;
  const others = references.map(({ name, value }) => `${name} ${formatWithUnit(value, metric.unit)}`);
  return (
    `${title} against ${variable}: from ${formatWithUnit(low, metric.unit)} to ${formatWithUnit(high, metric.unit)}` +
    (others.length === 0 ? '' : `; ${others.join(', ')}`)
  );
}
