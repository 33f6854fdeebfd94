/** Single examples with their texts: answers before and after, and examples that changed between two candidates. */
import { metricKey, metricTitle, type ReportedMetric } from '../reading/scoreboard.js';
import type { PairFlips, RunReport, SampleAnswers } from '../types.js';
import { count, formatNumber, formatWithUnit } from '../words/format.js';
import { note, type Block, type Blocks, type Quote } from './blocks.js';
import { marked, type Words } from './words.js';

/** Answers side by side, one block per prompt; the baseline first, then the others in the order of the steps. */
export function sampleBlocks(report: RunReport): Blocks {
  const place = (candidate: string): number =>
    candidate === report.baseline ? -1 : report.steps.findIndex((step) => step.name === candidate);
  return report.samples.map(({ label, id, prompt, answers }): Block => ({
    kind: 'quotes',
    look: 'sample',
    heading: marked('muted', `${label}, example ${id}`),
    prompt,
    quotes: [...answers]
      .sort((a, b) => place(a.candidate) - place(b.candidate))
      .map((answer) => quoteOf(report, label, answer)),
  }));
}

function quoteOf(report: RunReport, label: string, answer: SampleAnswers['answers'][number]): Quote {
  const isBaseline = answer.candidate === report.baseline;
  return {
    heading: [answer.candidate, isBaseline ? [' ', marked('small', 'baseline')] : ''],
    text: answer.text,
    scores: Object.entries(answer.scores).map(([name, score]) => sampleScore(report, label, name, score)),
    isBaseline,
  };
}

/** An example's score in its metric's title and unit. */
function sampleScore(report: RunReport, label: string, name: string, score: number | null): string {
  const metric = report.metrics.find((candidate) => candidate.label === label && candidate.name === name);
  if (metric === undefined || score === null) {
    return metric === undefined
      ? `${name} ${formatNumber(score)}`
      : `${metric.title} ${formatWithUnit(score, metric.unit)}`;
  }
  const isYesOrNo = metric.kind === 'accuracy' && (score === 0 || score === 1);
  return `${metric.title}${isYesOrNo ? ':' : ''} ${scoreText(score, metric)}`;
}

/** Zero or one of an accuracy as no or yes. */
function scoreText(score: number, metric: ReportedMetric | undefined): string {
  if (metric === undefined) {
    return formatNumber(score);
  }
  return metric.kind === 'accuracy' && (score === 0 || score === 1)
    ? score === 1
      ? 'yes'
      : 'no'
    : formatWithUnit(score, metric.unit);
}

/**
 * Which examples changed between two candidates: a fold per pair and metric, the first one open.
 *
 * @param where - which examples count, where not all do
 */
export function flipBlocks(report: RunReport, flips: readonly PairFlips[], where: string): Blocks {
  return [
    note(
      `Examples whose score differs, the largest change first${where}. ↑ counts those whose score rises, ↓ those whose score falls. ` +
        'Of questions with choices the text is the most probable choice. Long texts are cut.',
    ),
    { kind: 'group', filter: 'examples', blocks: flips.map((flip, place) => flipFold(report, flip, place === 0)) },
  ];
}

function flipFold(report: RunReport, flips: PairFlips, isOpen: boolean): Block {
  const key = `${flips.label}.${flips.metric}`;
  const metric = report.metrics.find((candidate) => metricKey(candidate) === key);
  const { first, second, total, examples } = flips;
  const side = (name: string, text: string | null, score: number): Quote => ({
    heading: [name, ' ', { mark: 'scores', words: scoreText(score, metric) }],
    ...{ text, scores: [], isBaseline: false },
  });
  const shown = total > examples.length ? ` (the first ${examples.length} shown)` : '';
  return {
    kind: 'fold',
    isOpen,
    summary: [
      marked('strong', `${first} → ${second}`),
      `, ${metric === undefined ? key : metricTitle(report, metric)}: ${count(total, 'example')} `,
      marked('muted', `${directions(flips)}${shown}`),
    ],
    blocks: examples.map((example): Block => ({
      kind: 'quotes',
      look: 'flip',
      prompt: example.prompt === '' ? emptyWords(`example ${example.id}`) : example.prompt,
      quotes: [
        side(first, example.firstText, example.firstScore),
        side(second, example.secondText, example.secondScore),
      ],
    })),
  };
}

/** Shown in place of an empty text. */
function emptyWords(text: string): Words {
  return { mark: 'empty', words: text };
}

/** `17 ↑ 133 ↓` of all examples that changed; of those shown it would be another, misleading proportion. */
function directions({ total, higher, examples }: PairFlips): string {
  const known =
    higher ??
    (total === examples.length
      ? examples.filter(({ firstScore, secondScore }) => secondScore > firstScore).length
      : undefined);
  return known === undefined ? '' : `${known} ↑ ${total - known} ↓`;
}
