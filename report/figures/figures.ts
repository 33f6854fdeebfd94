/** Every kind of figure. The page shows them by group; `ominus report --figures` writes them as files. */
import type { StudyReport } from '../../core/study/types.js';
import type { SweepReport } from '../../core/sweep/types.js';
import { mainMetrics, metricKey, type ReportedMetric } from '../reading/scoreboard.js';
import { freeVariables, sweptMetrics } from '../reading/sweep.js';
import type { RunReport } from '../types.js';
import { partialMark } from '../words/partial.js';
import { gapEffect } from './gap-effect.js';
import { gridHeat } from './grid-heat.js';
import { withUniqueIds, type Figure } from './kit/figure.js';
import { lambdaCurve } from './lambda-curve.js';
import { metricDots } from './metric-dots.js';
import { orderForest } from './order-forest.js';
import { gapHeats, orderMatrix } from './order-gap-heat.js';
import { paretoScatter } from './pareto-scatter.js';

/** The figures of one kind that a report has; undefined for one that it has no numbers for. */
type Draw<Of extends readonly unknown[]> = (report: RunReport, ...of: Of) => readonly (Figure | undefined)[];

/** A kind of figure: the group under which the document places it, and how it is drawn. */
interface FigureKind<Group extends string> {
  readonly group: Group;
  readonly draw: Draw<[]>;
}

/** All kinds, in the order in which the page has them. */
export const FIGURES = [
  ofSweep('pareto', (report, sweep) => [paretoScatter(report, sweep)]),
  ofSweep('curves', (report, sweep) =>
    sweptMetrics(report, sweep).flatMap((metric) =>
      freeVariables(sweep).map((variable) => lambdaCurve(report, sweep, metric, variable)),
    ),
  ),
  ofSweep('grids', (report, sweep) => sweptMetrics(report, sweep).map((metric) => gridHeat(report, sweep, metric))),
  ofStudy('order-effects', (report, study) =>
    bySignificance(study, mainMetrics(report)).map((metric) => orderForest(report, study, metric)),
  ),
  ofStudy('gap-by-layer', (_, study) => gapHeats(study)),
  ofStudy('order-matrices', (_, study) => study.gap.gaps.map((gap) => orderMatrix(study, gap))),
  ofStudy('gap-effects', (report, study) => mainMetrics(report).map((metric) => gapEffect(report, study, metric))),
  ofAny('metrics', (report) => mainMetrics(report).map((metric) => metricDots(report, metric))),
];

/** Where in the document a figure belongs. */
export type FigureGroup = (typeof FIGURES)[number]['group'];

/** A figure and its place. */
export interface PlacedFigure extends Figure {
  readonly group: FigureGroup;
}

/** The figures of a group, drawn when they are asked for. */
export type FigureSource = (group: FigureGroup) => readonly Figure[];

/** All figures of a report, in the order in which the page has them. */
export function figuresOf(report: RunReport): readonly PlacedFigure[] {
  return withUniqueIds(
    FIGURES.flatMap(({ group, draw }) =>
      draw(report).flatMap((figure) =>
        figure === undefined ? [] : [{ ...figure, title: `${figure.title}${partialMark(report)}`, group }],
      ),
    ),
  );
}

function ofAny<G extends string>(group: G, draw: Draw<[]>): FigureKind<G> {
  return { group, draw };
}

function ofStudy<G extends string>(group: G, draw: Draw<[StudyReport]>): FigureKind<G> {
  return { group, draw: (report) => (report.specKind === 'order-study' ? draw(report, report.study) : []) };
}

function ofSweep<G extends string>(group: G, draw: Draw<[SweepReport]>): FigureKind<G> {
  return { group, draw: (report) => (report.specKind === 'sweep' ? draw(report, report.sweep) : []) };
}

/** Metrics in which orders differ most clearly first. */
function bySignificance(study: StudyReport, metrics: readonly ReportedMetric[]): readonly ReportedMetric[] {
  const smallest = (metric: ReportedMetric): number =>
    Math.min(
      1,
      ...study.effects.omnibus.flatMap((test) => (test.metric === metricKey(metric) ? (test.pAdjusted ?? []) : [])),
    );
  return [...metrics].sort((a, b) => smallest(a) - smallest(b));
}
