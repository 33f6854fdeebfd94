/** A sweep: what is recommended and how sure that is, then the figures, the front, the points, what failed. */
import type { SweepReport } from '../../core/sweep/types.js';
import { metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import {
  feasiblePoints,
  judgedMetrics,
  metricNamed,
  placeOfPoint,
  pointMetric,
  readConstraints,
  recommendedPlace,
  titleOf,
  variableText,
  type ConstraintReading,
  type Half,
} from '../reading/sweep.js';
import type { RunReport } from '../types.js';
import { formatValue, formatWithUnit } from '../words/format.js';
import { describeSweep, recommendedMetrics, valueWithInterval } from '../words/sweep.js';
import type { FigureSource } from '../figures/figures.js';
import { note, type Block, type Blocks } from './blocks.js';
import { arrowOf, auxiliaryLook } from './metrics.js';
import { column, numberColumn, table, type Column, type Table } from './table.js';
import { BREAK, marked, metWords, only } from './words.js';

/** Rows of the front by form, and of the points in the page; CSV has all. */
const MOST_FRONT = { page: 100, markdown: 30, terminal: 12 } as const;
const MOST_POINTS = 1000;
/** Failures that a terminal prints. */
const MOST_FAILURES = 5;
/** Longest names and constraints that a terminal shows whole, in character cells. */
const NAME_CELLS = 30;
const CONSTRAINT_CELLS = 48;

/** Everything about the points. */
export function sweepBlocks(report: RunReport, sweep: SweepReport, figures: FigureSource): Blocks {
  return [
    { kind: 'answers', answers: describeSweep(report, sweep) },
    recommendedTable(report, sweep),
    constraintTable(report, sweep),
    { kind: 'figures', draw: () => figures('pareto') },
    sweep.choice.pareto.length > 0 && { kind: 'group', filter: 'the front', blocks: [frontTable(report, sweep)] },
    { kind: 'figures', title: 'Metrics against λ', draw: () => figures('curves') },
    { kind: 'figures', title: 'Both variables at once', draw: () => figures('grids') },
    pointsFold(report, sweep),
    ...failureBlocks(sweep),
  ];
}

function recommendedTable(report: RunReport, sweep: SweepReport): Table | false {
  return table(
    recommendedMetrics(report, sweep),
    [
      column('metric', ({ metric }) => [metricTitle(report, metric), ' ', arrowOf(metric)], { most: NAME_CELLS }),
      numberColumn(['reporting half', only(['page', 'markdown'], ', 95 % interval')], ({ metric, value, interval }) =>
        marked('strong', valueWithInterval(value, interval, metric.unit)),
      ),
      numberColumn(
        [sweep.baseline, only(['page', 'markdown'], ', same half')],
        ({ metric, baseline }) => formatWithUnit(baseline, metric.unit),
        { most: NAME_CELLS },
      ),
      numberColumn('choosing half', ({ metric, whereChosen }) => formatWithUnit(whereChosen, metric.unit)),
      numberColumn('n', ({ n }) => String(n), { forms: ['page', 'markdown'] }),
    ],
    {
      caption: [
        report.partial === undefined ? 'The recommended point' : 'The best point so far',
        only(['page', 'markdown'], ', on both halves of the examples'),
      ],
      rowLook: ({ metric }) => auxiliaryLook(metric),
    },
  );
}

interface BothHalves {
  readonly choose: ConstraintReading;
  readonly report: ConstraintReading;
}

function constraintTable(report: RunReport, sweep: SweepReport): Table | false {
  const place = recommendedPlace(sweep);
  if (place === undefined) {
    return false;
  }
  const onReportHalf = readConstraints(sweep, place, 'report');
  const rows = readConstraints(sweep, place, 'choose').flatMap((choose, at): readonly BothHalves[] => {
    const reading = onReportHalf[at];
    return reading === undefined ? [] : [{ choose, report: reading }];
  });
  const columnsOf = (half: 'choose' | 'report'): readonly Column<BothHalves>[] => {
    const forms = half === 'choose' ? { forms: ['page'] as const } : {};
    const under = only('page', [BREAK, marked('small', half === 'choose' ? 'choosing half' : 'reporting half')]);
    const unit = (row: BothHalves): ReportedMetric['unit'] =>
      metricNamed(report, row[half].constraint.metric)?.unit ?? 'number';
    return [
      numberColumn(['bound', under], (row) => formatValue(row[half].bound, unit(row)), forms),
      numberColumn(['value', under], (row) => marked('strong', formatValue(row[half].value, unit(row))), forms),
      column([only(['page', 'markdown'], 'met?'), under], (row) => metWords(row[half].isMet), {
        ...forms,
        about: () => ({ look: 'verdict' }),
      }),
    ];
  };
  return table(
    rows,
    [
      column(
        ['constraint', only(['markdown', 'terminal'], ', on the reporting half')],
        ({ choose: { constraint } }) => [
          marked('code', constraint.text),
          only('page', [BREAK, marked('small', titleOf(report, constraint.metric))]),
        ],
        { most: CONSTRAINT_CELLS },
      ),
      ...columnsOf('choose'),
      ...columnsOf('report'),
    ],
    {
      caption: only(
        'page',
        `The constraints at the ${report.partial === undefined ? 'recommended point' : 'best point so far'}`,
      ),
    },
  );
}

function frontTable(report: RunReport, sweep: SweepReport): Table | false {
  const places = sweep.choice.pareto.flatMap((index) => placeOfPoint(sweep, index) ?? []);
  return table(places, pointColumns(report, sweep), {
    ...pointOptions(sweep),
    caption: [
      sweep.choice.feasible ? 'The Pareto front' : 'The front of the points that violate the constraints least',
      only('markdown', `, values on the reporting half, ★ ${bestWord(report)}`),
      only('terminal', `, values on the reporting half, * ${bestWord(report)}`),
    ],
    most: MOST_FRONT,
    noun: 'points',
  });
}

/** The points, best first by what they were chosen by: feasible ones, then by the first goal. */
function pointsFold(report: RunReport, sweep: SweepReport): Block | false {
  const [goal] = sweep.plan.objective?.goals ?? [];
  const feasible = feasiblePoints(sweep);
  const rank = (place: number): number => {
    const value = goal === undefined ? null : pointMetric(sweep, place, goal.metric, 'choose').value;
    return value === null ? Number.POSITIVE_INFINITY : goal?.direction === 'maximize' ? -value : value;
  };
  const places = sweep.points.index
    .map((_, place) => ({ place, isOut: feasible[place] === true ? 0 : 1, rank: rank(place) }))
    .sort((a, b) => a.isOut - b.isOut || (a.rank === b.rank ? a.place - b.place : a.rank - b.rank))
    .map(({ place }) => place);
  const isCut = places.length > MOST_POINTS;
  const order = goal === undefined ? '' : ', best first';
  return (
    places.length > 0 && {
      kind: 'fold',
      filter: 'points',
      summary: isCut ? `The best ${MOST_POINTS} of ${places.length} points` : `All ${places.length} points${order}`,
      blocks: [
        table(places.slice(0, MOST_POINTS), pointColumns(report, sweep), pointOptions(sweep)),
        isCut && note([marked('code', `ominus report ${report.run.name} --format csv`), ' prints all of them.']),
      ],
    }
  );
}

function pointOptions(sweep: SweepReport): {
  readonly look: string;
  readonly isFiltered: true;
  readonly rowLook: (place: number) => string;
} {
  return {
    look: 'points',
    isFiltered: true,
    rowLook: (place) => (sweep.points.index[place] === sweep.choice.recommended ? 'is-baseline' : ''),
  };
}

/** A run that has not finished recommends nothing. */
function bestWord({ partial }: RunReport): string {
  return partial === undefined ? 'recommended' : 'best so far';
}

/** A row is a place in the columns of the points. */
function pointColumns(report: RunReport, sweep: SweepReport): readonly Column<number>[] {
  const { points, choice, plan } = sweep;
  const feasible = feasiblePoints(sweep);
  const halfColumn = (metric: string, half: Exclude<Half, 'all'>): Column<number> => {
    const unit = metricNamed(report, metric)?.unit ?? 'number';
    return numberColumn<number>(
      [
        only(['page', 'markdown'], titleOf(report, metric)),
        only('page', [
          unit === 'share' ? ',\u00a0%' : '',
          BREAK,
          marked('small', half === 'choose' ? 'choosing half' : 'reporting half'),
        ]),
        only('terminal', metric),
      ],
      (place) => formatValue(pointMetric(sweep, place, metric, half).value, unit),
      { most: NAME_CELLS, ...(half === 'choose' ? { forms: ['page'] } : {}) },
    );
  };
  return [
    column('point', (place) => [
      String(points.index[place]),
      points.index[place] === choice.recommended
        ? [only('page', [' ', marked('small', bestWord(report))]), only('markdown', ' ★'), only('terminal', ' *')]
        : '',
    ]),
    ...plan.variables.map(({ name }) =>
      numberColumn<number>(name, (place) => variableText(sweep, name, place), { most: NAME_CELLS }),
    ),
    ...judgedMetrics(sweep).flatMap((metric) => [halfColumn(metric, 'choose'), halfColumn(metric, 'report')]),
    numberColumn('distance, %', (place) => formatValue(points.distance[place], 'share'), { forms: ['page'] }),
    column('constraints', (place) => metWords(feasible[place] === true), { forms: ['page'] }),
  ];
}

/** Points that failed for good; nothing where none did. */
function failureBlocks({ failures, counts, plan }: SweepReport): Blocks {
  const shown = failures.slice(0, MOST_FAILURES);
  return failures.length === 0
    ? []
    : [
        { kind: 'heading', level: 3, words: 'Points that failed', forms: ['page'] },
        {
          kind: 'group',
          filter: 'failures',
          forms: ['page'],
          blocks: [
            table(
              failures,
              [
                column('point', ({ index }) => String(index)),
                ...plan.variables.map(({ name }, place) =>
                  numberColumn<SweepReport['failures'][number]>(name, ({ values }) => String(values[place] ?? '')),
                ),
                column('code', ({ code }) => marked('code', code)),
                column('message', ({ message }) => message),
              ],
              {
                isFiltered: true,
                ...(failures.length < counts.failed
                  ? { caption: `The first ${failures.length} of ${counts.failed}` }
                  : {}),
              },
            ),
          ],
        },
        {
          kind: 'failures',
          forms: ['terminal'],
          lines: shown.map(({ index, code, message }) => `point ${index}: ${code} ${message}`),
          more: counts.failed - shown.length,
        },
      ];
}
