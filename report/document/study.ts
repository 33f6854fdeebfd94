/** An order study: the answers first, then the figures, the gaps, the tests, the orders. */
import type { OrderGap, StudyReport } from '../../core/study/types.js';
import { judge, mainMetrics, metricKey, metricTitle, SIGNIFICANCE } from '../reading/scoreboard.js';
import { armLabel, groupLabel, largestPairs, orderLabel, totalPart } from '../reading/study.js';
import type { RunReport } from '../types.js';
import { ABSENT, formatDifference, formatInterval, formatNumber, formatValue, listWords } from '../words/format.js';
import { adjustedP, correctionWords, omnibusP } from '../words/p-values.js';
import { describeStudy } from '../words/study.js';
import type { FigureSource } from '../figures/figures.js';
import { note, type Block, type Blocks } from './blocks.js';
import { auxiliaryLook } from './metrics.js';
import { column, numberColumn, table, type Table } from './table.js';
import { BREAK, marked, only, verdictOf } from './words.js';

/** Pairs per metric in the table; the figures' CSV files have all. */
const MOST_PAIRS = 60;
/** Longest order that a terminal shows whole, in character cells. */
const ORDER_CELLS = 34;
/** Pairs that are named per metric. */
const MOST_SAME = 5;
/** More orders than this are behind a click. */
const MOST_OPEN = 8;

/** Everything about the order. */
export function studyBlocks(report: RunReport, study: StudyReport, figures: FigureSource): Blocks {
  return [
    { kind: 'answers', answers: describeStudy(report, study) },
    { kind: 'figures', title: 'Differences between orders', draw: () => figures('order-effects'), open: 3 },
    gapTable(study),
    omnibusTable(report, study),
    study.effects.omnibus.length > 0 &&
      note(
        `Per metric, operator and λ: the variance of the orders’ means against what it is when every example’s scores are shuffled among the orders (${study.effects.draws} draws, seed ${study.effects.seed}). ` +
          'Spread: the standard deviation of those means, in points for shares. Holm adjusts over operators and λ within the metric.',
        ['page'],
      ),
    study.effects.pairs.length > 0 && pairsFold(report, study),
    { kind: 'figures', title: 'The gap in weights', draw: () => figures('gap-by-layer') },
    { kind: 'figures', draw: () => figures('order-matrices') },
    study.gap.gaps.length > 0 && ordersFold(study),
    { kind: 'figures', title: 'Weights and metrics', draw: () => figures('gap-effects') },
  ];
}

/** In the page the answers and the figures say the same. */
function gapTable({ plan, gap }: StudyReport): Table | false {
  const rows = gap.gaps.flatMap((one) => {
    const total = totalPart(one);
    return total === undefined ? [] : [{ one, total }];
  });
  return table(
    rows,
    [
      column('operator', ({ one }) => groupLabel(plan, one), { most: ORDER_CELLS }),
      numberColumn('mean', ({ total }) => formatValue(total.meanRelative, 'share')),
      numberColumn('largest', ({ total }) => formatValue(total.maxRelative, 'share')),
      column(
        'furthest apart',
        ({ total: { maxPair } }) => [orderLabel(plan, maxPair[0]), ' → ', orderLabel(plan, maxPair[1])],
        { most: ORDER_CELLS },
      ),
    ],
    { caption: 'Order gap in weights (% of ‖Δ‖)', forms: ['markdown', 'terminal'] },
  );
}

function omnibusTable(report: RunReport, { effects, plan }: StudyReport): Table | false {
  const metrics = new Map(report.metrics.map((metric, place) => [metricKey(metric), { metric, place }]));
  const rows = effects.omnibus.map((test) => ({ test, metric: metrics.get(test.metric)?.metric }));
  const inPage = { forms: ['page'] } as const;
  return table(
    rows,
    [
      column('metric', ({ test, metric }) => (metric === undefined ? test.metric : metricTitle(report, metric)), {
        most: ORDER_CELLS,
      }),
      column('operator', ({ test }) => groupLabel(plan, test), { most: ORDER_CELLS }),
      numberColumn('orders', ({ test }) => String(test.arms.length)),
      numberColumn(
        'spread of means',
        ({ test, metric }) => formatValue(Math.sqrt(Math.max(0, test.statistic)), metric?.unit ?? 'number'),
        inPage,
      ),
      numberColumn('p', ({ test }) => omnibusP(test, effects.draws).own),
      numberColumn('p, Holm', ({ test }) => marked('strong', omnibusP(test, effects.draws).adjusted)),
      column(
        '',
        ({ test: { pAdjusted } }) =>
          pAdjusted === null ? ABSENT : pAdjusted < SIGNIFICANCE ? 'orders differ' : 'not told apart',
        { ...inPage, about: () => ({ look: 'verdict' }) },
      ),
      numberColumn('n', ({ test }) => String(test.n), inPage),
    ],
    {
      caption: [
        only('page', 'Does any order differ from the others?'),
        only(['markdown', 'terminal'], 'Does any order differ?'),
        ' Omnibus tests',
      ],
      rowLook: ({ metric }) => auxiliaryLook(metric),
      isAside: ({ metric }) => metric === undefined || metric.auxiliary === true,
    },
  );
}

function pairsFold(report: RunReport, study: StudyReport): Block {
  const { plan } = study;
  const all = mainMetrics(report).map((metric) => ({ metric, pairs: largestPairs(study, metricKey(metric)) }));
  const total = all.reduce((sum, { pairs }) => sum + pairs.length, 0);
  const rows = all.flatMap(({ metric, pairs }) =>
    pairs.slice(0, MOST_PAIRS).map(({ pair, comparison }) => ({
      ...{ metric, pair, comparison },
      verdict: judge(comparison, metric),
    })),
  );
  return {
    kind: 'fold',
    filter: 'pairs',
    summary: `Pairs of orders in numbers: ${rows.length === total ? total : `the largest ${rows.length} of ${total}`}`,
    blocks: [
      table(
        rows,
        [
          column('metric', ({ metric }) => metricTitle(report, metric)),
          column('first', ({ pair }) => armLabel(plan, pair.first)),
          column('second', ({ pair }) => armLabel(plan, pair.second)),
          column('operator', ({ pair }) => groupLabel(plan, pair)),
          numberColumn('gap, %', ({ pair }) => formatValue(pair.gap, 'share')),
          numberColumn('second − first', ({ comparison, metric }) =>
            marked('strong', formatDifference(comparison.difference, metric.unit)),
          ),
          numberColumn('95 % interval', ({ comparison: { low, high }, metric }) =>
            formatInterval(low, high, metric.unit),
          ),
          numberColumn('p, adjusted', ({ comparison }) => adjustedP(comparison)),
          numberColumn('effect', ({ comparison }) => formatNumber(comparison.effectSize)),
          column('', ({ verdict }) => verdictOf(verdict), { about: () => ({ look: 'verdict' }) }),
        ],
        { look: 'comparison', isFiltered: true, rowLook: ({ verdict }) => verdict },
      ),
      note(
        `Second minus first on the same examples. ${correctionWords(study.effects)}. ${sameWords(study)}Effect: standardised mean difference of the pairs, or Cohen’s g for accuracies (share of discordant examples − ½).`,
      ),
    ],
  };
}

/** Names pairs of which no example differs. */
function sameWords({ plan, effects: { families = [] } }: StudyReport): string {
  const metrics = families.flatMap(({ metric, same }) =>
    same.length === 0
      ? []
      : [
          `${metric}: ${listWords(same.slice(0, MOST_SAME).map(([first, second]) => `${armLabel(plan, first)} and ${armLabel(plan, second)}`))}` +
            (same.length > MOST_SAME ? ` and ${String(same.length - MOST_SAME)} more` : ''),
        ],
  );
  return metrics.length === 0 ? '' : `No example differs, so p is 1, in ${metrics.join('; ')}. `;
}

function ordersFold({ plan, gap }: StudyReport): Block {
  const expert = marked('sub', 'expert');
  const distance = (one: OrderGap, order: number): string => formatValue(one.distances[order], 'share');
  return {
    kind: 'fold',
    filter: 'orders',
    summary: `The ${plan.orders.length} orders, and how far from ${plan.expert} each ends`,
    isOpen: plan.orders.length <= MOST_OPEN,
    blocks: [
      table(
        plan.orders.map((_, order) => order),
        [
          column('order, first to last removed', (order) => orderLabel(plan, order)),
          ...gap.gaps.map((one) =>
            numberColumn<number>(`${groupLabel(plan, one)}, %`, (order) => {
              const stands = one.representative[order] ?? order;
              return stands === order
                ? distance(one, order)
                : [distance(one, order), BREAK, marked('small', `as ${orderLabel(plan, stands)}`)];
            }),
          ),
        ],
        { isFiltered: true },
      ),
      note(['‖Δ − Δ', expert, '‖ in per cent of ‖Δ', expert, '‖.']),
    ],
  };
}
