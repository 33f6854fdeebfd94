import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { compareEvaluations } from '../../../core/evaluation/compare.js';
import { requireBenchmark } from '../../../core/evaluation/registry.js';
import type { BenchmarkResult, ModelResponse } from '../../../core/evaluation/types.js';
import { Resamples } from '../../../core/statistics/resamples.js';

const benchmark = requireBenchmark('truthfulqa-mc');
const question = (category: string | undefined) => ({
  question: 'Q?',
  mc1_targets: { t: 1, f: 0 },
  mc2_targets: { t: 1, f: 0 },
  ...(category === undefined ? {} : { category }),
});
const lines = (categories: readonly (string | undefined)[]): string =>
  categories.map((category) => JSON.stringify(question(category))).join('\n');
const DATA = lines(['Law', 'Indexical Error: Time', 'Law', 'Indexical Error: Time']);
const BY = { data: 'q.jsonl', by: 'category' };
const sourcesOf = (text: string) => ({ data: { text, name: 'q.jsonl' } });

/** A question is answered rightly where `right` says so. */
function score(
  right: readonly boolean[],
  parameters: Readonly<Record<string, string | number>> = BY,
  text = DATA,
): Promise<BenchmarkResult> {
  const responses = right.map((isRight, id): ModelResponse => ({
    kind: 'choices',
    id: String(id),
    promptDigest: digestOf('prompt'),
    contextTokens: 3,
    choices: (isRight ? [-1, -2] : [-2, -1]).map((logProb) => ({ tokens: [7], logProb, isGreedy: false })),
    tooLong: false,
  }));
  const classify = () => Promise.reject(new Error('no classifier'));
  return benchmark.score({ parameters, sources: sourcesOf(text), responses, classify });
}

describe('metrics of parts of the data', () => {
  it('are there only when they are asked for, and change nothing else', async () => {
    const plain = await score([true, true, false, false], { data: 'q.jsonl' });
    const parted = await score([true, true, false, false]);
    expect(Object.keys(plain)).not.toContain('derived');
    expect(Object.keys(plain.metrics)).toEqual(['mc1', 'mc2']);
    expect(parted.metrics).toMatchObject(plain.metrics);
    expect(benchmark.task(BY)).toEqual(benchmark.task({ data: 'q.jsonl' }));
  });

  it('average over the examples of each part, under names that fit into label.metric', async () => {
    const { metrics, derived } = await score([true, true, false, true]);
    expect(derived?.map(({ name, title }) => [name, title])).toEqual([
      ['mc1.category=indexical-error-time', 'TruthfulQA mc1, Indexical Error: Time'],
      ['mc1.category=law', 'TruthfulQA mc1, Law'],
      ['mc2.category=indexical-error-time', 'TruthfulQA mc2, Indexical Error: Time'],
      ['mc2.category=law', 'TruthfulQA mc2, Law'],
    ]);
    expect(metrics['mc1.category=law']).toMatchObject({ value: 0.5, n: 2 });
    expect(metrics['mc1.category=indexical-error-time']).toMatchObject({ value: 1, n: 2 });
  });

  it('are those that reading the data announces, within the limit', async () => {
    expect(benchmark.derivedMetrics(BY, sourcesOf(DATA))).toEqual((await score([true, true, true, true])).derived);
    const limited = benchmark.derivedMetrics({ ...BY, limit: 1 }, sourcesOf(DATA));
    expect(limited.map(({ name }) => name)).toEqual(['mc1.category=law', 'mc2.category=law']);
    expect(benchmark.derivedMetrics({ data: 'q.jsonl' }, sourcesOf(DATA))).toEqual([]);
  });

  it('have no value where an example of the part is undefined', async () => {
    const responses = [-2000, -1].map((logProb, id): ModelResponse => ({
      kind: 'choices',
      id: String(id),
      promptDigest: digestOf('prompt'),
      contextTokens: 3,
      choices: [logProb, logProb].map((value) => ({ tokens: [7], logProb: value, isGreedy: false })),
      tooLong: false,
    }));
    const { metrics } = await benchmark.score({
      parameters: { ...BY, style: 'harness' },
      sources: sourcesOf(lines(['Law', 'Health'])),
      responses,
      classify: () => Promise.reject(new Error('no classifier')),
    });
    expect([metrics['mc2']?.value, metrics['mc2.category=law']?.value]).toEqual([null, null]);
    expect(metrics['mc2.category=health']?.value).toBeCloseTo(0.5, 12);
  });

  it('are compared over their own examples, which needs no note', async () => {
    const first = await score([true, true, false, false]);
    const second = await score([true, true, true, false]);
    const { metrics, notes } = compareEvaluations({
      first,
      second,
      benchmark,
      label: 'mc',
      resamples: new Resamples({ seed: 0, draws: 50 }),
    });
    const law = metrics.find(({ metric }) => metric === 'mc.mc1.category=law');
    expect(law).toMatchObject({ n: 2, first: 0.5, second: 1, onlySecond: 1 });
    expect(notes.filter((note) => note.includes('left out'))).toEqual([]);
  });

  it.each([
    [['Law', undefined], /q.jsonl, line 2: no category, expected a category in every example/],
    [['Law', ' '], /line 2: no category/],
    [['Law', 'law'], /line 2: the category "law" beside "Law", expected one spelling/],
  ])('refuse %j and say where', (categories, message) => {
    expect(() => benchmark.derivedMetrics(BY, sourcesOf(lines(categories)))).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID', message: expect.stringMatching(message) as string }),
    );
  });
});
