/** A report as Markdown: the table of a paper or a README, the pairs, and what the numbers say. */
import { studyBlocks, sweepBlocks } from './markdown-blocks.js';
import { escapeMarkdown, markdownTable } from './markdown-table.js';
import { ABSENT, formatDifference, formatInterval, formatP, formatValue } from '../words/format.js';
import {
  VERDICTS,
  judge,
  metricKey,
  metricTitle,
  readMetric,
  requestedPairs,
  type ReportedMetric,
} from '../reading/scoreboard.js';
import { describePair, describeRun, describeStep, explainVerdicts, summarizeSteps } from '../words/steps.js';
import { environmentWords, evaluationWords, firstPromptWords, prefixWords } from '../words/responses.js';
import type { PairComparison } from '../../core/evaluation/comparison.js';
import type { ReportedStep, RunReport } from '../types.js';
import { collectWarnings } from '../words/warnings.js';

/** The whole report as GitHub-flavoured Markdown; everything that comes from the report is escaped. */
export function renderMarkdown(report: RunReport): string {
  const blocks = [
    `# ${escapeMarkdown(report.run.name)}`,
    ...(report.study === undefined ? [] : studyBlocks(report, report.study)),
    ...(report.sweep === undefined ? [] : sweepBlocks(report, report.sweep)),
    report.study === undefined && report.sweep === undefined
      ? escapeMarkdown(describeRun(report))
      : `## Candidates${report.sweep === undefined ? '' : ', values over all examples'}`,
    metricsTable(report),
    `Shares in per cent, ± standard error. ${VERDICTS.better.sign} clearly better than ${escapeMarkdown(report.baseline)}, ${VERDICTS.worse.sign} clearly worse, ${VERDICTS.unclear.sign} no clear difference.`,
    summarizeSteps(report)
      .map((summary) => `- ${escapeMarkdown(describeStep(report, summary))}`)
      .join('\n'),
    ...requestedPairs(report).flatMap((pair) => pairBlocks(report, pair)),
    escapeMarkdown(explainVerdicts(report)),
    warningsBlock(report),
    promptsBlock(report),
    `Plan \`${report.planDigest}\`.`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function warningsBlock(report: RunReport): string {
  const warnings = collectWarnings(report).map((text) => `- ${escapeMarkdown(text)}`);
  return warnings.length === 0 ? '' : ['## Warnings', '', ...warnings].join('\n');
}

/** How prompts began, and on what they were answered. */
function promptsBlock({ provenance }: RunReport): string {
  const { prompts = [], evaluatedOn = [], halvedBatches = [] } = provenance;
  const rows = prompts.map((prompt) =>
    [prompt.labels.join(', '), prefixWords(prompt), firstPromptWords(prompt), String(prompt.firstPrompt.tokens)].map(
      escapeMarkdown,
    ),
  );
  const lines = [
    ...evaluatedOn.map(
      ({ environment, evaluations }) =>
        `Evaluated on ${environmentWords(environment)}${evaluatedOn.length > 1 ? `: ${evaluationWords(evaluations)}` : ''}.`,
    ),
    ...halvedBatches.map(
      ({ batches, evaluations }) =>
        `Batches halved since memory ran out: ${String(batches)} (${evaluationWords(evaluations)}).`,
    ),
  ].map((line) => `- ${escapeMarkdown(line)}`);
  const table =
    rows.length === 0
      ? []
      : [markdownTable(['benchmark', 'put before prompts', 'first prompt', 'its tokens'], rows, 3)];
  const blocks = [...table, ...(lines.length === 0 ? [] : [lines.join('\n')])];
  return blocks.length === 0 ? '' : ['## Prompts and machines', ...blocks].join('\n\n');
}

function metricsTable(report: RunReport): string {
  const headings = report.metrics.map(
    (metric) => `${escapeMarkdown(metricTitle(report, metric))} ${metric.higherIsBetter ? '↑' : '↓'}`,
  );
  return markdownTable(
    ['step', 'expression', ...headings],
    report.steps.map((step) => [
      escapeMarkdown(step.name),
      escapeMarkdown(step.expression),
      ...report.metrics.map((metric) => metricCell(report, step, metric)),
    ]),
    2,
  );
}

function metricCell(report: RunReport, step: ReportedStep, metric: ReportedMetric): string {
  const { value, verdict } = readMetric(report, step, metric);
  if (value === undefined) {
    return ABSENT;
  }
  const error = value.stderr === null ? '' : ` ± ${formatValue(value.stderr, metric.unit)}`;
  return `${formatValue(value.value, metric.unit)}${error} ${VERDICTS[verdict].sign}`.trimEnd();
}

function pairBlocks(report: RunReport, pair: PairComparison): readonly string[] {
  const rows = pair.metrics.map((comparison) => {
    const metric = report.metrics.find((candidate) => metricKey(candidate) === comparison.metric);
    const unit = metric?.unit ?? 'number';
    return [
      escapeMarkdown(metric === undefined ? comparison.metric : metricTitle(report, metric)),
      formatValue(comparison.first, unit),
      formatValue(comparison.second, unit),
      formatDifference(comparison.difference, unit),
      formatInterval(comparison.low, comparison.high, unit),
      formatP(comparison.pAdjusted),
      metric === undefined ? ABSENT : VERDICTS[judge(comparison, metric)].words,
    ].map((cell) => cell.replace('<', '&lt;'));
  });
  const names = [pair.first, pair.second].map(escapeMarkdown);
  return [
    `## ${names.join(' → ')}`,
    escapeMarkdown(describePair(report, pair)),
    markdownTable(['metric', ...names, 'difference', '95 % interval', 'p, Holm', 'verdict'], rows, 1),
  ];
}
