/** Gaps between orders in weight space: by layer and kind of module, and order by order. */
import type { OrderGap, StudyReport } from '../../core/study/types.js';
import { csvTable } from '../csv/csv-table.js';
import { formatValue } from '../words/format.js';
import { groupLabel, orderLabel } from '../reading/study.js';
import { extent } from './kit/axes.js';
import { idPart, type Figure } from './kit/figure.js';
import { drawHeatGrid } from './kit/heat-grid.js';

/** More orders than this are no matrix. */
const MOST_ORDERS = 120;

/** Gap by part of the model (rows) and operator with setting (columns): the mean over pairs of orders, and the largest. */
export function gapHeats(study: StudyReport): readonly Figure[] {
  const { gaps } = study.gap;
  const parts = [...new Set(gaps.flatMap((gap) => gap.parts.map(({ part }) => part)))];
  return parts.length === 0 || gaps.length === 0 ? [] : [gapHeat(study, parts, 'mean'), gapHeat(study, parts, 'max')];
}

function gapHeat({ plan, gap: { gaps } }: StudyReport, parts: readonly string[], which: 'mean' | 'max'): Figure {
  const partsOf = gaps.map((gap) => new Map(gap.parts.map((part) => [part.part, part])));
  const values = parts.map((part) =>
    partsOf.map((of) => {
      const found = of.get(part);
      return found === undefined ? null : which === 'mean' ? found.meanRelative : found.maxRelative;
    }),
  );
  const [low, high] = extent(values.flat().filter((value) => value !== null));
  const words = which === 'mean' ? 'mean over pairs of orders' : 'the pair of orders that is furthest apart';
  return {
    id: `order-gap-${which}`,
    title: `Order gap by layer, ${which === 'mean' ? 'mean' : 'largest'}`,
    caption: `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`,
    note: '‖Δ − Δ′‖ in per cent of ‖Δ‖, exact, from Gram matrices. The whole model, then layers, then kinds of modules over all layers.',
    drawing: drawHeatGrid({
      kind: 'gap',
      label: `Order gap by layer, ${words}: from ${formatValue(low, 'share')} % to ${formatValue(high, 'share')} %`,
      rows: parts,
      columns: gaps.map((gap) => groupLabel(plan, gap)),
      values,
      format: (value) => formatValue(value, 'share'),
      rowName: 'part',
      columnName: 'operator and λ',
    }),
    csv: csvTable(
      gaps.flatMap((gap) => gap.parts.map((part) => ({ gap, part }))),
      [
        ['operator', ({ gap }) => gap.operator],
        ['setting', ({ gap }) => plan.settings[gap.setting]?.label],
        ['part', ({ part }) => part.part],
        ['kind', ({ part }) => part.kind],
        ['mean_relative', ({ part }) => part.meanRelative],
        ['max_relative', ({ part }) => part.maxRelative],
        ['max_first', ({ part }) => orderLabel(plan, part.maxPair[0])],
        ['max_second', ({ part }) => orderLabel(plan, part.maxPair[1])],
      ],
    ),
  };
}

/** Every order against every other one, over the whole model; undefined where there are too many orders to see. */
export function orderMatrix(study: StudyReport, gap: OrderGap): Figure | undefined {
  const { plan } = study;
  if (plan.orders.length > MOST_ORDERS) {
    return undefined;
  }
  const norms = gap.parts.find(({ kind }) => kind === 'total')?.norms ?? [];
  const values = gap.total.map((row, first) =>
    row.map((norm, second) => {
      const whole = norms[first] ?? 0;
      return first === second || whole === 0 ? null : norm / whole;
    }),
  );
  const labels = plan.orders.map((_, order) => orderLabel(plan, order));
  const [low, high] = extent(values.flat().filter((value) => value !== null));
  const group = groupLabel(plan, gap);
  return {
    id: `order-matrix-${idPart(gap.operator)}-${idPart(plan.settings[gap.setting]?.label ?? '') || String(gap.setting)}`,
    title: `Gap between orders, ${group}`,
    caption: '',
    note: '‖Δ − Δ′‖ over the whole model, in per cent of ‖Δ‖ of the row’s order. Columns are in the same order as rows.',
    drawing: drawHeatGrid({
      kind: 'matrix',
      label: `Gap between ${plan.orders.length} orders, ${group}: from ${formatValue(low, 'share')} % to ${formatValue(high, 'share')} %`,
      rows: labels.map((label, order) => `${order + 1}  ${label}`),
      columns: labels.map((_, order) => String(order + 1)),
      values,
      format: (value) => formatValue(value, 'share'),
      rowName: 'order',
      columnName: 'order',
    }),
    csv: csvTable(
      values.flatMap((row, first) => row.map((relative, second) => ({ first, second, relative }))),
      [
        ['operator', () => gap.operator],
        ['setting', () => plan.settings[gap.setting]?.label],
        ['first', ({ first }) => labels[first]],
        ['second', ({ second }) => labels[second]],
        ['gap', ({ first, second }) => gap.total[first]?.[second]],
        ['relative', ({ relative }) => relative],
      ],
    ),
  };
}
