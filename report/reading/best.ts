/** The best of a run in a few words, finished or not: for lists of runs. */
import { formatWithUnit } from '../words/format.js';
import type { RunReport } from '../types.js';
import { mainMetrics, metricKey } from './scoreboard.js';
import { metricNamed, pointLabel, pointMetric, recommendedPlace } from './sweep.js';

/** Of a sweep its best point by the first goal; of others the best candidate by the first metric. */
export function bestSoFar(report: RunReport): string | undefined {
  if (report.specKind === 'sweep') {
    const { sweep } = report;
    const goal = sweep.plan.objective?.goals[0]?.metric;
    const place = recommendedPlace(sweep);
    if (goal === undefined || place === undefined) {
      return undefined;
    }
    const value = pointMetric(sweep, place, goal, 'report').value;
    return `${goal} ${formatWithUnit(value, metricNamed(report, goal)?.unit ?? 'number')} at ${pointLabel(sweep, place)}`;
  }
  const [metric] = mainMetrics(report);
  if (metric === undefined) {
    return undefined;
  }
  const values = report.steps.flatMap((step) => {
    const evaluation = step.evaluations.find(({ label }) => label === metric.label);
    const value = evaluation?.metrics[metric.name]?.value ?? null;
    return value === null || step.kind === 'base' ? [] : [{ name: step.name, value }];
  });
  const [best] = values.toSorted((a, b) => (metric.higherIsBetter ? b.value - a.value : a.value - b.value));
  return best === undefined
    ? undefined
    : `${metricKey(metric)} ${formatWithUnit(best.value, metric.unit)}: ${best.name}`;
}
