/** Every figure of a report. The page shows them by section; `ominus report --figures` writes them as files. */
import type { StudyReport } from '../../core/study/types.js';
import { mainMetrics, metricKey, type ReportedMetric } from '../reading/scoreboard.js';
import { freeVariables, sweptMetrics } from '../reading/sweep.js';
import type { RunReport } from '../types.js';
import { withUniqueIds, type Figure } from './figure.js';
import { gapEffect } from './gap-effect.js';
import { gridHeat } from './grid-heat.js';
import { lambdaCurve } from './lambda-curve.js';
import { metricDots } from './metric-dots.js';
import { orderForest } from './order-forest.js';
import { gapHeats, orderMatrix } from './order-gap-heat.js';
import { paretoScatter } from './pareto-scatter.js';

/** Where in the report a figure belongs. */
export type FigureGroup =
  'pareto' | 'curves' | 'grids' | 'gap-by-layer' | 'order-matrices' | 'order-effects' | 'gap-effects' | 'metrics';

/** A figure and its place. */
export interface PlacedFigure extends Figure {
  readonly group: FigureGroup;
}

/** All figures of a report, in the order in which the page has them. */
export function figuresOf(report: RunReport): readonly PlacedFigure[] {
  const { study, sweep } = report;
  const main = mainMetrics(report);
  const groups: readonly (readonly [FigureGroup, readonly (Figure | undefined)[]])[] = [
    ...(sweep === undefined
      ? []
      : ([
          ['pareto', [paretoScatter(report, sweep)]],
          [
            'curves',
            sweptMetrics(report, sweep).flatMap((metric) =>
              freeVariables(sweep).map((variable) => lambdaCurve(report, sweep, metric, variable)),
            ),
          ],
          ['grids', sweptMetrics(report, sweep).map((metric) => gridHeat(report, sweep, metric))],
        ] as const)),
    ...(study === undefined
      ? []
      : ([
          ['order-effects', bySignificance(study, main).map((metric) => orderForest(report, study, metric))],
          ['gap-by-layer', gapHeats(study)],
          ['order-matrices', study.gap.gaps.map((gap) => orderMatrix(study, gap))],
          ['gap-effects', main.map((metric) => gapEffect(report, study, metric))],
        ] as const)),
    ['metrics', main.map((metric) => metricDots(report, metric))],
  ];
  const placed = groups.flatMap(([group, figures]) =>
    figures.flatMap((figure) => (figure === undefined ? [] : [{ figure, group }])),
  );
  const unique = withUniqueIds(placed.map(({ figure }) => figure));
  return unique.flatMap((figure, place) => {
    const group = placed[place]?.group;
    return group === undefined ? [] : [{ ...figure, group }];
  });
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

/** The figures of one section. */
export function figuresIn(figures: readonly PlacedFigure[], group: FigureGroup): readonly PlacedFigure[] {
  return figures.filter((figure) => figure.group === group);
}
