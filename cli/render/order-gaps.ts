/** How far apart the orders of a study are in weight space, for `ominus plan`: before anything is evaluated. */
import { formatValue } from '../../report/words/format.js';
import { orderLabel, representatives, settingLabel, totalPart } from '../../report/reading/study.js';
import type { OrderGap, OrderGapResult, StudyPlan } from '../../core/study/types.js';
import { renderTable, type Column } from '../../report/terminal/table.js';

/** Layers that are named: those with the largest gaps. */
const NAMED_LAYERS = 3;

const COLUMNS: readonly Column[] = [
  { title: 'operator, λ', align: 'left' },
  { title: 'mean gap', align: 'right' },
  { title: 'largest', align: 'right' },
  { title: 'between', align: 'left' },
  { title: 'evaluated', align: 'right' },
  { title: 'layers with the largest gap', align: 'left' },
];

/** The table, the groups under `distinct`, and what the fold of direct subtraction gave; one text per line. */
export function renderOrderGaps(study: StudyPlan, result: OrderGapResult): readonly string[] {
  const { gaps, directFold } = result;
  const rows = gaps.map((gap) => gapRow(study, gap));
  const fold =
    directFold.maxDifference === 0
      ? 'the same coefficients in every order'
      : `coefficients differ by up to ${directFold.maxDifference.toExponential(1)}`;
  return [
    `Weight-space gaps of ${String(study.orders.length)} orders, ‖Δσ − Δτ‖ / ‖Δσ‖, from Gram matrices:`,
    ...(rows.length === 0 ? ['no operator of this study depends on the order'] : renderTable(COLUMNS, rows)),
    ...gaps.flatMap((gap) => groupLines(study, gap)),
    `direct subtraction, folded in ${String(directFold.orders)} orders: ${fold}`,
  ];
}

function gapRow(study: StudyPlan, gap: OrderGap): readonly string[] {
  const total = totalPart(gap);
  const layers = gap.parts
    .filter(({ kind }) => kind === 'layer')
    .sort((a, b) => b.maxRelative - a.maxRelative)
    .slice(0, NAMED_LAYERS);
  return [
    groupName(study, gap),
    percent(total?.meanRelative ?? 0),
    percent(total?.maxRelative ?? 0),
    (total?.maxPair ?? []).map((order) => orderLabel(study, order)).join(' and '),
    `${String(representatives(gap))} of ${String(study.orders.length)}`,
    layers.map(({ part, maxRelative }) => `${part}: ${percent(maxRelative)}`).join(', '),
  ];
}

/** One line per order that stands for others. */
function groupLines(study: StudyPlan, gap: OrderGap): readonly string[] {
  const members = new Map<number, number[]>();
  gap.representative.forEach((representative, order) => {
    members.set(representative, [...(members.get(representative) ?? []), order]);
  });
  return [...members].flatMap(([representative, orders]) => {
    const others = orders.filter((order) => order !== representative);
    return others.length === 0
      ? []
      : [
          `${groupName(study, gap)}: ${orderLabel(study, representative)} stands for ` +
            others.map((order) => orderLabel(study, order)).join('; '),
        ];
  });
}

function groupName(study: StudyPlan, { operator, setting }: OrderGap): string {
  return `${operator}, ${settingLabel(study, setting)}`;
}

function percent(share: number): string {
  return `${formatValue(share, 'share')} %`;
}
