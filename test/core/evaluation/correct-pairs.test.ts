import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { compareEvaluations } from '../../../core/evaluation/compare.js';
import { correctPairs, type ComparedPair } from '../../../core/evaluation/correct-pairs.js';
import { correctionOf } from '../../../core/evaluation/correction.js';
import type { MetricComparison } from '../../../core/evaluation/comparison.js';
import type { BenchmarkResult, MetricDefinition } from '../../../core/evaluation/types.js';
import { adjustHolm } from '../../../core/statistics/holm.js';
import { stepDownMaxT } from '../../../core/statistics/max-t.js';
import { Resamples } from '../../../core/statistics/resamples.js';

const OPTIONS = { seed: 3, draws: 1000 };
const RESAMPLES = new Resamples(OPTIONS);
const MAX_T = { correction: correctionOf('max-t', 1000, 3), seed: 3 };
const HOLM = { correction: correctionOf('holm', 1000, 3), seed: 3 };

const metric = (name: string, kind: MetricDefinition['kind'], unit: MetricDefinition['unit']): MetricDefinition => ({
  ...{ name, title: name, higherIsBetter: true, kind, unit },
});
const ANSWERS = { metrics: [metric('right', 'accuracy', 'share'), metric('length', 'mean', 'number')] };
const TEXT = { metrics: [metric('perplexity', 'perplexity', 'number')] };

type Rows = readonly (readonly [scores: Readonly<Record<string, number | null>>, weight?: number])[];

function result(benchmark: string, rows: Rows): BenchmarkResult {
  const examples = rows.map(([scores, weight = 1], i) => ({
    ...{ id: String(i), promptDigest: digestOf(String(i)), scores, weight, detail: {} },
  }));
  return { benchmark, resultVersion: 1, metrics: {}, examples, warnings: [] };
}

interface Candidate {
  readonly name: string;
  readonly answers: BenchmarkResult;
  readonly text: BenchmarkResult;
}

const wave = (i: number, salt: number): number => Math.sin(12.9898 * i + 78.233 * salt);

/** Forty answers, right with a share that grows with `skill`; twenty blocks of text. */
function candidate(name: string, salt: number, skill: number): Candidate {
  return {
    name,
    answers: result(
      'answers',
      Array.from({ length: 40 }, (_, i) => [
        {
          right: wave(i, 0) + 0.4 * wave(i, salt) + skill > 0.3 ? 1 : 0,
          length: 5 + wave(i, 1) + skill + 0.1 * wave(i, salt),
        },
      ]),
    ),
    text: result(
      'text',
      Array.from({ length: 20 }, (_, i) => [
        { perplexity: (100 + i) * (2 + 0.1 * wave(i, 2) - 0.1 * skill + 0.01 * wave(i, salt)) },
        100 + i,
      ]),
    ),
  };
}

function pairOf(first: Candidate, second: Candidate): ComparedPair<MetricComparison> {
  const results = [
    { label: 'answers', benchmark: ANSWERS, first: first.answers, second: second.answers },
    { label: 'text', benchmark: TEXT, first: first.text, second: second.text },
  ];
  return {
    ...{ first: first.name, second: second.name, results },
    metrics: results.flatMap((one) => compareEvaluations({ ...one, resamples: RESAMPLES }).metrics),
  };
}

const [base, near, far] = [candidate('base', 3, 0), candidate('near', 4, 0), candidate('far', 5, 0.8)];
const PAIRS = [pairOf(base, near), pairOf(base, far), pairOf(near, far)];

describe('correctPairs with max-t', () => {
  it('corrects every metric over all pairs, from the scores of each candidate', async () => {
    const { metrics, families } = await correctPairs(PAIRS, MAX_T);
    expect(families.map(({ metric: name, pairs, n, draws, isExact }) => [name, pairs, n, draws, isExact])).toEqual([
      ['answers.right', 3, 40, 1000, false],
      ['answers.length', 3, 40, 1000, false],
      ['text.perplexity', 3, 20, 1000, false],
    ]);
    const scores = [base, near, far].map(({ answers }) =>
      Float64Array.from(answers.examples, (example) => example.scores['right'] ?? Number.NaN),
    );
    const expected = await stepDownMaxT(
      {
        scores,
        pairs: [
          [0, 1],
          [0, 2],
          [1, 2],
        ],
      },
      OPTIONS,
    );
    metrics.forEach(([right], i) => {
      const { pValue, pAdjusted } = expected.tests[i] ?? {};
      expect(right).toMatchObject({ test: 'sign-flip', pValue, pAdjusted });
      expect(right?.floors).toEqual({ pValue: 1 / 1001, pAdjusted: 1 / 1001 });
    });
    expect(metrics[1]?.[0]?.pAdjusted).toBeLessThan(0.05);
    expect(metrics[0]?.[0]?.pAdjusted).toBeGreaterThan(0.05);
  });

  it('gives intervals around the difference that are wider than those of a pair alone', async () => {
    const { metrics } = await correctPairs(PAIRS, MAX_T);
    for (const comparison of metrics.flatMap((own) => own.slice(0, 2))) {
      const { difference, low, high, simultaneous } = comparison;
      expect(simultaneous?.low).toBeLessThan(difference ?? 0);
      expect(simultaneous?.high).toBeGreaterThan(difference ?? 0);
      expect((simultaneous?.high ?? 0) - (simultaneous?.low ?? 0)).toBeGreaterThan((high ?? 0) - (low ?? 0));
    }
  });

  it('tests a perplexity on the linearised losses of blocks', async () => {
    const { metrics } = await correctPairs(PAIRS, MAX_T);
    const column = ({ text }: Candidate): Float64Array => {
      const total = [base, near, far].flatMap((one) => one.text.examples);
      const weight = total.reduce((sum, example) => sum + example.weight, 0);
      const loss = total.reduce((sum, example) => sum + (example.scores['perplexity'] ?? 0), 0);
      return Float64Array.from(
        text.examples,
        (example) => (example.scores['perplexity'] ?? 0) - (loss / weight) * example.weight,
      );
    };
    const scores = [base, near, far].map(column);
    const expected = await stepDownMaxT(
      {
        scores,
        pairs: [
          [0, 1],
          [0, 2],
          [1, 2],
        ],
      },
      OPTIONS,
    );
    metrics.forEach(([, , perplexity], i) => {
      expect(perplexity?.pAdjusted).toBe(expected.tests[i]?.pAdjusted);
    });
    const [, , { first, second, simultaneous } = { first: 0, second: 0 }] = metrics[1] ?? [];
    // on the scale of the logarithm the interval is symmetric
    const log = (value: number): number => Math.log(((first ?? 0) + value) / (second ?? 0));
    expect(log(simultaneous?.low ?? 0)).toBeCloseTo(-log(simultaneous?.high ?? 0), 10);
  });

  it('names pairs of which no example differs, gives them p = 1 and lets them decide nothing else', async () => {
    const twin = {
      ...base,
      name: 'twin',
      answers: result(
        'answers',
        base.answers.examples.map(({ scores }) => [scores]),
      ),
    };
    const { metrics, families } = await correctPairs([...PAIRS, pairOf(base, twin)], MAX_T);
    const right = metrics[3]?.[0];
    expect(right).toMatchObject({ difference: 0, test: 'sign-flip', pValue: 1, pAdjusted: 1 });
    expect(families.find(({ metric: name }) => name === 'answers.right')?.same).toEqual([['base', 'twin']]);
    // of 40 examples none differs; 1 − (0.05 / 4)^(1/40) of all might
    expect(right?.simultaneous?.high).toBeCloseTo(0.10376, 5);
    // a number has no such bound
    expect(metrics[3]?.[1]?.simultaneous).toBeNull();
    const before = await correctPairs(PAIRS, MAX_T);
    expect(metrics.slice(0, 3).map((own) => own.map(({ pAdjusted }) => pAdjusted))).toEqual(
      before.metrics.map((own) => own.map(({ pAdjusted }) => pAdjusted)),
    );
  });

  it('leaves out what has no test, and says how small p can be with few examples', async () => {
    const few = (count: number): readonly ComparedPair<MetricComparison>[] => {
      const cut = ({ name, answers, text }: Candidate): Candidate => ({
        ...{ name, text },
        answers: { ...answers, examples: answers.examples.slice(0, count) },
      });
      return [pairOf(cut(base), cut(far))];
    };
    const one = await correctPairs(few(1), MAX_T);
    expect(one.metrics[0]?.[0]).toMatchObject({ test: 'none', pValue: null, pAdjusted: null });
    expect(one.families.map(({ metric: name }) => name)).toEqual(['text.perplexity']);
    const five = await correctPairs(few(5), MAX_T);
    expect(five.families[0]).toMatchObject({ n: 5, isExact: true, draws: 31, floor: 1 / 16 });
    expect(five.metrics[0]?.[0]).not.toHaveProperty('floors');
  });
});

describe('correctPairs with holm', () => {
  it("applies Holm's method per metric over all pairs to the p-values that they have", async () => {
    const { metrics, families } = await correctPairs(PAIRS, HOLM);
    for (const place of [0, 1, 2]) {
      const expected = adjustHolm(PAIRS.map((pair) => pair.metrics[place]?.pValue ?? null));
      expect(metrics.map((own) => own[place]?.pAdjusted)).toEqual(expected);
    }
    expect(metrics[0]?.[0]).toMatchObject({ test: 'mcnemar-exact', pValue: PAIRS[0]?.metrics[0]?.pValue });
    expect(metrics[0]?.[0]).not.toHaveProperty('floors');
    const { draws } = HOLM.correction;
    expect(metrics[0]?.[1]?.floors).toEqual({ pValue: 2 / (draws + 1), pAdjusted: 6 / (draws + 1) });
    expect(families.map(({ floor }) => floor)).toEqual([0, 6 / (draws + 1), 6 / (draws + 1)]);
  });

  it('has intervals for all pairs at once by Bonferroni, which are wider than those of a pair alone', () => {
    const compared = { label: 'answers', benchmark: ANSWERS, first: base.answers, second: far.answers };
    const [alone] = compareEvaluations({ ...compared, resamples: RESAMPLES }).metrics;
    const [one] = compareEvaluations({ ...compared, resamples: RESAMPLES, pairs: 1 }).metrics;
    const [many] = compareEvaluations({ ...compared, resamples: RESAMPLES, pairs: 10 }).metrics;
    expect(alone).not.toHaveProperty('simultaneous');
    expect(one?.simultaneous).toEqual({ low: alone?.low, high: alone?.high });
    expect(many?.simultaneous?.low).toBeLessThan(one?.low ?? 0);
    expect(many?.simultaneous?.high).toBeGreaterThan(one?.high ?? 0);
  });

  it('takes so many draws that the smallest adjusted p is a twentieth of 0.05', () => {
    expect(correctionOf('holm', 10_000, 276)).toEqual({ method: 'holm', version: 1, draws: 220_800 });
    expect(correctionOf('holm', 10_000, 5)).toEqual({ method: 'holm', version: 1, draws: 10_000 });
    expect(correctionOf('holm', 10_000, 300_000).draws).toBe(1_000_000);
    expect(correctionOf('max-t', 10_000, 300_000)).toEqual({ method: 'max-t', version: 1, draws: 10_000 });
  });
});
