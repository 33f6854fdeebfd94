/** Grade-school word problems (GSM8K's format), zero-shot: the number at the end of a greedy answer, exact match. */
import { answerBenchmark, answerParameters } from '../answer-benchmark.js';
import { unfinishedMetric } from '../answer-quality.js';
import { extractNumber } from '../extract-number.js';
import { mathQuestions } from '../readers/math-questions.js';

/** Longest answer when nothing is said; the harness's default for generation. */
const MAX_NEW_TOKENS = 256;

/** The benchmark; definitions in docs/evaluations.md. */
export const gsm = answerBenchmark({
  name: 'gsm',
  title: 'Word problems',
  resultVersion: 1,
  parameters: answerParameters(MAX_NEW_TOKENS),
  maxNewTokens: MAX_NEW_TOKENS,
  metrics: [
    { name: 'accuracy', title: 'GSM accuracy', higherIsBetter: true, kind: 'accuracy', unit: 'share' },
    {
      name: 'no-number',
      title: 'answers without a number',
      higherIsBetter: false,
      kind: 'accuracy',
      unit: 'share',
      auxiliary: true,
    },
    unfinishedMetric,
  ],
  reader: mathQuestions,
  examples: (answered) => ({
    examples: answered.map(({ item, response }) => {
      const found = extractNumber(response.text);
      const score = (isSo: boolean): number | null => (response.tooLong ? null : Number(isSo));
      return {
        scores: {
          accuracy: score(found === item.solution),
          'no-number': score(found === undefined),
          unfinished: score(!response.finished),
        },
        detail: {
          question: item.question,
          solution: item.solution,
          answer: response.text,
          number: found ?? null,
          finished: response.finished,
          ...(response.tooLong ? { tooLong: true } : {}),
        },
      };
    }),
  }),
});
