/** Every metric of every candidate and point as CSV in one long shape (docs/data.md): recipes, order studies and sweeps alike. */
import type { MetricValue } from '../../core/evaluation/types.js';
import type { SweepReport } from '../../core/sweep/types.js';
import { interval95, type ReportedMetric } from '../reading/scoreboard.js';
import { armNamed, orderLabel } from '../reading/study.js';
import { feasiblePoints, pointMetric, referenceMetric, type Half } from '../reading/sweep.js';
import type { ReportedStep, RunReport } from '../types.js';
import { csvTable, type CsvColumns, type CsvValue } from './csv-table.js';

const HALVES = ['all', 'choose', 'report'] as const satisfies readonly Half[];

/** One value: of a candidate or a point, in one metric, over all examples or one half of them. */
interface Row {
  readonly report: RunReport;
  readonly step?: ReportedStep;
  readonly point?: PointFacts;
  readonly metric: ReportedMetric;
  readonly half: Half;
  readonly value: MetricValue;
}

interface PointFacts {
  readonly index: number;
  readonly variables: ReadonlyMap<string, number | undefined>;
  readonly distance: number | null | undefined;
  readonly isFeasible: boolean | undefined;
  readonly isFront: boolean;
  /** null in a partial report, which recommends nothing. */
  readonly isRecommended: boolean | null;
}

/**
 * A row per value. Columns are the same for all kinds of run; those of variables (`var.a`) are of the sweeps among the
 * reports. Empty cells: there is no such thing. Lines end in CR LF.
 */
export function metricsCsv(reports: readonly RunReport[]): string {
  const variables = new Set(
    reports.flatMap((report) =>
      report.specKind === 'sweep' ? report.sweep.plan.variables.map(({ name }) => name) : [],
    ),
  );
  return csvTable(reports.flatMap(rowsOf), [
    ...runColumns<Row>(({ report }) => report),
    ['candidate', ({ step, point }) => step?.name ?? (point === undefined ? null : `point ${String(point.index)}`)],
    ['type', ({ step }) => step?.kind ?? 'point'],
    ['point', ({ point }) => point?.index],
    ...[...variables].map((name) => [`var.${name}`, ({ point }: Row) => point?.variables.get(name)] as const),
    ...armColumns(),
    ['expression', ({ step }) => step?.expression],
    ['benchmark', ({ metric }) => metric.label],
    ['metric', ({ metric }) => metric.name],
    ['unit', ({ metric }) => metric.unit],
    ['higher_is_better', ({ metric }) => metric.higherIsBetter],
    ['half', ({ half }) => half],
    ['value', ({ value }) => value.value],
    ['stderr', ({ value }) => value.stderr],
    ['low', ({ value, metric }) => interval95(value, metric)?.low],
    ['high', ({ value, metric }) => interval95(value, metric)?.high],
    ['n', ({ value }) => value.n],
    ['is_baseline', ({ report, step }) => step?.name === report.baseline],
    ['distance', ({ step, point }) => step?.distanceFromBaseline ?? point?.distance],
    ['norm', ({ step }) => step?.norm],
    ['feasible', ({ point }) => point?.isFeasible],
    ['pareto', ({ point }) => point?.isFront],
    ['recommended', ({ point }) => point?.isRecommended],
    ['digest', ({ step }) => step?.digest],
    ['partial', ({ report }) => report.partial !== undefined],
  ]);
}

/** The columns that name a run, first in every table. */
export function runColumns<Of>(reportOf: (row: Of) => RunReport): CsvColumns<Of> {
  return [
    ['run', (row) => reportOf(row).run.name],
    ['run_id', (row) => reportOf(row).run.runId],
    ['spec', (row) => reportOf(row).specKind],
  ];
}

/** What an arm of an order study is: empty for all else. */
function armColumns(): CsvColumns<Row> {
  const ofArm = (give: (plan: StudyPlanOf, arm: ArmOf) => CsvValue) => (row: Row) => {
    const plan = row.report.specKind === 'order-study' ? row.report.study.plan : undefined;
    const arm = plan === undefined ? undefined : armNamed(plan, row.step?.name ?? '');
    return plan === undefined || arm === undefined ? null : give(plan, arm);
  };
  return [
    ['operator', ofArm((_, { operator }) => operator)],
    ['order', ofArm((plan, { order }) => (order === null ? null : orderLabel(plan, order)))],
    ['setting', ofArm((plan, { setting }) => plan.settings[setting]?.label)],
  ];
}

type StudyPlanOf = Parameters<typeof armNamed>[0];
type ArmOf = NonNullable<ReturnType<typeof armNamed>>;

function rowsOf(report: RunReport): readonly Row[] {
  return report.specKind === 'sweep' ? [...stepRows(report), ...pointRows(report, report.sweep)] : stepRows(report);
}

/** Candidates by name; of the references of a sweep both halves as well. */
function stepRows(report: RunReport): readonly Row[] {
  return report.steps.flatMap((step) =>
    report.metrics.flatMap((metric) =>
      HALVES.flatMap((half): readonly Row[] => {
        const all = step.evaluations.find(({ label }) => label === metric.label)?.metrics[metric.name];
        const value =
          half === 'all'
            ? all
            : report.specKind === 'sweep'
              ? referenceMetric(report.sweep, step.name, `${metric.label}.${metric.name}`, half)
              : undefined;
        return value === undefined ? [] : [{ report, step, metric, half, value }];
      }),
    ),
  );
}

/** All points of full size, in order of index. */
function pointRows(report: RunReport, sweep: SweepReport): readonly Row[] {
  const { plan, points, choice } = sweep;
  const feasible = feasiblePoints(sweep);
  const front = new Set(choice.pareto);
  return points.index.flatMap((index, place) => {
    const point: PointFacts = {
      index,
      variables: new Map(plan.variables.map(({ name }) => [name, points.values[name]?.[place]])),
      distance: points.distance[place],
      isFeasible: feasible[place],
      isFront: front.has(index),
      isRecommended: report.partial === undefined ? index === choice.recommended : null,
    };
    return report.metrics.flatMap((metric) => {
      const key = `${metric.label}.${metric.name}`;
      return points.metrics[key] === undefined
        ? []
        : HALVES.map((half): Row => ({ report, point, metric, half, value: pointMetric(sweep, place, key, half) }));
    });
  });
}
