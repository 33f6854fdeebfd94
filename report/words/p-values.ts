/** p-values in words: smallest possible ones as bounds, how pairs were corrected, and where the draws decide instead of the examples. */
import type { ComparisonFamily, CorrectedFamilies, MetricComparison } from '../../core/evaluation/comparison.js';
import type { OmnibusTest } from '../../core/study/types.js';
import { mainMetrics, metricKey, SIGNIFICANCE } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { count, formatP, listWords } from './format.js';

/** Slack in telling whether a p-value is the smallest possible one. */
const ROUNDING = 1 + 1e-9;

/** p of a pair alone. */
export function ownP({ pValue, floors }: MetricComparison): string {
  return formatP(pValue, isFloor(pValue, floors?.pValue));
}

/** p of a pair, adjusted for the number of pairs. */
export function adjustedP({ pAdjusted, floors }: MetricComparison): string {
  return formatP(pAdjusted, isFloor(pAdjusted, floors?.pAdjusted));
}

/** p of a test over all orders. @param draws - of the permutations */
export function omnibusP(test: OmnibusTest, draws: number): { readonly own: string; readonly adjusted: string } {
  const atFloor = isFloor(test.pValue, 1 / (draws + 1));
  return { own: formatP(test.pValue, atFloor), adjusted: formatP(test.pAdjusted, atFloor) };
}

function isFloor(pValue: number | null, floor: number | undefined): boolean {
  return pValue !== null && floor !== undefined && pValue <= floor * ROUNDING;
}

/** How p-values were corrected over all pairs of a metric. */
export function correctionWords({ correction, families = [] }: CorrectedFamilies): string {
  if (correction?.method !== 'max-t') {
    return 'Holm adjusts over all pairs of one metric';
  }
  const isExact = families.some((family) => family.isExact);
  const isDrawn = families.length === 0 || families.some((family) => !family.isExact);
  const signs = [
    ...(isDrawn ? [`${String(correction.draws)} draws of random signs`] : []),
    ...(isExact ? ['all signs where there are 13 examples or fewer'] : []),
  ];
  return (
    `p: sign flips of the examples’ differences, the same for all pairs (${signs.join(', ')}), adjusted over all pairs of one metric by ` +
    'step-down maxT, which assumes symmetric differences or many examples'
  );
}

/** What to warn of: families in which no difference could be clear, since there are too few draws or examples. */
export function floorWarnings(report: RunReport): readonly string[] {
  const effects = report.specKind === 'order-study' ? report.study.effects : undefined;
  const comparisons = [
    { ...report.comparisons, members: report.comparisons.pairs },
    ...(effects === undefined ? [] : [{ ...effects, members: effects.pairs }]),
  ];
  const decided = comparisons.flatMap(({ families = [], correction, members }) =>
    families
      .filter(({ floor }) => floor >= SIGNIFICANCE)
      .filter((family) => isAtFloor(family, members))
      .map((family) => ({ family, isHolm: correction?.method === 'holm' })),
  );
  const main = new Set(mainMetrics(report).map(metricKey));
  const shown = decided.filter(({ family }) => main.has(family.metric));
  return [...new Set([...shown.map(({ family, isHolm }) => floorWarning(family, isHolm)), ...omnibusWarnings(report)])];
}

function isAtFloor(
  { metric, floor }: ComparisonFamily,
  pairs: readonly { readonly metrics: readonly MetricComparison[] }[],
): boolean {
  return pairs.some(({ metrics }) =>
    metrics.some((comparison) => comparison.metric === metric && isFloor(comparison.pAdjusted, floor)),
  );
}

function floorWarning({ metric, pairs, draws, n, floor }: ComparisonFamily, isHolm: boolean): string {
  return isHolm
    ? `${metric}: with ${draws} draws and ${count(pairs, 'pair')} no adjusted p can be below ${formatP(floor)}, so no difference is called clear; raise compare.draws`
    : `${metric}: with ${count(n, 'example')} no p can be below ${formatP(floor)}, so no difference is called clear; evaluate more examples`;
}

function omnibusWarnings(report: RunReport): readonly string[] {
  if (report.specKind !== 'order-study') {
    return [];
  }
  const { omnibus, draws } = report.study.effects;
  const decided = omnibus.filter(
    ({ pValue, pAdjusted }) => isFloor(pValue, 1 / (draws + 1)) && (pAdjusted ?? 0) >= SIGNIFICANCE,
  );
  const metrics = [...new Set(decided.map(({ metric }) => metric))];
  return metrics.length === 0
    ? []
    : [
        `${listWords(metrics)}: ${draws} draws are too few to tell orders apart after Holm’s correction; raise compare.draws`,
      ];
}
