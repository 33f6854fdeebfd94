/** Repetition: how much greedy answers repeat themselves, rep-1 to rep-4. */
import { Type } from 'typebox';
import { answerDetail, answerQuality, emptyMetric, repetitionMetric, unfinishedMetric } from '../answer-quality.js';
import { answersTask, AUTHORS_MAX_NEW_TOKENS } from '../answers-task.js';
import { metricValues } from '../metric-values.js';
import {
  chatTemplateParameter,
  dataParameter,
  limitParameter,
  maxNewTokensParameter,
  readParameters,
} from '../parameters.js';
import { readInstructions } from '../readers/instructions.js';
import { fullContextWarnings, withResponses, tooLongWarnings } from '../responses.js';
import type { Benchmark, ExampleResult, MetricDefinition } from '../types.js';

const NAME = 'repetition';
const GRAMS = [1, 2, 3, 4] as const;

const parameters = Type.Object(
  {
    data: dataParameter,
    max_new_tokens: maxNewTokensParameter(AUTHORS_MAX_NEW_TOKENS),
    chat_template: chatTemplateParameter,
    limit: limitParameter,
  },
  { additionalProperties: false },
);

const metrics: readonly MetricDefinition[] = [
  ...GRAMS.map((n) => repetitionMetric(n, { auxiliary: n !== 4 })),
  emptyMetric,
  unfinishedMetric,
];

/** The benchmark; definitions in docs/evaluations.md. */
export const repetition: Benchmark = {
  name: NAME,
  title: 'Repetition in answers',
  resultVersion: 1,
  parameters,
  classifier: false,
  metrics,
  task(given) {
    const { max_new_tokens, chat_template, limit } = readParameters(NAME, parameters, given);
    return answersTask('instructions', max_new_tokens ?? AUTHORS_MAX_NEW_TOKENS, chat_template, limit);
  },
  score(input) {
    const given = readParameters(NAME, parameters, input.parameters);
    const instructions = readInstructions(input.data, { source: given.data, limit: given.limit });
    const answered = withResponses('answer', instructions, input.responses);
    const examples = answered.map(({ item, response }): ExampleResult => ({
      id: item.id,
      promptDigest: response.promptDigest,
      scores: answerQuality(response, GRAMS),
      weight: 1,
      detail: answerDetail(item, response),
    }));
    const warnings = [
      ...tooLongWarnings(answered),
      ...fullContextWarnings(answered, given.max_new_tokens ?? AUTHORS_MAX_NEW_TOKENS),
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
