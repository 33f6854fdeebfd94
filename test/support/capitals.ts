/** A benchmark that is not in the registry: answers after worked examples from a second file, and metrics per continent. */
import { Type } from 'typebox';
import { defineBenchmark } from '../../core/evaluation/define-benchmark.js';
import { dataParameter, limitParameter } from '../../core/evaluation/parameters.js';
import type { ExampleReader, TaskReader } from '../../core/evaluation/readers/reader.js';
import { readRecords, textField } from '../../core/evaluation/readers/records.js';
import { tooLongWarnings, withResponses } from '../../core/evaluation/responses.js';
import type { Benchmark } from '../../core/evaluation/types.js';

interface Capital {
  readonly id: string;
  readonly where: string;
  readonly country: string;
  readonly capital: string;
  readonly continent: string;
}

const read: ExampleReader<Capital>['read'] = (text, options) =>
  readRecords(text, options).map((record, index) => ({
    id: String(index),
    where: record.where,
    country: textField(record, 'country', options.source),
    capital: textField(record, 'capital', options.source),
    continent: textField(record, 'continent', options.source),
  }));

/** The benchmark, with its readers at these versions. */
export function capitals(versions: { readonly data?: number; readonly examples?: number } = {}): Benchmark {
  const examples: ExampleReader<Capital> = { name: 'capital-examples', version: versions.examples ?? 1, read };
  const reader: TaskReader<Capital, 'answers'> = {
    name: 'capitals',
    version: versions.data ?? 1,
    kind: 'answers',
    read,
    requests: (items, { maxNewTokens, shots }, others) => {
      const worked = (others.read('examples', examples) ?? []).slice(0, shots);
      const prompt = worked.map(({ country, capital }) => `${country}: ${capital}. `).join('');
      return items.map(({ id, country }) => ({ kind: 'answer', id, prompt: `${prompt}${country}:`, maxNewTokens }));
    },
  };
  return defineBenchmark({
    name: 'capitals',
    title: 'Capitals',
    resultVersion: 1,
    parameters: {
      data: dataParameter,
      examples: Type.Optional(Type.String({ minLength: 1, description: 'Worked examples.' })),
      shots: Type.Optional(Type.Integer({ minimum: 1 })),
      limit: limitParameter,
    },
    metrics: [{ name: 'accuracy', title: 'capitals', higherIsBetter: true, kind: 'accuracy', unit: 'share' }],
    reader,
    others: { examples },
    task: ({ shots }, base) => ({
      kind: 'answers',
      ...base,
      style: 'none',
      maxNewTokens: 4,
      ...(shots === undefined ? {} : { shots }),
    }),
    parts: () => ({ by: 'continent', of: ({ continent }) => continent, where: ({ where }) => where }),
    score({ items, responses }) {
      const answered = withResponses('answer', items(), responses);
      return {
        examples: answered.map(({ item, response: { promptDigest, text, tooLong } }) => ({
          ...{ id: item.id, promptDigest, weight: 1 },
          scores: { accuracy: tooLong ? null : Number(text.includes(item.capital)) },
          detail: { question: item.country, answer: text },
        })),
        warnings: tooLongWarnings(answered),
      };
    },
  });
}

/** Six countries of two continents, as JSON lines. */
export const CAPITALS = [
  ['Ghana', 'Accra', 'Africa'],
  ['Peru', 'Lima', 'South America'],
  ['Kenya', 'Nairobi', 'Africa'],
  ['Chile', 'Santiago', 'South America'],
  ['Egypt', 'Cairo', 'Africa'],
  ['Bolivia', 'Sucre', 'South America'],
]
  .map(([country, capital, continent]) => JSON.stringify({ country, capital, continent }))
  .join('\n');
