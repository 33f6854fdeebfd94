/** Order studies and sweeps in Markdown: the answers, then the tables that a paper would print. */
import type { StudyReport } from '../../core/study/types.js';
import type { SweepReport } from '../../core/sweep/types.js';
import { formatP, formatValue, formatWithUnit } from '../words/format.js';
import { escapeMarkdown, markdownTable } from './markdown-table.js';
import { metricKey, metricTitle, mainMetrics } from '../reading/scoreboard.js';
import { groupLabel, orderLabel, totalPart } from '../reading/study.js';
import { describeStudy, type Answer } from '../words/study.js';
import {
  judgedMetrics,
  metricNamed,
  placeOfPoint,
  pointMetric,
  readConstraints,
  recommendedPlace,
  titleOf,
  variableText,
} from '../reading/sweep.js';
import { describeSweep, recommendedMetrics, valueWithInterval } from '../words/sweep.js';
import type { RunReport } from '../types.js';

/** Points of the front that are printed. */
const MOST_FRONT = 30;

/** What an order study found. */
export function studyBlocks(report: RunReport, study: StudyReport): readonly string[] {
  const { plan, gap, effects } = study;
  const main = new Map(mainMetrics(report).map((metric) => [metricKey(metric), metric]));
  const gaps = gap.gaps.flatMap((one) => {
    const total = totalPart(one);
    return total === undefined
      ? []
      : [
          [
            groupLabel(plan, one),
            `${orderLabel(plan, total.maxPair[0])} → ${orderLabel(plan, total.maxPair[1])}`,
            formatValue(total.meanRelative, 'share'),
            formatValue(total.maxRelative, 'share'),
          ].map(escapeMarkdown),
        ];
  });
  const tests = effects.omnibus.flatMap((test) => {
    const metric = main.get(test.metric);
    return metric === undefined
      ? []
      : [
          [
            metricTitle(report, metric),
            groupLabel(plan, test),
            String(test.arms.length),
            formatP(test.pValue),
            formatP(test.pAdjusted),
          ].map(escapeMarkdown),
        ];
  });
  return [
    ...answerBlocks(describeStudy(report, study)),
    ...(gaps.length === 0
      ? []
      : [markdownTable(['operator', 'furthest apart', 'mean gap, %', 'largest gap, %'], gaps, 2)]),
    ...(tests.length === 0 ? [] : [markdownTable(['metric', 'operator', 'orders', 'p', 'p, Holm'], tests, 2)]),
  ];
}

/** What a sweep found. */
export function sweepBlocks(report: RunReport, sweep: SweepReport): readonly string[] {
  const place = recommendedPlace(sweep);
  const recommended = recommendedMetrics(report, sweep).map(({ metric, value, interval, baseline, whereChosen, n }) => [
    escapeMarkdown(`${metricTitle(report, metric)} ${metric.higherIsBetter ? '↑' : '↓'}`),
    escapeMarkdown(valueWithInterval(value, interval, metric.unit)),
    formatWithUnit(baseline, metric.unit),
    formatWithUnit(whereChosen, metric.unit),
    String(n),
  ]);
  const onReportHalf = place === undefined ? [] : readConstraints(sweep, place, 'report');
  const constraints = onReportHalf.map(({ constraint, bound, value, isMet }) => {
    const unit = metricNamed(report, constraint.metric)?.unit ?? 'number';
    return [
      escapeMarkdown(constraint.text),
      isMet ? 'met' : 'not met',
      formatValue(bound, unit),
      formatValue(value, unit),
    ];
  });
  const front = sweep.choice.pareto.slice(0, MOST_FRONT).flatMap((index) => {
    const at = placeOfPoint(sweep, index);
    return at === undefined ? [] : [frontRow(report, sweep, index, at)];
  });
  const metrics = judgedMetrics(sweep).map((metric) => escapeMarkdown(titleOf(report, metric)));
  return [
    ...answerBlocks(describeSweep(report, sweep)),
    ...(recommended.length === 0
      ? []
      : [
          markdownTable(
            [
              'recommended point',
              'reporting half, 95 % interval',
              escapeMarkdown(sweep.baseline),
              'choosing half',
              'n',
            ],
            recommended,
            1,
          ),
        ]),
    ...(constraints.length === 0
      ? []
      : [markdownTable(['constraint', 'reporting half', 'bound', 'value'], constraints, 2)]),
    ...(front.length === 0
      ? []
      : [
          markdownTable(
            ['point', ...sweep.plan.variables.map(({ name }) => escapeMarkdown(name)), ...metrics],
            front,
            1,
          ),
          `The Pareto front on the reporting half${front.length < sweep.choice.pareto.length ? `, the first ${front.length} of ${sweep.choice.pareto.length} points` : ''}.`,
        ]),
  ];
}

function frontRow(report: RunReport, sweep: SweepReport, index: number, place: number): readonly string[] {
  return [
    `${index}${index === sweep.choice.recommended ? ' ★' : ''}`,
    ...sweep.plan.variables.map(({ name }) => variableText(sweep, name, place)),
    ...judgedMetrics(sweep).map((metric) =>
      formatValue(pointMetric(sweep, place, metric, 'report').value, metricNamed(report, metric)?.unit ?? 'number'),
    ),
  ];
}

function answerBlocks(answers: readonly Answer[]): readonly string[] {
  return answers.map(({ question, answer }) =>
    answer.length > 1
      ? `**${question}**\n\n${answer.map((line) => `- ${escapeMarkdown(line)}`).join('\n')}`
      : `**${question}** ${escapeMarkdown(answer[0] ?? '')}`,
  );
}
