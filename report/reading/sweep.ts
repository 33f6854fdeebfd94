/** Reads a sweep's columns by point: values, bounds of constraints, what is feasible. Every renderer of sweeps uses it. */
import type { MetricValue } from '../../core/evaluation/types.js';
import { decimalToNumber } from '../../core/expression/decimal.js';
import { judge } from '../../core/sweep/constraints.js';
import type { PointMetric, SweepConstraint, SweepReport, SweepScale } from '../../core/sweep/types.js';
import { metricKey, metricTitle, type ReportedMetric } from './scoreboard.js';
import type { RunReport } from '../types.js';

/** All examples, the half that points are chosen by, the half that they are reported on. */
export type Half = keyof PointMetric;

/** A variable that has values of its own; linked ones follow it. */
export interface FreeVariable {
  readonly name: string;
  readonly scale: SweepScale;
  readonly kind: 'values' | 'interval';
  /** `b = 2·a`, for every variable that is linked to it. */
  readonly linked: readonly string[];
}

/** The variables that are not linked to another one. */
export function freeVariables({ plan }: SweepReport): readonly FreeVariable[] {
  return plan.variables.flatMap((variable) =>
    variable.kind === 'linked'
      ? []
      : [
          {
            name: variable.name,
            scale: variable.scale,
            kind: variable.kind,
            linked: plan.variables.flatMap((other) =>
              other.kind === 'linked' && other.of === variable.name
                ? [`${other.name} = ${other.times}·${variable.name}`]
                : [],
            ),
          },
        ],
  );
}

/** Place of a point in the columns, by its index. */
export function placeOfPoint({ points }: SweepReport, index: number): number | undefined {
  const place = points.index.indexOf(index);
  return place === -1 ? undefined : place;
}

/** Place of the recommended point, if there is one. */
export function recommendedPlace(sweep: SweepReport): number | undefined {
  return sweep.choice.recommended === null ? undefined : placeOfPoint(sweep, sweep.choice.recommended);
}

/** One metric of one point; null where there is no value. */
export function pointMetric({ points }: SweepReport, place: number, metric: string, half: Half): MetricValue {
  const column = points.metrics[metric]?.[half];
  return { value: column?.value[place] ?? null, stderr: column?.stderr[place] ?? null, n: column?.n[place] ?? 0 };
}

/** One metric of a reference candidate. */
export function referenceMetric(
  sweep: SweepReport,
  candidate: string,
  metric: string,
  half: Half,
): MetricValue | undefined {
  return sweep.references[candidate]?.[metric]?.[half];
}

/** A variable's value at a point as it is written in a spec: `0.8`, not `0.800`. */
export function variableText({ points }: SweepReport, name: string, place: number): string {
  return String(Number((points.values[name]?.[place] ?? 0).toPrecision(6)));
}

/** `a = 0.8, b = 1.2`, linked variables included. */
export function pointLabel(sweep: SweepReport, place: number): string {
  return sweep.plan.variables.map(({ name }) => `${name} = ${variableText(sweep, name, place)}`).join(', ');
}

/** A constraint on one half of the examples. */
export interface ConstraintReading {
  readonly constraint: SweepConstraint;
  /** null: the candidate has no such value. */
  readonly bound: number | null;
  readonly value: number | null;
  readonly isMet: boolean;
}

/** What a constraint allows on one half: a number, or a multiple of a candidate's value on the same half. */
export function boundOf(sweep: SweepReport, { factor, of, metric }: SweepConstraint, half: Half): number | null {
  const times = decimalToNumber(factor);
  if (of === undefined) {
    return times;
  }
  const value = referenceMetric(sweep, of, metric, half)?.value ?? null;
  return value === null ? null : times * value;
}

/** All constraints of a point on one half; one without a value or a bound is not met. */
export function readConstraints(sweep: SweepReport, place: number, half: Half): readonly ConstraintReading[] {
  return (sweep.plan.objective?.constraints ?? []).map((constraint) => {
    const bound = boundOf(sweep, constraint, half);
    const { value } = pointMetric(sweep, place, constraint.metric, half);
    const isMet = bound !== null && value !== null && (constraint.relation === '<=' ? value <= bound : value >= bound);
    return { constraint, bound, value, isMet };
  });
}

/** Whether each point is feasible as the search saw it: on the half that points are chosen by; in the order of the columns. */
export function feasiblePoints(sweep: SweepReport): readonly boolean[] {
  const { objective } = sweep.plan;
  return sweep.points.index.map(
    (_, place) =>
      objective === null ||
      judge(objective, {
        ofPoint: (metric) => pointMetric(sweep, place, metric, 'choose').value,
        ofReference: (candidate, metric) => referenceMetric(sweep, candidate, metric, 'choose')?.value ?? null,
      }).violation === 0,
  );
}

/** A report's metric by its `label.metric`. */
export function metricNamed(report: RunReport, key: string): ReportedMetric | undefined {
  return report.metrics.find((metric) => metricKey(metric) === key);
}

/** The title of a `label.metric`, or the key itself where the report has no definition. */
export function titleOf(report: RunReport, key: string): string {
  const metric = metricNamed(report, key);
  return metric === undefined ? key : metricTitle(report, metric);
}

/** Metrics that a sweep's figures show: the main ones, and whatever a goal or a constraint names. */
export function sweptMetrics(report: RunReport, sweep: SweepReport): readonly ReportedMetric[] {
  const { objective } = sweep.plan;
  const named = new Set([
    ...(objective?.goals ?? []).map(({ metric }) => metric),
    ...(objective?.constraints ?? []).map(({ metric }) => metric),
  ]);
  return report.metrics.filter(
    (metric) =>
      sweep.points.metrics[metricKey(metric)] !== undefined &&
      (metric.auxiliary !== true || named.has(metricKey(metric))),
  );
}

/** Goals and constraints' metrics, each once; the sweep's first metrics where there is no objective. */
export function judgedMetrics(sweep: SweepReport): readonly string[] {
  const { objective } = sweep.plan;
  const named = [...(objective?.goals ?? []), ...(objective?.constraints ?? [])].map(({ metric }) => metric);
  const all = named.length > 0 ? named : Object.keys(sweep.points.metrics).slice(0, 4);
  return [...new Set(all)].filter((metric) => sweep.points.metrics[metric] !== undefined);
}
