/** What shows that a model still answers at all; reported beside every score that a broken model would do well in. */
import type { Json } from '../digest.js';
import type { Instruction } from './readers/instructions.js';
import { repetitionRate } from './repetition-rate.js';
import type { ResponseOf } from './responses.js';
import type { MetricDefinition } from './types.js';

/** Share of answers that are empty or blank. */
export const emptyMetric: MetricDefinition = {
  name: 'empty',
  title: 'empty answers',
  higherIsBetter: false,
  kind: 'accuracy',
  unit: 'share',
  auxiliary: true,
};

/** Share of answers without an end within the limit. */
export const unfinishedMetric: MetricDefinition = {
  name: 'unfinished',
  title: 'unfinished answers',
  higherIsBetter: false,
  kind: 'accuracy',
  unit: 'share',
  auxiliary: true,
};

/** Mean share of repeated n-grams. */
export function repetitionMetric(n: number, options: { readonly auxiliary: boolean }): MetricDefinition {
  return {
    name: `rep-${n}`,
    title: `repeated ${n}-grams`,
    higherIsBetter: false,
    kind: 'mean',
    unit: 'share',
    ...(options.auxiliary ? { auxiliary: true } : {}),
  };
}

/** Scores of one answer for {@link emptyMetric}, {@link unfinishedMetric} and rep-n; null where it was too long. */
export function answerQuality(
  answer: ResponseOf<'answer'>,
  grams: readonly number[],
): Readonly<Record<string, number | null>> {
  const score = (value: number): number | null => (answer.tooLong ? null : value);
  return {
    empty: score(answer.text.trim() === '' ? 1 : 0),
    unfinished: score(answer.finished ? 0 : 1),
    ...Object.fromEntries(grams.map((n) => [`rep-${n}`, score(repetitionRate(answer.tokens, n))])),
  };
}

/** What a reader wants to see of an answer. */
export function answerDetail(instruction: Instruction, answer: ResponseOf<'answer'>): Readonly<Record<string, Json>> {
  return {
    instruction: instruction.instruction,
    answer: answer.text,
    finished: answer.finished,
    ...(answer.tooLong ? { tooLong: true } : {}),
  };
}
