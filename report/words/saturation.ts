/** Metrics that are at their floor or ceiling for every candidate: whatever their differences, they tell nothing apart. */
import { metricKey, metricTitle, readMetric, type ReportedMetric } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { count, listWords } from './format.js';

/** What to do about answers of which all are of one kind; by the name of the auxiliary metric that counts them. */
const DEAD_ANSWERS: Readonly<Record<string, string>> = {
  unfinished: 'raise max_new_tokens, or end answers with stop: every score is of a beginning',
  'no-number': 'check the answers: the prompt may not fit the model, or max_new_tokens may be too small',
  empty: 'check the prompt: the model gives no answer',
};

/** Answers that are all unfinished, empty or without a number; then main metrics that are 0 or 100 % everywhere. */
export function saturationWarnings(report: RunReport): readonly string[] {
  const dead = new Set<string>();
  const answers = report.metrics.flatMap((metric) => {
    const advice = metric.auxiliary === true ? DEAD_ANSWERS[metric.name] : undefined;
    const names = advice === undefined ? [] : candidatesAt(report, metric, 1);
    if (advice === undefined || !isEveryone(report, names)) {
      return [];
    }
    dead.add(metric.label);
    return [`${metric.label}: all answers of ${listWords(names)} are ${ofAnswers(metric)}; ${advice}`];
  });
  const scores = report.metrics.flatMap((metric) => {
    if (metric.auxiliary === true || metric.kind !== 'accuracy' || dead.has(metric.label)) {
      return [];
    }
    return [0, 1].flatMap((value) => {
      const names = candidatesAt(report, metric, value);
      return isEveryone(report, names) && names.length === evaluatedOn(report, metric).length
        ? [
            `${metricKey(metric)}: ${metricTitle(report, metric)} is ${value === 0 ? '0' : '100'} % for all ${count(names.length, 'candidate')}, so it tells nothing apart`,
          ]
        : [];
    });
  });
  return [...answers, ...scores];
}

function ofAnswers({ name }: ReportedMetric): string {
  return name === 'no-number' ? 'without a number' : name;
}

/** The baseline and at least one other candidate. */
function isEveryone({ baseline }: RunReport, names: readonly string[]): boolean {
  return names.length > 1 && names.includes(baseline);
}

function evaluatedOn(report: RunReport, metric: ReportedMetric): readonly string[] {
  return report.steps.flatMap((step) => (readMetric(report, step, metric).value === undefined ? [] : [step.name]));
}

function candidatesAt(report: RunReport, metric: ReportedMetric, value: number): readonly string[] {
  return report.steps.flatMap((step) => {
    const found = readMetric(report, step, metric).value;
    return found !== undefined && found.n > 0 && found.value === value ? [step.name] : [];
  });
}
