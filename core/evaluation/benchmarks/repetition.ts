/** Repetition: how much greedy answers repeat themselves, rep-1 to rep-4. */
import { answerBenchmark, answerParameters, AUTHORS_MAX_NEW_TOKENS } from '../answer-benchmark.js';
import { answerDetail, answerQuality, emptyMetric, repetitionMetric, unfinishedMetric } from '../answer-quality.js';
import { instructions } from '../readers/instructions.js';

const GRAMS = [1, 2, 3, 4] as const;

/** The benchmark; definitions in docs/evaluations.md. */
export const repetition = answerBenchmark({
  name: 'repetition',
  title: 'Repetition in answers',
  resultVersion: 1,
  parameters: answerParameters(AUTHORS_MAX_NEW_TOKENS),
  maxNewTokens: AUTHORS_MAX_NEW_TOKENS,
  metrics: [...GRAMS.map((n) => repetitionMetric(n, { auxiliary: n !== 4 })), emptyMetric, unfinishedMetric],
  reader: instructions,
  examples: (answered) => ({
    examples: answered.map(({ item, response }) => ({
      scores: answerQuality(response, GRAMS),
      detail: answerDetail(item, response),
    })),
  }),
});
