/** Metrics by step: the table of all, the bars of the main ones; every step with what it computes. */
import {
  mainMetrics,
  metricKey,
  metricTitle,
  readMetric,
  VERDICTS,
  type ReportedMetric,
} from '../reading/scoreboard.js';
import type { ReportedStep, RunReport } from '../types.js';
import { ABSENT, formatDifference, formatInterval, formatNumber, formatValue } from '../words/format.js';
import { summaryTitle } from '../words/steps.js';
import type { Block } from './blocks.js';
import { column, numberColumn, table, type Column, type Table } from './table.js';
import { BREAK, FORMS, marked, only, signOf, type Words } from './words.js';

/** Longest names that a terminal shows whole, in character cells: arms of studies differ at their ends. */
const NAME_CELLS = 40;

/** `↑` or `↓`, whichever is better. */
export function arrowOf({ higherIsBetter }: ReportedMetric): string {
  return higherIsBetter ? '↑' : '↓';
}

/** Class of a metric that is shown beside the others. */
export function auxiliaryLook(metric: ReportedMetric | undefined): string {
  return metric?.auxiliary === true ? 'aux' : '';
}

/** All metrics of all steps, the auxiliary ones too: a broken model is not toxic either. */
export function metricsTable(report: RunReport, caption: string): Table | false {
  return table(
    report.steps,
    [
      column('step', ({ name }) => name, { most: NAME_CELLS }),
      column('expression', ({ expression }) => expression, { forms: ['markdown'] }),
      numberColumn(['‖Δ‖ / ', report.baseline], (step) => relativeNorm(report, step), {
        forms: ['terminal'],
        most: NAME_CELLS,
      }),
      ...report.metrics.map((metric) => metricColumn(report, metric)),
    ],
    {
      look: 'metrics',
      forms: report.metrics.length > 0 ? FORMS : ['page', 'markdown'],
      caption: only('terminal', caption),
      rowLook: ({ name }) => (name === report.baseline ? 'is-baseline' : ''),
    },
  );
}

/** ‖Δ‖ of a step in multiples of the baseline's, where both are known. */
function relativeNorm({ steps, baseline }: RunReport, { norm }: ReportedStep): string {
  const reference = steps.find(({ name }) => name === baseline)?.norm ?? null;
  return norm === null || reference === null || reference === 0 ? ABSENT : (norm / reference).toFixed(2);
}

function metricColumn(report: RunReport, metric: ReportedMetric): Column<ReportedStep> {
  const common = commonCount(report, metric);
  const best = metric.auxiliary === true ? undefined : bestStep(report, metric);
  const share = metric.unit === 'share' ? ',\u00a0%' : '';
  const heading: Words = [
    only('page', [metricTitle(report, metric), share, BREAK, marked('key', metricKey(metric)), BREAK]),
    only('page', marked('small', [directionOf(metric), ...(common === undefined ? [] : [BREAK, `n = ${common}`])])),
    only('markdown', `${metricTitle(report, metric)} ${arrowOf(metric)}`),
    only('terminal', [metricKey(metric), ' ', arrowOf(metric)]),
  ];
  return numberColumn(heading, (step) => metricCell(report, step, metric, { common, isBest: best === step }), {
    look: auxiliaryLook(metric),
    group: metric.label,
    most: NAME_CELLS,
    about: (step) => {
      const { value, difference, verdict } = readMetric(report, step, metric);
      const words =
        difference === undefined
          ? ''
          : `; ${VERDICTS[verdict].words}: ${formatDifference(difference.difference, metric.unit)} ${formatInterval(difference.low, difference.high, metric.unit)} against ${report.baseline}`;
      return value === undefined ? {} : { look: verdict, title: `n = ${value.n}${words}` };
    },
  });
}

function metricCell(
  report: RunReport,
  step: ReportedStep,
  metric: ReportedMetric,
  { common, isBest }: { readonly common: number | undefined; readonly isBest: boolean },
): Words {
  const { value, interval, verdict } = readMetric(report, step, metric);
  if (value === undefined) {
    return [ABSENT, only('terminal', [' ', ' '])];
  }
  const error = value.stderr === null ? undefined : formatValue(value.stderr, metric.unit);
  const range =
    interval === undefined
      ? ''
      : `[${formatValue(interval.low, metric.unit)}, ${formatValue(interval.high, metric.unit)}]`;
  return [
    only('terminal', isBest ? '*' : ''),
    marked('strong', formatValue(value.value, metric.unit)),
    only(['page', 'markdown'], error === undefined ? '' : ` ± ${error}`),
    only('terminal', marked('muted', error === undefined || metric.auxiliary === true ? '' : ` ±${error}`)),
    ' ',
    signOf(verdict),
    only('page', [BREAK, marked('small', `${range}${common === undefined ? ` n = ${value.n}` : ''}`)]),
  ];
}

/** The step of the recipe with the best value; undefined for a tie or a single step. */
function bestStep(report: RunReport, metric: ReportedMetric): ReportedStep | undefined {
  const readings = report.steps.flatMap((step) => {
    const value = step.kind === 'step' ? readMetric(report, step, metric).value?.value : undefined;
    return typeof value === 'number' ? [{ step, value }] : [];
  });
  const values = readings.map(({ value }) => value);
  const target = metric.higherIsBetter ? Math.max(...values) : Math.min(...values);
  const winners = readings.filter(({ value }) => value === target);
  return readings.length > 1 && winners.length === 1 ? winners[0]?.step : undefined;
}

/** The number of examples where all candidates have the same one. */
function commonCount(report: RunReport, metric: ReportedMetric): number | undefined {
  const counts = new Set(report.steps.flatMap((step) => readMetric(report, step, metric).value?.n ?? []));
  return counts.size === 1 ? [...counts][0] : undefined;
}

/** `↑ higher is better`. */
export function directionOf(metric: ReportedMetric): string {
  return `${arrowOf(metric)} ${metric.higherIsBetter ? 'higher' : 'lower'} is better`;
}

/** The main metrics as bars of text; nothing where no candidate has a value. */
export function metricBars(report: RunReport): Block | false {
  const metrics = mainMetrics(report).map((metric) => ({
    metric,
    title: metricTitle(report, metric),
    readings: report.steps
      .map((step) => readMetric(report, step, metric))
      .filter(({ value }) => typeof value?.value === 'number'),
  }));
  return (
    metrics.length > 0 && {
      kind: 'bars',
      title: summaryTitle(report),
      baseline: report.baseline,
      metrics,
    }
  );
}

/** Every step with what it computes and how far it is from the baseline. */
export function stepsTable(report: RunReport): Table | false {
  const small = (text: string, isSo: boolean): Words => (isSo ? [' ', marked('small', text)] : '');
  return table(report.steps, [
    column('step', ({ name, kind }) => [
      name,
      small('baseline', name === report.baseline),
      small('as written', kind === 'written'),
    ]),
    column('expression', ({ expression }) => marked('code', expression)),
    numberColumn(['‖Δ‖', marked('sub', 'F')], ({ norm }) => formatNumber(norm)),
    numberColumn(`distance from ${report.baseline}`, ({ distanceFromBaseline: distance }) =>
      distance === null ? ABSENT : `${formatValue(distance, 'share')} %`,
    ),
    column('digest', ({ digest }) => ({ mark: 'digest', words: digest.slice(7, 19), title: digest })),
  ]);
}
