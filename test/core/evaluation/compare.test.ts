import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { compareEvaluations, INTERVAL_NOTE } from '../../../core/evaluation/compare.js';
import { Resamples } from '../../../core/statistics/resamples.js';
import type { BenchmarkResult, MetricDefinition } from '../../../core/evaluation/types.js';

const metric = (kind: MetricDefinition['kind']): MetricDefinition => ({
  name: kind,
  title: kind,
  higherIsBetter: true,
  kind,
  unit: 'number',
});

function result(
  kind: MetricDefinition['kind'],
  scores: readonly (number | null)[],
  weights: readonly number[] = [],
): BenchmarkResult {
  const examples = scores.map((score, i) => ({
    id: String(i),
    promptDigest: digestOf(String(i)),
    scores: { [kind]: score },
    weight: weights[i] ?? 1,
    detail: {},
  }));
  return { benchmark: 'b', resultVersion: 1, metrics: {}, examples, warnings: [] };
}

function compare(kind: MetricDefinition['kind'], first: BenchmarkResult, second: BenchmarkResult) {
  return compareEvaluations({
    benchmark: { metrics: [metric(kind)] },
    label: 'l',
    first,
    second,
    resamples: new Resamples({ seed: 1, draws: 2000 }),
  });
}

describe('compareEvaluations', () => {
  it('compares accuracies by the exact McNemar test, with a bootstrap interval of the difference', () => {
    const first = result('accuracy', [1, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    const second = result('accuracy', [0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const { metrics, notes } = compare('accuracy', first, second);
    expect(metrics).toEqual([
      expect.objectContaining({
        metric: 'l.accuracy',
        n: 10,
        first: 0.3,
        second: 0.9,
        test: 'mcnemar-exact',
        onlyFirst: 1,
        onlySecond: 7,
        // 2·(C(8,0) + C(8,1)) / 2⁸
        pValue: 0.0703125,
        pAdjusted: null,
      }),
    ]);
    expect(metrics[0]?.difference).toBeCloseTo(0.6, 12);
    expect(metrics[0]?.low).toBeLessThan(0.6);
    expect(metrics[0]?.high).toBeGreaterThan(0.6);
    expect(notes).toEqual([INTERVAL_NOTE]);
  });

  it('compares means by the bootstrap, and turns round with its sides', () => {
    const a = result('mean', [0.1, 0.4, 0.2, 0.9]);
    const b = result('mean', [0.2, 0.6, 0.5, 1]);
    const [there] = compare('mean', a, b).metrics;
    const [back] = compare('mean', b, a).metrics;
    expect(there?.test).toBe('bootstrap');
    expect(there?.difference).toBeCloseTo(0.175, 12);
    expect(back?.difference).toBeCloseTo(-0.175, 12);
    expect(back?.low).toBeCloseTo(-(there?.high ?? 0), 12);
    expect(there?.low).toBeGreaterThan(0);
  });

  it('compares perplexities over whole blocks, weighted by tokens', () => {
    const weights = [10, 30, 20];
    const first = result('perplexity', [10, 15, 20], weights);
    const second = result('perplexity', [10, 30, 20], weights);
    const [perplexity] = compare('perplexity', first, second).metrics;
    expect(perplexity?.first).toBeCloseTo(Math.exp(45 / 60), 12);
    expect(perplexity?.second).toBeCloseTo(Math.exp(1), 12);
    expect(perplexity?.low).toBe(0);
    expect(perplexity?.high).toBeGreaterThan(0.5);
  });

  it('leaves out examples without a score on either side, and says so', () => {
    const { metrics, notes } = compare('mean', result('mean', [1, null, 3]), result('mean', [2, 2, null]));
    expect(metrics[0]).toMatchObject({ n: 1, first: 1, second: 2, test: 'none', low: null, pValue: null });
    expect(notes).toContain('l.mean: 2 examples without a score were left out');
  });

  it('leaves out examples that only one side has, and says so', () => {
    const { metrics, notes } = compare('mean', result('mean', [1, 2, 3]), result('mean', [2, 2]));
    expect(metrics[0]?.n).toBe(2);
    expect(notes).toContain('l: 1 examples are on one side only and were left out');
  });

  it('has nothing to say about no examples', () => {
    expect(compare('mean', result('mean', []), result('mean', [])).metrics[0]).toEqual({
      metric: 'l.mean',
      n: 0,
      first: null,
      second: null,
      difference: null,
      low: null,
      high: null,
      test: 'none',
      pValue: null,
      pAdjusted: null,
    });
  });

  it('refuses pairs whose prompts differ, and results of two versions', () => {
    const first = result('mean', [1, 2]);
    const [example] = first.examples;
    const other = {
      ...first,
      examples: example === undefined ? [] : [{ ...example, promptDigest: digestOf('other') }],
    };
    expect(() => compare('mean', first, other)).toThrow(expect.objectContaining({ code: 'VERIFY_FAILED' }));
    expect(() => compare('mean', first, { ...first, resultVersion: 2 })).toThrow(
      expect.objectContaining({ code: 'VERIFY_FAILED' }),
    );
  });
});
