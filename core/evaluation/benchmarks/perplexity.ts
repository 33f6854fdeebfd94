/** Perplexity and next-token accuracy on plain text, packed into blocks of the context length. */
import { Type } from 'typebox';
import { OminusError } from '../../errors.js';
import { metricValues } from '../metric-values.js';
import { dataParameter, limitParameter, readParameters } from '../parameters.js';
import type { Benchmark, ExampleResult, MetricDefinition, ModelResponse } from '../types.js';

const NAME = 'perplexity';

const parameters = Type.Object(
  {
    data: dataParameter,
    block: Type.Optional(
      Type.Integer({ minimum: 2, description: "Tokens per block; by default the model's context length." }),
    ),
    limit: limitParameter,
  },
  { additionalProperties: false },
);

const metrics: readonly MetricDefinition[] = [
  { name: 'perplexity', title: 'perplexity', higherIsBetter: false, kind: 'perplexity', unit: 'number' },
  { name: 'accuracy', title: 'next-token accuracy', higherIsBetter: true, kind: 'ratio', unit: 'share' },
];

/** The benchmark; definitions in docs/evaluations.md. */
export const perplexity: Benchmark = {
  name: NAME,
  title: 'Perplexity',
  resultVersion: 1,
  parameters,
  classifier: false,
  metrics,
  task(given) {
    const { block, limit } = readParameters(NAME, parameters, given);
    return {
      kind: 'blocks',
      reader: 'documents',
      resultVersion: 1,
      style: 'none',
      ...(block === undefined ? {} : { blockTokens: block }),
      ...(limit === undefined ? {} : { limit }),
    };
  },
  score(input) {
    readParameters(NAME, parameters, input.parameters);
    const blocks = input.responses.map(scoreBlock);
    const remainder = input.responses.reduce(
      (sum, response) => sum + (response.kind === 'block' ? (response.remainderTokens ?? 0) : 0),
      0,
    );
    return Promise.resolve({
      benchmark: NAME,
      resultVersion: 1,
      metrics: metricValues(metrics, blocks),
      examples: blocks,
      warnings: remainder === 0 ? [] : [`the last ${remainder} tokens fill no whole block and were not scored`],
    });
  },
};

function scoreBlock(response: ModelResponse): ExampleResult {
  if (response.kind !== 'block') {
    throw new OminusError('INTERNAL', { message: `response [id=${response.id}] is ${response.kind}, expected block` });
  }
  return {
    id: response.id,
    promptDigest: response.promptDigest,
    scores: { perplexity: response.lossNats, accuracy: response.correct },
    weight: response.tokens,
    detail: {
      tokens: response.tokens,
      perplexity: Math.exp(response.lossNats / response.tokens),
      accuracy: response.correct / response.tokens,
    },
  };
}
