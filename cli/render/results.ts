/** What `ominus run` prints at the end: the sentences, the table, the bars, the pairs. */
import { writtenName } from '../../core/plan/written-candidates.js';
import { formatDifference, formatInterval, formatP, formatValue, formatWithUnit } from '../../report/words/format.js';
import {
  VERDICTS,
  isWrittenStep,
  judge,
  mainMetrics,
  metricKey,
  metricTitle,
  readMetric,
  requestedPairs,
  type Reading,
  type ReportedMetric,
  type Verdict,
} from '../../report/reading/scoreboard.js';
import { describePair, describeStep, explainVerdicts, summarizeSteps } from '../../report/words/steps.js';
import { cells, clip, pad } from '../../report/words/text-width.js';
import { promptLine } from '../../report/words/responses.js';
import type { PairComparison } from '../../core/evaluation/comparison.js';
import type { ReportedStep, RunReport } from '../../report/types.js';
import { collectWarnings } from '../../report/words/warnings.js';
import { visibleLine } from '../../report/words/visible-text.js';
import { drawBar } from './bars.js';
import { studySections } from './study.js';
import { sweepSections } from './sweep.js';
import { colorsOf, type Colors, type Style } from './style.js';
import { renderFoldedTable, wrapText } from './table.js';

/** Longest name that is shown whole, in cells; longer where it has a line or the first column: arms of studies differ at their ends. */
const NAME_CELLS = 24;
const LONG_NAME_CELLS = 40;
/** More candidates than this have a table but neither bars nor a sentence each. */
const MOST_DRAWN = 12;
/** Longest `label.metric` that is shown whole, in cells. */
const KEY_CELLS = 40;
/** Longest and shortest bar of a metric, and what stands beside it, in cells. */
const BAR_CELLS = { most: 32, least: 8, beside: 46 } as const;

/** The results of a run as text for a terminal; no line break at the end. */
export function renderResults(report: RunReport, style: Style): string {
  const colors = colorsOf(style);
  const isShort = report.steps.length <= MOST_DRAWN;
  const sections = [
    ...(report.study === undefined ? [] : studySections(report, report.study, style, colors)),
    ...(report.sweep === undefined ? [] : sweepSections(report, report.sweep, style, colors)),
    metricsSection(report, style, colors),
    ...(isShort && report.sweep === undefined ? [barsSection(report, style, colors)] : []),
    ...requestedPairs(report).map((pair) => pairSection(report, pair, style, colors)),
    sentencesSection(report, isShort, style, colors),
    promptSection(report, style, colors),
    outputsSection(report, style),
    warningsSection(report, style, colors),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** All metrics, the auxiliary ones too: a broken model is not toxic either. */
function metricsSection(report: RunReport, style: Style, colors: Colors): readonly string[] {
  const { metrics } = report;
  if (metrics.length === 0) {
    return [];
  }
  const best = new Map(mainMetrics(report).map((metric) => [metric, bestStep(report, metric)]));
  const columns = [
    { title: 'step', align: 'left' as const },
    ...metrics.map((metric) => ({
      title: `${nameOf(metricKey(metric), KEY_CELLS)} ${metric.higherIsBetter ? '↑' : '↓'}`,
      align: 'right' as const,
      group: metric.label,
    })),
  ];
  const rows = report.steps.map((step) => [
    nameOf(step.name, LONG_NAME_CELLS),
    ...metrics.map((metric) => metricCell(readMetric(report, step, metric), best.get(metric) === step, colors)),
  ]);
  return [
    colors.bold(
      report.sweep === undefined
        ? 'Metrics by step (shares in %, ± standard error)'
        : 'Metrics over all examples (in %, ± standard error; signs: reporting half)',
    ),
    ...renderFoldedTable(columns, rows, style.width),
  ];
}

function metricCell(reading: Reading, isBest: boolean, colors: Colors): string {
  const { value, metric, verdict } = reading;
  if (value === undefined) {
    return '–  ';
  }
  const hasError = value.stderr !== null && metric.auxiliary !== true;
  const error = hasError ? colors.dim(` ±${formatValue(value.stderr, metric.unit)}`) : '';
  const text = formatValue(value.value, metric.unit);
  return `${isBest ? '*' : ''}${text}${error} ${paint(verdict, pad(VERDICTS[verdict].sign, 1), colors)}`;
}

/** The step of the recipe with the best value; undefined for a tie or a single step. */
function bestStep(report: RunReport, metric: ReportedMetric): ReportedStep | undefined {
  const readings = report.steps
    .filter((step) => step.kind === 'step')
    .map((step) => ({ step, value: readMetric(report, step, metric).value?.value }))
    .filter(
      (entry): entry is { readonly step: ReportedStep; readonly value: number } => typeof entry.value === 'number',
    );
  const values = readings.map(({ value }) => value);
  const target = metric.higherIsBetter ? Math.max(...values) : Math.min(...values);
  const winners = readings.filter(({ value }) => value === target);
  return readings.length > 1 && winners.length === 1 ? winners[0]?.step : undefined;
}

function barsSection(report: RunReport, style: Style, colors: Colors): readonly string[] {
  const names = Math.max(...report.steps.map((step) => cells(nameOf(step.name))), 0);
  const bar = Math.min(BAR_CELLS.most, Math.max(BAR_CELLS.least, style.width - names - BAR_CELLS.beside));
  const blocks = mainMetrics(report).map((metric) => metricBars(report, metric, { names, bar }, colors));
  return blocks.length === 0
    ? []
    : [colors.bold(`What was forgotten, what was kept (│ marks ${nameOf(report.baseline)})`), ...blocks.flat()];
}

function metricBars(
  report: RunReport,
  metric: ReportedMetric,
  room: { readonly names: number; readonly bar: number },
  colors: Colors,
): readonly string[] {
  const readings = report.steps
    .map((step) => readMetric(report, step, metric))
    .filter(({ value }) => typeof value?.value === 'number');
  const values = readings.map(({ value }) => value?.value ?? 0);
  const full = metric.unit === 'share' ? 1 : Math.max(...values, 0);
  const baseline = readings.find(({ step }) => step.name === report.baseline)?.value?.value ?? undefined;
  const share = (value: number): number => (full > 0 ? value / full : 0);
  return [
    `  ${visibleLine(metricTitle(report, metric))} ${colors.dim(metric.higherIsBetter ? '↑ higher is better' : '↓ lower is better')}`,
    ...readings.map((reading) => {
      const value = reading.value?.value ?? 0;
      const isBaseline = reading.step.name === report.baseline;
      const mark = isBaseline || baseline === undefined ? undefined : share(baseline);
      const bar = paint(reading.verdict, drawBar(share(value), room.bar, mark), colors);
      const number = pad(formatWithUnit(value, metric.unit), 8, 'right');
      return `    ${pad(nameOf(reading.step.name), room.names)} ${bar} ${number}${changeWords(report, reading, colors)}`.trimEnd();
    }),
  ];
}

function changeWords(report: RunReport, { difference, metric, verdict, step }: Reading, colors: Colors): string {
  if (difference === undefined) {
    return step.name === report.baseline ? colors.dim('   baseline') : '';
  }
  const interval = formatInterval(difference.low, difference.high, metric.unit);
  const words = `${VERDICTS[verdict].sign} ${formatDifference(difference.difference, metric.unit)} ${interval}`;
  return `  ${paint(verdict, words, colors)}`;
}

function pairSection(report: RunReport, pair: PairComparison, style: Style, colors: Colors): readonly string[] {
  const rows = report.metrics.flatMap((metric) => {
    const comparison = pair.metrics.find((candidate) => candidate.metric === metricKey(metric));
    if (comparison === undefined) {
      return [];
    }
    const { unit } = metric;
    const verdict = judge(comparison, metric);
    return [
      [
        nameOf(comparison.metric, KEY_CELLS),
        formatValue(comparison.first, unit),
        formatValue(comparison.second, unit),
        formatDifference(comparison.difference, unit),
        formatInterval(comparison.low, comparison.high, unit),
        formatP(comparison.pAdjusted),
        paint(verdict, VERDICTS[verdict].sign, colors),
      ],
    ];
  });
  const right = ['second − first', '95 % interval', 'p, Holm'].map((title) => ({ title, align: 'right' as const }));
  const columns = [
    { title: 'metric', align: 'left' as const },
    ...[pair.first, pair.second].map((name) => ({ title: nameOf(name), align: 'right' as const })),
    ...right,
    { title: '', align: 'left' as const },
  ];
  return [
    colors.bold(`${nameOf(pair.first, LONG_NAME_CELLS)} → ${nameOf(pair.second, LONG_NAME_CELLS)}`),
    ...wrapText(visibleLine(describePair(report, pair)), style.width),
    ...renderFoldedTable(columns, rows, style.width),
  ];
}

/** A sentence per step where they are few, and what the signs of all tables mean. */
function sentencesSection(report: RunReport, isShort: boolean, style: Style, colors: Colors): readonly string[] {
  if (report.metrics.length === 0) {
    return [];
  }
  const sentences = (isShort ? summarizeSteps(report) : []).flatMap((summary) =>
    wrapText(`• ${visibleLine(describeStep(report, summary))}`, style.width),
  );
  const notes = `▲ clearly better, ▼ clearly worse, ≈ no clear difference; * best of the steps. ${explainVerdicts(report)}`;
  return [...sentences, ...wrapText(visibleLine(notes), style.width).map((line) => colors.dim(line))];
}

/** What the tokenizer put before prompts: BOS or nothing can move a score by points. */
function promptSection(report: RunReport, style: Style, colors: Colors): readonly string[] {
  const line = promptLine(report);
  return line === undefined ? [] : wrapText(visibleLine(line), style.width).map((text) => colors.dim(text));
}

/** Where the adapters lie, and how exact they are. */
function outputsSection(report: RunReport, style: Style): readonly string[] {
  return report.outputs.flatMap(({ step, path, dtype, roundingError }) => {
    const error = roundingError === null ? '' : `, rounding ${roundingError.toExponential(1)} of the result`;
    const name = writtenName(step, dtype);
    const evaluated = isWrittenStep(report, name) ? `; evaluated as written under ${visibleLine(name)}` : '';
    const text = `wrote ${visibleLine(step)} to ${visibleLine(path)} (${visibleLine(dtype)}${error})${evaluated}`;
    return wrapText(text, style.width);
  });
}

function warningsSection(report: RunReport, style: Style, colors: Colors): readonly string[] {
  return collectWarnings(report).flatMap((text) =>
    wrapText(`warning: ${visibleLine(text)}`, style.width).map((line) => colors.yellow(line)),
  );
}

function paint(verdict: Verdict, text: string, colors: Colors): string {
  switch (verdict) {
    case 'better':
      return colors.green(text);
    case 'worse':
      return colors.red(text);
    case 'unclear':
    case 'unknown':
      return text;
  }
}

function nameOf(name: string, width = NAME_CELLS): string {
  return clip(visibleLine(name), width);
}
