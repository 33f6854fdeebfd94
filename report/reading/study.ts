/** Reads an order study: names of orders and settings, pairs by metric, what is clear. Every renderer of studies uses it. */
import type { OrderGap, OrderPair, StudyArm, StudyOperator, StudyPlan, StudyReport } from '../../core/study/types.js';
import { judge, type ReportedMetric } from './scoreboard.js';
import type { MetricComparison } from '../../core/evaluation/comparison.js';

/** One pair of orders in one metric. */
export interface PairReading {
  readonly pair: OrderPair;
  readonly comparison: MetricComparison & { readonly effectSize: number | null };
}

/** `truth⁻ › tox⁻`: what is removed first comes first. */
export function orderLabel(plan: StudyPlan, order: number): string {
  return (plan.orders[order] ?? []).map((place) => plan.remove[place] ?? '?').join(' › ');
}

/** The order of an arm in words; its name where it has none. */
export function armLabel(plan: StudyPlan, name: string): string {
  const arm = armNamed(plan, name);
  return arm === undefined || arm.order === null ? name : orderLabel(plan, arm.order);
}

/** The arm of a name. */
export function armNamed(plan: StudyPlan, name: string): StudyArm | undefined {
  return plan.arms.find((arm) => arm.name === name);
}

/** `λ = 1`, or the label of a setting in which λ differs by anti-expert. */
export function settingLabel(plan: StudyPlan, setting: number): string {
  const label = plan.settings[setting]?.label ?? String(setting);
  return label.includes('=') ? label : `λ = ${label}`;
}

/** `ext, λ = 1`; the operator alone where there is one setting only. */
export function groupLabel(
  plan: StudyPlan,
  group: { readonly operator: StudyOperator; readonly setting: number },
): string {
  return plan.settings.length > 1 ? `${group.operator}, ${settingLabel(plan, group.setting)}` : group.operator;
}

/** All pairs of one metric that have a difference. */
export function pairsOf(study: StudyReport, metric: string): readonly PairReading[] {
  return study.effects.pairs.flatMap((pair) =>
    pair.metrics.flatMap((comparison) =>
      comparison.metric === metric && comparison.difference !== null ? [{ pair, comparison }] : [],
    ),
  );
}

/** The pairs of one metric, largest difference first. */
export function largestPairs(study: StudyReport, metric: string): readonly PairReading[] {
  return [...pairsOf(study, metric)].sort(
    (a, b) => Math.abs(b.comparison.difference ?? 0) - Math.abs(a.comparison.difference ?? 0),
  );
}

/** Whether a pair differs clearly. */
export function isClear(comparison: MetricComparison, metric: ReportedMetric): boolean {
  const verdict = judge(comparison, metric);
  return verdict === 'better' || verdict === 'worse';
}

/** The gap over the whole model. */
export function totalPart(gap: OrderGap): OrderGap['parts'][number] | undefined {
  return gap.parts.find(({ kind }) => kind === 'total');
}

/** How many orders stand for all of them under `distinct`. */
export function representatives(gap: OrderGap): number {
  return new Set(gap.representative).size;
}
