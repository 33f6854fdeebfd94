/** What a sweep found, in words that follow from the numbers: the recommended point on examples that it was not chosen by. */
import { sizesInWords } from '../../core/sweep/half-sizes.js';
import type { SweepReport } from '../../core/sweep/types.js';
import { edgesOf } from './edges.js';
import { count, formatValue, formatWithUnit, listWords } from './format.js';
import { interval95, mainMetrics, metricKey, type Interval, type ReportedMetric } from '../reading/scoreboard.js';
import {
  metricNamed,
  pointLabel,
  pointMetric,
  readConstraints,
  recommendedPlace,
  referenceMetric,
  titleOf,
} from '../reading/sweep.js';
import type { Answer } from './study.js';
import type { RunReport } from '../types.js';

/** The recommended point's value of one metric on the report half, beside the baseline's on the same examples. */
export interface RecommendedMetric {
  readonly metric: ReportedMetric;
  readonly value: number | null;
  readonly n: number;
  readonly interval: Interval | undefined;
  /** On the half that it was chosen by. */
  readonly whereChosen: number | null;
  readonly baseline: number | null;
}

/** All metrics of the recommended point; none without one. */
export function recommendedMetrics(report: RunReport, sweep: SweepReport): readonly RecommendedMetric[] {
  const place = recommendedPlace(sweep);
  if (place === undefined) {
    return [];
  }
  return report.metrics.flatMap((metric) => {
    const key = metricKey(metric);
    if (sweep.points.metrics[key] === undefined) {
      return [];
    }
    const value = pointMetric(sweep, place, key, 'report');
    return [
      {
        metric,
        value: value.value,
        n: value.n,
        interval: interval95(value, metric),
        whereChosen: pointMetric(sweep, place, key, 'choose').value,
        baseline: referenceMetric(sweep, sweep.baseline, key, 'report')?.value ?? null,
      },
    ];
  });
}

/** The answers that open a sweep's report. */
export function describeSweep(report: RunReport, sweep: SweepReport): readonly Answer[] {
  return [
    { question: 'Which λ?', answer: [recommendation(report, sweep)] },
    ...(sweep.plan.objective === null ? [] : [{ question: 'Are the constraints met?', answer: [constraints(sweep)] }]),
    { question: 'How sure is that?', answer: [certainty(sweep)] },
    { question: 'What was searched?', answer: [search(sweep)] },
  ];
}

/** What is recommended, with the goals' values on the report half. */
export function recommendation(report: RunReport, sweep: SweepReport): string {
  const { objective } = sweep.plan;
  if (objective === null) {
    return `None is recommended: the spec names no objective, so this report describes what was measured and chooses nothing.${objectiveWords(report)}`;
  }
  const place = recommendedPlace(sweep);
  if (place === undefined) {
    return sweep.points.index.length === 0
      ? 'None: no point was evaluated on all examples.'
      : 'None: no point meets all constraints on the examples that points are chosen by. The front has the points that violate them least.';
  }
  const goals = objective.goals.map((goal) => {
    const metric = metricNamed(report, goal.metric);
    const unit = metric?.unit ?? 'number';
    const value = pointMetric(sweep, place, goal.metric, 'report');
    const interval = metric === undefined ? undefined : interval95(value, metric);
    const baseline = referenceMetric(sweep, sweep.baseline, goal.metric, 'report')?.value;
    const range =
      interval === undefined ? '' : ` [${formatValue(interval.low, unit)}, ${formatValue(interval.high, unit)}]`;
    return `${titleOf(report, goal.metric)} ${formatWithUnit(value.value, unit)}${range} (${sweep.baseline} ${formatWithUnit(baseline, unit)})`;
  });
  return (
    `${report.partial === undefined ? '' : 'Best so far: '}${pointLabel(sweep, place)} (point ${String(sweep.choice.recommended)}): ${listWords(goals)}, ` +
    `on the half of the examples that it was not chosen by.${report.partial === undefined ? edgeWords(sweep) : ''}`
  );
}

function constraints(sweep: SweepReport): string {
  const all = sweep.plan.objective?.constraints ?? [];
  const place = recommendedPlace(sweep);
  if (all.length === 0) {
    return 'The spec has no constraints.';
  }
  if (place === undefined) {
    return 'No point meets them, on the examples that points are chosen by.';
  }
  const broken = readConstraints(sweep, place, 'report').filter(({ isMet }) => !isMet);
  const every = all.length === 1 ? 'Yes' : `All ${String(all.length)}`;
  return broken.length === 0
    ? `${every}, also on the half of the examples that the point was not chosen by.`
    : `On the choosing half ${all.length === 1 ? 'yes' : `all ${String(all.length)}`}; on the other half not ${listWords(broken.map(({ constraint }) => constraint.text))}. A point that was chosen close to a bound may violate it on other examples.`;
}

function certainty(sweep: SweepReport): string {
  const { stability, recommended } = sweep.choice;
  if (recommended === null) {
    return 'There is no choice to be sure of.';
  }
  return (
    (stability === null
      ? 'How often another sample of examples would lead to the same point was not computed. '
      : `In ${formatWithUnit(stability, 'share')} of the resamples of the choosing half the same point would have been recommended. ` +
        (stability < 0.5 ? 'So the point itself is a draw among near equals; its values are what to rely on. ' : '')) +
    'Intervals cover examples, not training seeds.'
  );
}

/** How the points were found, how many there were, how examples were split. */
export function search(sweep: SweepReport): string {
  const { plan, counts } = sweep;
  const names = plan.variables.map(({ name }) => name);
  const method = {
    grid: 'a grid',
    random: 'seeded random search',
    sobol: 'a Sobol sequence',
    optimize: 'constrained multi-objective optimisation',
  }[plan.search.method];
  return [
    `${count(counts.points, 'point')} over ${listWords(names)} by ${method}${plan.search.method === 'grid' ? '' : `, seed ${String(plan.search.seed)}`}.`,
    ...(counts.smaller > 0 ? [`${String(counts.smaller)} more on fewer examples, to find out where to look.`] : []),
    counts.failed === 0
      ? 'None failed.'
      : `${count(counts.failed, 'point')} failed and ${counts.failed === 1 ? 'is' : 'are'} listed.`,
    `The examples are split in two halves by seed ${String(plan.splitSeed)}${halfSizes(sweep)}: λ is chosen on one and reported on the other, so selection does not inflate the reported numbers.`,
  ].join(' ');
}

/** An objective that follows from the roles of benchmarks; nothing where none is to be forgotten. */
function objectiveWords(report: RunReport): string {
  const first = (role: 'forget' | 'keep'): readonly ReportedMetric[] =>
    mainMetrics(report).filter(
      (metric, place, all) => metric.role === role && all.findIndex(({ label }) => label === metric.label) === place,
    );
  const [goal, ...more] = first('forget');
  if (goal === undefined) {
    return '';
  }
  const bounds = [...more, ...first('keep')].map((metric) => {
    const bound =
      metric.role === 'keep' ? (metric.higherIsBetter ? '>= 0.9 *' : '<= 1.1 *') : metric.higherIsBetter ? '>=' : '<=';
    return `"${metricKey(metric)} ${bound} ${report.baseline}"`;
  });
  const constraints = bounds.length === 0 ? '' : `, subject-to: [${bounds.join(', ')}]`;
  return (
    ' By the roles of its benchmarks, one that forgets what is to be forgotten and keeps the rest would be ' +
    `objective: { ${goal.higherIsBetter ? 'maximize' : 'minimize'}: ${metricKey(goal)}${constraints} }.`
  );
}

/** ` a is at the upper end of its range.` */
function edgeWords(sweep: SweepReport): string {
  const edges = edgesOf(sweep);
  return edges.length === 0
    ? ''
    : ` ${listWords(edges.map(({ name, end }) => `${name} is at the ${end} end of its range`))}: a better point may exist beyond it.`;
}

/** ` (gsm 18 and 22, toxicity 20 and 20)`: by benchmark, as many as have a score in any of its metrics. */
function halfSizes({ plan, points }: SweepReport): string {
  const sizes = plan.benchmarks.flatMap(({ label }) => {
    const columns = Object.entries(points.metrics).flatMap(([metric, halves]) =>
      metric.startsWith(`${label}.`) ? [halves] : [],
    );
    const most = (half: 'choose' | 'report'): number =>
      Math.max(0, ...columns.flatMap((column) => column[half].n[0] ?? 0));
    return columns.length === 0 ? [] : [sizesInWords({ label, choose: most('choose'), report: most('report') })];
  });
  return sizes.length === 0 ? '' : ` (${sizes.join(', ')})`;
}

/** `89.3 % [84.1, 92.9]`. */
export function valueWithInterval(
  value: number | null,
  interval: Interval | undefined,
  unit: 'share' | 'number',
): string {
  return interval === undefined
    ? formatWithUnit(value, unit)
    : `${formatWithUnit(value, unit)} [${formatValue(interval.low, unit)}, ${formatValue(interval.high, unit)}]`;
}
