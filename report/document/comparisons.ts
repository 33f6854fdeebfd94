/** Paired comparisons: the pairs that the recipe asks for (orders, controls), then every step against the baseline. */
import type { MetricComparison, PairComparison } from '../../core/evaluation/comparison.js';
import {
  baselinePairs,
  isWrittenStep,
  judge,
  metricKey,
  metricTitle,
  requestedPairs,
  type ReportedMetric,
  type Verdict,
} from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { ABSENT, count, formatDifference, formatInterval, formatNumber, formatValue } from '../words/format.js';
import { adjustedP, correctionWords, ownP } from '../words/p-values.js';
import { describePair } from '../words/steps.js';
import { note, type Block, type Blocks } from './blocks.js';
import { heatTables } from './heat.js';
import { column, numberColumn, table, type Table } from './table.js';
import { marked, only, verdictOf, type Words } from './words.js';

/** Pairs that the page shows at once. */
const MOST_OPEN = 6;

const TESTS: Readonly<Record<MetricComparison['test'], string>> = {
  'sign-flip': 'sign flips',
  'mcnemar-exact': 'exact McNemar',
  bootstrap: 'bootstrap',
  none: ABSENT,
};

/** The pairs that do not involve the baseline, each with a sentence. */
export function requestedBlocks(report: RunReport): Blocks {
  const pairs = requestedPairs(report);
  return [
    pairs.length > 0 && { kind: 'heading', level: 3, words: 'Orders and other pairs', forms: ['page'] },
    ...folded(
      pairs.map((pair) =>
        pairBlock(report, pair, [
          describePair(report, pair),
          only('page', ` ‖Δ − Δ′‖ = ${formatNumber(pair.weights.norm)}.`),
        ]),
      ),
    ),
  ];
}

/** The pairs that do, and what the numbers of all pairs are. */
export function againstBaselineBlocks(report: RunReport): Blocks {
  const pairs = baselinePairs(report);
  const { draws, seed, pairs: all } = report.comparisons;
  return [
    pairs.length > 0 && { kind: 'heading', level: 3, words: `Against ${report.baseline}` },
    ...folded(
      pairs.map((pair) => {
        const { norm, relative } = pair.weights;
        const part = relative === null ? '' : `, ${formatValue(relative, 'share')} % of ‖Δ‖ of ${pair.first}`;
        return pairBlock(report, pair, `‖Δ − Δ′‖ = ${formatNumber(norm)}${part}.`);
      }),
    ),
    all.length > 0 &&
      note(
        `Differences are second minus first on the same examples; intervals: paired percentile bootstrap, 95 %, ${draws} draws, seed ${seed}. ` +
          `${correctionWords(report.comparisons)}${report.steps.some(({ kind }) => kind === 'written') ? '; those of a step and its output separately' : ''}. ` +
          '“Only one side” counts the examples that count for the metric (right, toxic or unfinished) in the first alone, and in the second alone.',
      ),
  ];
}

/** The page has more pairs than a few behind a click. */
function folded(pairs: readonly Block[]): Blocks {
  const rest = pairs.slice(MOST_OPEN);
  return [
    ...pairs.slice(0, MOST_OPEN),
    rest.length > 0 && { kind: 'fold', summary: count(rest.length, 'more pair'), blocks: rest, forms: ['page'] },
    ...rest.map((pair): Block => ({ ...pair, forms: ['markdown', 'terminal'] })),
  ];
}

function pairBlock(report: RunReport, pair: PairComparison, sentence: Words): Block {
  const isRequested = pair.first !== report.baseline && pair.second !== report.baseline;
  const heats =
    isRequested && !isWrittenStep(report, pair.second)
      ? heatTables(
          pair.weights.byModule.map(({ module, relative }) => ({ module, value: relative })),
          {
            title: `Weight-space gap by layer, % of ‖Δ‖ of ${pair.first}`,
            format: (value) => formatValue(value, 'share'),
          },
        )
      : [];
  return {
    kind: 'group',
    look: 'pair',
    blocks: [
      { kind: 'heading', level: 4, words: [marked('name', pair.first), ' → ', marked('name', pair.second)] },
      { kind: 'text', words: sentence },
      ...pair.notes.map((text): Block => ({ kind: 'text', look: 'muted', words: text, forms: ['page'] })),
      comparisonTable(report, pair),
      heats.length > 0 && { kind: 'group', look: 'heats', blocks: heats, forms: ['page'] },
    ],
  };
}

interface Compared {
  readonly comparison: MetricComparison;
  readonly metric: ReportedMetric | undefined;
  readonly unit: 'share' | 'number';
  readonly verdict: Verdict;
}

function comparisonTable(report: RunReport, pair: PairComparison): Table | false {
  const rows = pair.metrics.map((comparison): Compared => {
    const metric = report.metrics.find((candidate) => metricKey(candidate) === comparison.metric);
    return {
      ...{ comparison, metric, unit: metric?.unit ?? 'number' },
      verdict: metric === undefined ? 'unknown' : judge(comparison, metric),
    };
  });
  const inPage = { forms: ['page'] } as const;
  return table(
    rows,
    [
      column(
        'metric',
        ({ comparison, metric, unit }) => [
          only(['page', 'markdown'], metric === undefined ? comparison.metric : metricTitle(report, metric)),
          only('page', unit === 'share' ? ',\u00a0%' : ''),
          only('terminal', comparison.metric),
        ],
        { most: 40 },
      ),
      numberColumn(pair.first, ({ comparison, unit }) => formatValue(comparison.first, unit), { most: 24 }),
      numberColumn(pair.second, ({ comparison, unit }) => formatValue(comparison.second, unit), { most: 24 }),
      numberColumn('second − first', ({ comparison, unit }) =>
        marked('strong', formatDifference(comparison.difference, unit)),
      ),
      numberColumn('95 % interval', ({ comparison: { low, high }, unit }) => formatInterval(low, high, unit)),
      numberColumn(
        'all pairs at once',
        ({ comparison: { simultaneous }, unit }) =>
          simultaneous === undefined || simultaneous === null
            ? ABSENT
            : formatInterval(simultaneous.low, simultaneous.high, unit),
        {
          ...inPage,
          hint: 'simultaneous 95 % interval over all pairs of the metric',
        },
      ),
      numberColumn('p', ({ comparison }) => ownP(comparison), {
        ...inPage,
        hint: 'of the pair alone',
        about: ({ comparison }) => ({ title: TESTS[comparison.test] }),
      }),
      numberColumn('p, adjusted', ({ comparison }) => adjustedP(comparison)),
      column(only('markdown', 'verdict'), ({ verdict }) => verdictOf(verdict), { about: () => ({ look: 'verdict' }) }),
      numberColumn('only one side', ({ comparison }) => onlyOneSide(comparison), {
        ...inPage,
        hint: 'examples that count on one side alone: first : second',
      }),
      numberColumn('n', ({ comparison }) => String(comparison.n), inPage),
    ],
    { look: 'comparison', rowLook: ({ verdict }) => verdict },
  );
}

function onlyOneSide({ onlyFirst, onlySecond }: MetricComparison): string {
  return onlyFirst === undefined || onlySecond === undefined ? ABSENT : `${onlyFirst} : ${onlySecond}`;
}
