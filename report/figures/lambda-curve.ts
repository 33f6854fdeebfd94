/** A metric against one variable of a sweep. How the other variables are shown depends on how many settings they have. */
import type { SweepReport } from '../../core/sweep/types.js';
import { html, type Html } from '../html/html.js';
import { interval95, metricKey, metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import {
  freeVariables,
  pointMetric,
  recommendedPlace,
  referenceMetric,
  variableText,
  type FreeVariable,
} from '../reading/sweep.js';
import type { RunReport } from '../types.js';
import { formatWithUnit } from '../words/format.js';
import { clip } from '../words/text-width.js';
import { visibleLine } from '../words/visible-text.js';
import { drawView, viewLegend } from './curve-view-svg.js';
import { curveView, type CurvePoint, type CurveView } from './curve-view.js';
import { scaleOf } from './kit/axes.js';
import { idPart, type Figure } from './kit/figure.js';
import { drawFrame, drawReference, drawReferenceNames, plotOf, WIDTH, type Plot, type Reference } from './kit/plot.js';
import { group, label, line } from './kit/svg.js';

const BOTTOM = 210;

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
  const references = Object.keys(sweep.references).flatMap((name): readonly Reference[] => {
    const value = referenceMetric(sweep, name, key, 'all')?.value;
    const isBaseline = name === sweep.baseline;
    return typeof value === 'number' && (isBaseline || name === 'base') ? [{ name, value, isBaseline }] : [];
  });
  const values = [...view.extent, ...references.map(({ value }) => value)];
  const plot = plotOf(
    BOTTOM,
    { values: points.map(({ x }) => x), unit: 'number', scale: variable.scale, isNice: false },
    { values, unit: metric.unit, scale: scaleOf(values, metric.kind === 'perplexity') },
  );
  const name = visibleLine(variable.name);
  const title = metricTitle(report, metric);
  const chosen = points.find(({ isRecommended }) => isRecommended);
  const legend = viewLegend(view, plot);
  const axisNames = [
    `${clip(name, 24)}${plot.x.isLog ? ', log scale' : ''}`,
    `${clip(title, 44)}, ${metric.higherIsBetter ? '↑ higher is better' : '↓ lower is better'}`,
  ] as const;
  return {
    id: `curve-${idPart(key)}-by-${idPart(variable.name) || 'variable'}`,
    title: `${title} against ${name}`,
    caption: caption(variable, view, plot),
    note: `Over all examples, so slightly inflated at the recommended point by the selection; the table of the recommended point has the half that it was not chosen by. Lines across: ${sweep.baseline} dashed, base dotted.`,
    drawing: {
      kind: 'curve',
      width: WIDTH,
      height: plot.height + legend.height,
      label: describe(metric, `${title} against ${name}`, view, references),
      body: html`${drawFrame(plot, axisNames)} ${references.map((reference) => drawReference(plot, reference))}
      ${chosen !== undefined && drawChosen(plot, plot.x.place(chosen.x))} ${drawView(view, plot)}
      ${drawReferenceNames(plot, references)} ${legend.body}`,
    },
    csv: view.csv(variable.name),
  };
}

function curvePoints(sweep: SweepReport, metric: ReportedMetric, variable: FreeVariable): readonly CurvePoint[] {
  const others = freeVariables(sweep).filter(({ name }) => name !== variable.name);
  return sweep.points.index.flatMap((index, place): readonly CurvePoint[] => {
    const value = pointMetric(sweep, place, metricKey(metric), 'all');
    const x = sweep.points.values[variable.name]?.[place];
    if (value.value === null || x === undefined || !Number.isFinite(value.value)) {
      return [];
    }
    return [
      {
        ...{ index, place, x, y: value.value, n: value.n },
        interval: interval95(value, metric),
        setting: others.map(({ name }) => `${name} = ${variableText(sweep, name, place)}`).join(', '),
        isRecommended: index === sweep.choice.recommended,
      },
    ];
  });
}

function drawChosen({ top, bottom }: Plot, at: number): Html {
  const anchor = at > 340 ? 'end' : at < 160 ? 'start' : 'middle';
  return group(
    'chosen-mark',
    line([at, top], [at, bottom], 'chosen-line faint'),
    label('recommended', [at, top - 6], { kind: 'small halo', anchor }),
  );
}

function caption(variable: FreeVariable, view: CurveView, { x, y }: Plot): string {
  const logs = [...(x.isLog ? ['λ'] : []), ...(y.isLog ? ['the metric'] : [])];
  return [
    view.caption,
    ...(variable.linked.length === 0 ? [] : [`With it, ${variable.linked.join(', ')}.`]),
    ...(logs.length === 0 ? [] : [`Log scale of ${logs.join(' and ')}.`]),
  ].join(' ');
}

function describe(
  { unit }: ReportedMetric,
  title: string,
  { extent: [low, high] }: CurveView,
  references: readonly Reference[],
): string {
  const others = references.map(({ name, value }) => `${name} ${formatWithUnit(value, unit)}`);
  const range = `from ${formatWithUnit(low, unit)} to ${formatWithUnit(high, unit)}`;
  return [`${title}: ${range}`, ...(others.length === 0 ? [] : [others.join(', ')])].join('; ');
}
