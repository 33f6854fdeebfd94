/** Which two quantities a sweep's points are drawn by. */
import type { SweepReport } from '../../core/sweep/types.js';
import { interval95, mainMetrics, metricKey, type Interval } from '../reading/scoreboard.js';
import { boundOf, metricNamed, pointMetric, referenceMetric, titleOf, type Half } from '../reading/sweep.js';
import type { RunReport } from '../types.js';

/** A value, with its 95 % interval where that is known and drawn. */
export interface ScatterValue {
  readonly value: number | null;
  readonly interval?: Interval | undefined;
}

/** One direction of the scatter. */
export interface ScatterAxis {
  /** `label.metric`, or `distance`. */
  readonly key: string;
  readonly title: string;
  readonly unit: 'share' | 'number';
  /** `↑` or `↓` where one of them is better. */
  readonly direction: string;
  readonly isGoal: boolean;
  readonly isPerplexity: boolean;
  readonly ofPoint: (place: number, half: Half) => ScatterValue;
  /** By the half that points are chosen by. */
  readonly ofReference: (candidate: string) => number | null;
  /** Bounds of constraints on this quantity, on that half. */
  readonly bounds: readonly { readonly value: number; readonly text: string }[];
}

/**
 * The first goal upwards; across, the second goal, else the metric of a constraint, else the distance from the baseline.
 * Without an objective the first main metric against the distance.
 */
export function scatterAxes(
  report: RunReport,
  sweep: SweepReport,
): readonly [x: ScatterAxis, y: ScatterAxis] | undefined {
  const goals = sweep.plan.objective?.goals.map(({ metric }) => metric) ?? [];
  const constrained = sweep.plan.objective?.constraints.map(({ metric }) => metric) ?? [];
  const main = mainMetrics(report).map(metricKey);
  const first = [...goals, ...main].find((key) => sweep.points.metrics[key] !== undefined);
  if (first === undefined || sweep.points.index.length === 0) {
    return undefined;
  }
  const second = [...goals, ...constrained].find((key) => key !== first && sweep.points.metrics[key] !== undefined);
  if (second !== undefined) {
    return [metricAxis(report, sweep, second), metricAxis(report, sweep, first)];
  }
  return sweep.points.distance.some((distance) => distance !== null)
    ? [distanceAxis(report, sweep), metricAxis(report, sweep, first)]
    : undefined;
}

function metricAxis(report: RunReport, sweep: SweepReport, key: string): ScatterAxis {
  const metric = metricNamed(report, key);
  const goal = sweep.plan.objective?.goals.find((candidate) => candidate.metric === key);
  const isUp = goal === undefined ? metric?.higherIsBetter : goal.direction === 'maximize';
  return {
    key,
    title: titleOf(report, key),
    unit: metric?.unit ?? 'number',
    direction: isUp === undefined ? '' : isUp ? '↑' : '↓',
    isGoal: goal !== undefined,
    isPerplexity: metric?.kind === 'perplexity',
    ofPoint: (place, half) => {
      const value = pointMetric(sweep, place, key, half);
      return { value: value.value, interval: metric === undefined ? undefined : interval95(value, metric) };
    },
    ofReference: (candidate) => referenceMetric(sweep, candidate, key, 'choose')?.value ?? null,
    bounds: (sweep.plan.objective?.constraints ?? []).flatMap((constraint) => {
      const value = constraint.metric === key ? boundOf(sweep, constraint, 'choose') : null;
      return value === null ? [] : [{ value, text: constraint.text }];
    }),
  };
}

function distanceAxis(report: RunReport, sweep: SweepReport): ScatterAxis {
  return {
    key: 'distance',
    title: `distance from ${sweep.baseline}, % of ‖Δ‖`,
    unit: 'share',
    direction: '',
    isGoal: false,
    isPerplexity: false,
    ofPoint: (place) => ({ value: sweep.points.distance[place] ?? null }),
    ofReference: (candidate) => report.steps.find(({ name }) => name === candidate)?.distanceFromBaseline ?? null,
    bounds: [],
  };
}
