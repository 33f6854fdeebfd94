/** Every paired comparison as CSV in one long shape (docs/data.md). */
import type { CorrectedFamilies, MetricComparison } from '../../core/evaluation/comparison.js';
import type { OrderPair } from '../../core/study/types.js';
import { judge, metricKey, type ReportedMetric } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { csvTable } from './csv-table.js';
import { runColumns } from './metrics-csv.js';

interface Row {
  readonly report: RunReport;
  /** What the p-values are adjusted over. */
  readonly family: 'candidates' | 'orders';
  readonly first: string;
  readonly second: string;
  /** ‖Δ_first − Δ_second‖ / ‖Δ_first‖. */
  readonly gap: number | null;
  readonly pair?: OrderPair;
  readonly comparison: MetricComparison;
  readonly metric: ReportedMetric | undefined;
  readonly families: CorrectedFamilies;
  /** Resamples of the intervals. */
  readonly draws: number;
}

/** A row per pair and metric: candidates against one another, then the orders of a study. Differences are second minus first. */
export function pairsCsv(reports: readonly RunReport[]): string {
  return csvTable(reports.flatMap(rowsOf), [
    ...runColumns<Row>(({ report }) => report),
    ['family', ({ family }) => family],
    ['first', ({ first }) => first],
    ['second', ({ second }) => second],
    ['operator', ({ pair }) => pair?.operator],
    ['setting', ({ report, pair }) => settingOf(report, pair)],
    ['gap', ({ gap }) => gap],
    ['benchmark', ({ metric }) => metric?.label],
    ['metric', ({ metric, comparison }) => metric?.name ?? comparison.metric],
    ['unit', ({ metric }) => metric?.unit],
    ['higher_is_better', ({ metric }) => metric?.higherIsBetter],
    ['half', ({ report }) => (report.specKind === 'sweep' ? 'report' : 'all')],
    ['n', ({ comparison }) => comparison.n],
    ['value_first', ({ comparison }) => comparison.first],
    ['value_second', ({ comparison }) => comparison.second],
    ['difference', ({ comparison }) => comparison.difference],
    ['low', ({ comparison }) => comparison.low],
    ['high', ({ comparison }) => comparison.high],
    ['low_all_pairs', ({ comparison }) => comparison.simultaneous?.low],
    ['high_all_pairs', ({ comparison }) => comparison.simultaneous?.high],
    ['interval_draws', ({ draws }) => draws],
    ['test', ({ comparison }) => comparison.test],
    ['p', ({ comparison }) => comparison.pValue],
    ['p_floor', ({ comparison }) => comparison.floors?.pValue],
    ['p_adjusted', ({ comparison }) => comparison.pAdjusted],
    ['p_adjusted_floor', ({ comparison }) => comparison.floors?.pAdjusted],
    ['correction', ({ families }) => families.correction?.method ?? 'holm'],
    ['pairs', ({ families, comparison }) => familyOf(families, comparison)?.pairs],
    ['test_draws', ({ families, comparison }) => familyOf(families, comparison)?.draws],
    ['only_first', ({ comparison }) => comparison.onlyFirst],
    ['only_second', ({ comparison }) => comparison.onlySecond],
    ['effect_size', ({ pair, comparison }) => pair?.metrics.find((one) => one === comparison)?.effectSize],
    ['margin', ({ metric }) => metric?.margin],
    ['verdict', ({ comparison, metric }) => (metric === undefined ? null : judge(comparison, metric))],
    ['partial', ({ report }) => report.partial !== undefined],
  ]);
}

function rowsOf(report: RunReport): readonly Row[] {
  const metrics = new Map(report.metrics.map((metric) => [metricKey(metric), metric]));
  const { comparisons } = report;
  const candidates = comparisons.pairs.flatMap(({ first, second, weights, metrics: compared }) =>
    compared.map((comparison): Row => ({
      ...{ report, family: 'candidates', first, second, gap: weights.relative, comparison },
      ...{ metric: metrics.get(comparison.metric), families: comparisons, draws: comparisons.draws },
    })),
  );
  if (report.specKind !== 'order-study') {
    return candidates;
  }
  const { effects } = report.study;
  const orders = effects.pairs.flatMap((pair) =>
    pair.metrics.map((comparison): Row => ({
      ...{ report, family: 'orders', first: pair.first, second: pair.second, gap: pair.gap, pair, comparison },
      ...{ metric: metrics.get(comparison.metric), families: effects, draws: effects.draws },
    })),
  );
  return [...candidates, ...orders];
}

function settingOf(report: RunReport, pair: OrderPair | undefined): string | undefined {
  return report.specKind === 'order-study' && pair !== undefined
    ? report.study.plan.settings[pair.setting]?.label
    : undefined;
}

function familyOf({ families }: CorrectedFamilies, { metric }: MetricComparison) {
  return families?.find((family) => family.metric === metric);
}
