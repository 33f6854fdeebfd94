/** Grade-school word problems (GSM8K's format), zero-shot: the number at the end of a greedy answer, exact match. */
import { Type } from 'typebox';
import { unfinishedMetric } from '../answer-quality.js';
import { answersTask } from '../answers-task.js';
import { extractNumber } from '../extract-number.js';
import { metricValues } from '../metric-values.js';
import {
  chatTemplateParameter,
  dataParameter,
  limitParameter,
  maxNewTokensParameter,
  readParameters,
} from '../parameters.js';
import { readMathQuestions } from '../readers/math-questions.js';
import { fullContextWarnings, withResponses, tooLongWarnings } from '../responses.js';
import type { Benchmark, ExampleResult, MetricDefinition } from '../types.js';

const NAME = 'gsm';
/** Longest answer when nothing is said; the harness's default for generation. */
const MAX_NEW_TOKENS = 256;

const parameters = Type.Object(
  {
    data: dataParameter,
    max_new_tokens: maxNewTokensParameter(MAX_NEW_TOKENS),
    chat_template: chatTemplateParameter,
    limit: limitParameter,
  },
  { additionalProperties: false },
);

const metrics: readonly MetricDefinition[] = [
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
];

/** The benchmark; definitions in docs/evaluations.md. */
export const gsm: Benchmark = {
  name: NAME,
  title: 'Word problems',
  resultVersion: 1,
  parameters,
  classifier: false,
  metrics,
  task(given) {
    const { max_new_tokens, chat_template, limit } = readParameters(NAME, parameters, given);
    return answersTask('math-questions', max_new_tokens ?? MAX_NEW_TOKENS, chat_template, limit);
  },
  score(input) {
    const given = readParameters(NAME, parameters, input.parameters);
    const questions = readMathQuestions(input.data, { source: given.data, limit: given.limit });
    const answered = withResponses('answer', questions, input.responses);
    const examples = answered.map(({ item, response }): ExampleResult => {
      const found = extractNumber(response.text);
      const score = (isSo: boolean): number | null => (response.tooLong ? null : Number(isSo));
      return {
        id: item.id,
        promptDigest: response.promptDigest,
        scores: {
          accuracy: score(found === item.solution),
          'no-number': score(found === undefined),
          unfinished: score(!response.finished),
        },
        weight: 1,
        detail: {
          question: item.question,
          solution: item.solution,
          answer: response.text,
          number: found ?? null,
          finished: response.finished,
          ...(response.tooLong ? { tooLong: true } : {}),
        },
      };
    });
    const warnings = [
      ...tooLongWarnings(answered),
      ...fullContextWarnings(answered, given.max_new_tokens ?? MAX_NEW_TOKENS),
    ];
    return Promise.resolve({
      benchmark: NAME,
      resultVersion: 1,
      metrics: metricValues(metrics, examples),
      examples,
      warnings,
    });
  },
};
