/** The one object that `run --json` and `results --json` print. */
import type { Digest } from '../../core/digest.js';
import type { MetricValue } from '../../core/evaluation/types.js';
import type { GapPrediction, OmnibusTest, StudyReport } from '../../core/study/types.js';
import type { PointFailure, SweepReport } from '../../core/sweep/types.js';
import { orderLabel, representatives, totalPart } from '../reading/study.js';
import { pointMetric, readConstraints, recommendedPlace } from '../reading/sweep.js';
import type { ComparisonResult } from '../../core/evaluation/comparison.js';
import type { PartialFacts, RunReport } from '../types.js';
import { collectWarnings } from '../words/warnings.js';

/** Results of a run for programs: metrics by `label.metric`. */
export interface ResultsObject {
  readonly run: { readonly name: string; readonly runId: string };
  /** Only where the run has not finished: nothing else here is final. */
  readonly partial?: PartialFacts;
  readonly spec: { readonly kind: string; readonly planDigest: Digest; readonly baseline: string };
  readonly steps: Readonly<
    Record<
      string,
      { readonly digest: Digest; readonly expression: string; readonly metrics: Readonly<Record<string, MetricValue>> }
    >
  >;
  readonly comparisons: ComparisonResult['pairs'];
  readonly outputs: RunReport['outputs'];
  /** What a reader must be warned about, in the words of the terminal and the reports. */
  readonly warnings: readonly string[];
  readonly study?: StudyResults;
  readonly sweep?: SweepResults;
}

/** Of an order study: gaps by operator and setting, and the tests over all orders. */
export interface StudyResults {
  readonly orders: number;
  readonly gaps: readonly {
    readonly operator: string;
    readonly setting: string;
    readonly meanRelative: number;
    readonly maxRelative: number;
    /** The two orders that are furthest apart. */
    readonly maxPair: readonly [string, string];
    /** How many orders stand for all under `distinct`. */
    readonly distinctOrders: number;
  }[];
  readonly directFold: StudyReport['gap']['directFold'];
  readonly omnibus: readonly (Omit<OmnibusTest, 'setting' | 'arms'> & {
    readonly setting: string;
    readonly orders: number;
  })[];
  readonly predictions: readonly (Omit<GapPrediction, 'setting'> & { readonly setting: string })[];
}

/** Of a sweep: the choice, and the recommended point on the half of the examples that it was not chosen by. */
export interface SweepResults {
  readonly counts: SweepReport['counts'];
  readonly recommended: ResultPoint | null;
  /** Of a run that has not finished, which recommends nothing yet. */
  readonly bestSoFar?: ResultPoint | null;
  readonly feasible: boolean;
  /** Indexes of points. */
  readonly pareto: readonly number[];
  readonly failures: readonly PointFailure[];
}

/** A point with its values. */
export interface ResultPoint {
  readonly index: number;
  readonly values: Readonly<Record<string, number>>;
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly constraints: readonly {
    readonly text: string;
    readonly bound: number | null;
    readonly value: number | null;
    readonly met: boolean;
  }[];
  readonly stability: number | null;
}

/** Takes from a report what programs ask for. */
export function resultsObject(report: RunReport): ResultsObject {
  const steps = report.steps.map((step) => {
    const metrics = step.evaluations.flatMap((evaluation) =>
      Object.entries(evaluation.metrics).map(([name, value]) => [`${evaluation.label}.${name}`, value] as const),
    );
    return [
      step.name,
      { digest: step.digest, expression: step.expression, metrics: Object.fromEntries(metrics) },
    ] as const;
  });
  return {
    run: { name: report.run.name, runId: report.run.runId },
    ...(report.partial === undefined ? {} : { partial: report.partial }),
    spec: { kind: report.specKind, planDigest: report.planDigest, baseline: report.baseline },
    steps: Object.fromEntries(steps),
    comparisons: report.comparisons.pairs,
    outputs: report.outputs,
    warnings: collectWarnings(report),
    ...(report.specKind === 'order-study' ? { study: studyResults(report.study) } : {}),
    ...(report.specKind === 'sweep' ? { sweep: sweepResults(report.sweep, report.partial !== undefined) } : {}),
  };
}

function studyResults({ plan, gap, effects }: StudyReport): StudyResults {
  const settingOf = (setting: number): string => plan.settings[setting]?.label ?? String(setting);
  return {
    orders: plan.orders.length,
    gaps: gap.gaps.flatMap((one) => {
      const total = totalPart(one);
      return total === undefined
        ? []
        : [
            {
              operator: one.operator,
              setting: settingOf(one.setting),
              meanRelative: total.meanRelative,
              maxRelative: total.maxRelative,
              maxPair: [orderLabel(plan, total.maxPair[0]), orderLabel(plan, total.maxPair[1])] as const,
              distinctOrders: representatives(one),
            },
          ];
    }),
    directFold: gap.directFold,
    omnibus: effects.omnibus.map(({ setting, arms, ...test }) => ({
      ...test,
      setting: settingOf(setting),
      orders: arms.length,
    })),
    predictions: effects.predictions.map(({ setting, ...prediction }) => ({
      ...prediction,
      setting: settingOf(setting),
    })),
  };
}

function sweepResults(sweep: SweepReport, isPartial: boolean): SweepResults {
  const best = bestPoint(sweep);
  const { choice, counts, failures } = sweep;
  return {
    counts,
    recommended: isPartial ? null : best,
    ...(isPartial ? { bestSoFar: best } : {}),
    feasible: choice.feasible,
    pareto: choice.pareto,
    failures,
  };
}

function bestPoint(sweep: SweepReport): ResultPoint | null {
  const { choice, plan, points } = sweep;
  const place = recommendedPlace(sweep);
  return place === undefined || choice.recommended === null
    ? null
    : {
        index: choice.recommended,
        values: Object.fromEntries(plan.variables.map(({ name }) => [name, points.values[name]?.[place] ?? 0])),
        metrics: Object.fromEntries(
          Object.keys(points.metrics).map((metric) => [metric, pointMetric(sweep, place, metric, 'report')]),
        ),
        constraints: readConstraints(sweep, place, 'report').map(({ constraint, bound, value, isMet }) => ({
          text: constraint.text,
          bound,
          value,
          met: isMet,
        })),
        stability: choice.stability,
      };
}
