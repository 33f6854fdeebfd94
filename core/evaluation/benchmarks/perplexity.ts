/** Perplexity and next-token accuracy on plain text, packed into blocks of the context length. */
import { Type } from 'typebox';
import { OminusError } from '../../errors.js';
import { defineBenchmark } from '../define-benchmark.js';
import { dataParameter, limitParameter } from '../parameters.js';
import { documents } from '../readers/documents.js';
import type { ExampleResult, ModelResponse } from '../types.js';

/** The benchmark; definitions in docs/evaluations.md. */
export const perplexity = defineBenchmark({
  name: 'perplexity',
  title: 'Perplexity',
  resultVersion: 1,
  parameters: {
    data: dataParameter,
    block: Type.Optional(
      Type.Integer({ minimum: 2, description: "Tokens per block; by default the model's context length." }),
    ),
    limit: limitParameter,
  },
  metrics: [
    { name: 'perplexity', title: 'perplexity', higherIsBetter: false, kind: 'perplexity', unit: 'number' },
    { name: 'accuracy', title: 'next-token accuracy', higherIsBetter: true, kind: 'ratio', unit: 'share' },
  ],
  reader: documents,
  task: ({ block }, base) => ({
    kind: 'blocks',
    ...base,
    style: 'none',
    ...(block === undefined ? {} : { blockTokens: block }),
  }),
  score({ responses }) {
    const remainder = responses.reduce(
      (sum, response) => sum + (response.kind === 'block' ? (response.remainderTokens ?? 0) : 0),
      0,
    );
    return {
      examples: responses.map(scoreBlock),
      warnings: remainder === 0 ? [] : [`the last ${remainder} tokens fill no whole block and were not scored`],
    };
  },
});

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
