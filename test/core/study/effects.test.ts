import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/digest.js';
import { compareEvaluations } from '../../../core/evaluation/compare.js';
import type { BenchmarkResult, MetricDefinition } from '../../../core/evaluation/types.js';
import { Resamples } from '../../../core/statistics/resamples.js';
import { type ArmResult, type EvaluatedOrder, orderEffects } from '../../../core/study/effects.js';
import type { StudyOperator } from '../../../core/study/types.js';

type Scores = Readonly<Record<string, number | null>>;
type MetricName = 'mc1' | 'mc2' | 'perplexity' | 'accuracy';

interface StudyGolden {
  readonly mc1: readonly number[][];
  readonly mc2: readonly (number | null)[][];
  readonly weight: readonly number[];
  readonly loss: readonly number[][];
  readonly right: readonly number[][];
  readonly gaps: readonly number[];
  readonly pairs: readonly Readonly<
    Record<MetricName, { difference: number; effectSize: number; pValue?: number; pAdjusted?: number }>
  >[];
  readonly omnibus: Readonly<Record<MetricName, { statistic: number; pValue: number; n: number }>>;
  readonly predictions: Readonly<Record<MetricName, { spearman: number; pValue: number }>>;
}
// our own golden file; test/golden/statistics_orders_golden.py writes it
const golden = (
  JSON.parse(readFileSync(new URL('../../golden/statistics_orders.json', import.meta.url), 'utf8')) as {
    study: StudyGolden;
  }
).study;

function metric(name: string, kind: MetricDefinition['kind']): MetricDefinition {
  return { name, title: name, higherIsBetter: true, kind, unit: 'number' };
}

const TRUTH = { metrics: [metric('mc1', 'accuracy'), metric('mc2', 'mean')] };
const TEXT = { metrics: [metric('perplexity', 'perplexity'), metric('accuracy', 'ratio')] };
const PLACES = { 'truth.mc1': 'mc1', 'truth.mc2': 'mc2', 'text.perplexity': 'perplexity', 'text.accuracy': 'accuracy' };
const METRICS = Object.entries(PLACES) as [string, MetricName][];
const OPTIONS = { seed: 11, draws: 10_000 };

function resultOf(benchmark: string, scores: readonly Scores[], weights: readonly number[] = []): BenchmarkResult {
  const examples = scores.map((score, i) => ({
    id: String(i),
    promptDigest: digestOf(`${benchmark} ${i}`),
    scores: score,
    weight: weights[i] ?? 1,
    detail: {},
  }));
  return { benchmark, resultVersion: 1, metrics: {}, examples, warnings: [] };
}

function goldenResults(arm: number): readonly ArmResult[] {
  const truth = golden.mc1.map((row, i) => ({ mc1: row[arm] ?? null, mc2: golden.mc2[i]?.[arm] ?? null }));
  const text = golden.loss.map((row, i) => ({
    perplexity: row[arm] ?? null,
    accuracy: golden.right[i]?.[arm] ?? null,
  }));
  return [
    { benchmark: TRUTH, label: 'truth', result: resultOf('truthfulqa-mc', truth) },
    { benchmark: TEXT, label: 'text', result: resultOf('perplexity', text, golden.weight) },
  ];
}

function goldenArms(operator: StudyOperator = 'ext', setting = 0): readonly EvaluatedOrder[] {
  return [0, 1, 2, 3].map((order) => ({
    name: `${operator}(${order})@${setting}`,
    operator,
    setting,
    order,
    results: goldenResults(order),
  }));
}

const PAIRS = [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].filter((j) => j > i).map((j) => `${i} ${j}`));
const relativeGap = (_: StudyOperator, __: number, first: number, second: number): number =>
  golden.gaps[PAIRS.indexOf(`${first} ${second}`)] ?? Number.NaN;

const EFFECTS = await orderEffects({ arms: goldenArms(), relativeGap, ...OPTIONS });

/** One accuracy on four examples. */
function simpleArm(order: number, scores: readonly (number | null)[], operator: StudyOperator = 'ext'): EvaluatedOrder {
  const result = resultOf(
    'b',
    scores.map((mc1) => ({ mc1 })),
  );
  const benchmark = { metrics: [metric('mc1', 'accuracy')] };
  return {
    name: `${operator} ${order}`,
    operator,
    setting: 0,
    order,
    results: [{ benchmark, label: 'l', result }],
  };
}

describe('orderEffects', () => {
  it('tests all orders at once as scipy does, with examples that count in every arm', () => {
    const { omnibus } = EFFECTS;
    expect(omnibus.map((test) => test.metric)).toEqual(METRICS.map(([name]) => name));
    for (const [name, place] of METRICS) {
      const test = omnibus.find((one) => one.metric === name);
      const expected = golden.omnibus[place];
      expect(test?.arms).toEqual(['ext(0)@0', 'ext(1)@0', 'ext(2)@0', 'ext(3)@0']);
      expect(test?.n).toBe(expected.n);
      expect(test?.statistic).toBeCloseTo(expected.statistic, 12);
      // both are Monte Carlo: five standard errors of 10 000 draws at p = 0.01
      expect(Math.abs((test?.pValue ?? 1) - expected.pValue)).toBeLessThan(0.005);
      // a family of one
      expect(test?.pAdjusted).toBe(test?.pValue);
    }
  });

  it('compares every two orders as numpy and statsmodels do, Holm over all of them', () => {
    const { pairs } = EFFECTS;
    expect(pairs.map(({ first, second }) => `${first} ${second}`)).toEqual(
      PAIRS.map((pair) => pair.replace(/(\d) (\d)/, 'ext($1)@0 ext($2)@0')),
    );
    pairs.forEach((pair, i) => {
      expect(pair.gap).toBe(golden.gaps[i]);
      for (const [name, place] of METRICS) {
        const expected = golden.pairs[i]?.[place];
        const found = pair.metrics.find((one) => one.metric === name);
        expect(found?.difference).toBeCloseTo(expected?.difference ?? Number.NaN, 10);
        expect(found?.effectSize).toBeCloseTo(expected?.effectSize ?? Number.NaN, 8);
      }
      const [mc1] = pair.metrics;
      expect(mc1?.pValue).toBeCloseTo(golden.pairs[i]?.mc1.pValue ?? Number.NaN, 12);
      expect(mc1?.pAdjusted).toBeCloseTo(golden.pairs[i]?.mc1.pAdjusted ?? Number.NaN, 12);
    });
  });

  it('has the numbers of a plain comparison', () => {
    const { pairs } = EFFECTS;
    const [first, second] = [goldenResults(1), goldenResults(3)].map(([truth]) => truth?.result);
    if (first === undefined || second === undefined) {
      throw new Error('no results');
    }
    const plain = compareEvaluations({
      first,
      second,
      benchmark: TRUTH,
      label: 'truth',
      resamples: new Resamples(OPTIONS),
    });
    const pair = pairs.find((one) => one.first === 'ext(1)@0' && one.second === 'ext(3)@0');
    plain.metrics.forEach((comparison, place) => {
      const found = pair?.metrics[place];
      const own = { pAdjusted: found?.pAdjusted, effectSize: found?.effectSize };
      const floors = found?.floors === undefined ? {} : { floors: found.floors };
      expect({ ...comparison, ...own, ...floors }).toEqual(found);
    });
  });

  it("says how well gaps predict differences: scipy's rank correlation, all permutations of orders", () => {
    const { predictions } = EFFECTS;
    for (const [name, place] of METRICS) {
      const found = predictions.find((one) => one.metric === name);
      expect(found).toMatchObject({ operator: 'ext', setting: 0, pairs: 6 });
      expect(found?.spearman).toBeCloseTo(golden.predictions[place].spearman, 12);
      expect(found?.pValue).toBeCloseTo(golden.predictions[place].pValue, 12);
    }
  });

  it('keeps operators and settings apart, but adjusts over all of them', async () => {
    const arms = [...goldenArms(), ...goldenArms('extrapolate'), ...goldenArms('ext', 1)];
    const { omnibus, pairs, predictions } = await orderEffects({ arms, relativeGap, ...OPTIONS });
    expect([omnibus.length, pairs.length, predictions.length]).toEqual([12, 18, 12]);
    const truth = omnibus.filter((test) => test.metric === 'truth.mc1');
    // three equal p-values p: Holm makes all of them 3p
    for (const test of truth) {
      expect(test.pAdjusted).toBeCloseTo(3 * test.pValue, 12);
    }
    const smallest = golden.pairs[2]?.mc1.pValue ?? Number.NaN;
    // 18 pairs instead of 6: three have the smallest p-value, and the first of them is multiplied by 18
    expect(pairs[2]?.metrics[0]?.pAdjusted).toBeCloseTo(18 * smallest, 12);
  });

  it('corrects the pairs of all operators and settings together by sign flips where asked to', async () => {
    const correction = { method: 'max-t', version: 1, draws: 2000 } as const;
    const alone = await orderEffects({ arms: goldenArms(), relativeGap, ...OPTIONS, correction });
    // a second operator with the scores of the first: every sign that flips a pair flips its double
    const arms = [...goldenArms(), ...goldenArms('extrapolate')];
    const doubled = await orderEffects({ arms, relativeGap, ...OPTIONS, correction });
    expect(doubled.families?.map(({ metric, pairs }) => [metric, pairs])).toEqual(METRICS.map(([name]) => [name, 12]));
    alone.pairs.forEach((pair, i) => {
      pair.metrics.forEach((comparison, j) => {
        expect(comparison.test).toBe('sign-flip');
        const other = doubled.pairs[i]?.metrics[j];
        expect(other?.pValue).toBe(comparison.pValue);
        expect(other?.pAdjusted).toBe(comparison.pAdjusted);
      });
    });
    expect(doubled.pairs[0]).not.toHaveProperty('results');
  });

  it('gives nothing where fewer than two orders of an operator were evaluated', async () => {
    const alone = [goldenArms()[0], goldenArms('extrapolate')[0]].flatMap((arm) => arm ?? []);
    for (const arms of [[], alone]) {
      expect(await orderEffects({ arms, relativeGap, ...OPTIONS })).toEqual({
        ...OPTIONS,
        correction: { method: 'holm', version: 1, draws: OPTIONS.draws },
        families: [],
        omnibus: [],
        pairs: [],
        predictions: [],
      });
    }
  });

  it('does not predict from one pair, and needs a difference for every pair', async () => {
    const two = [simpleArm(0, [1, 0, 1, 0]), simpleArm(1, [1, 1, 1, 1])];
    const both = await orderEffects({ arms: two, relativeGap, ...OPTIONS });
    expect(both.predictions).toEqual([
      { metric: 'l.mc1', operator: 'ext', setting: 0, pairs: 1, spearman: null, pValue: null },
    ]);
    expect(both.pairs[0]?.metrics[0]?.effectSize).toBe(0.5);
    const three = await orderEffects({
      arms: [...two, simpleArm(2, [null, null, null, null])],
      relativeGap,
      ...OPTIONS,
    });
    expect(three.predictions[0]).toMatchObject({ pairs: 1, spearman: null, pValue: null });
    // no example counts in all three
    expect(three.omnibus).toEqual([]);
    expect(three.pairs[1]?.metrics[0]).toMatchObject({ difference: null, test: 'none', effectSize: null });
  });

  it('finds no effect where the orders are equal', async () => {
    const arms = [0, 1, 2].map((order) => simpleArm(order, [1, 0, 1, 0]));
    const { omnibus, pairs, predictions } = await orderEffects({ arms, relativeGap, ...OPTIONS });
    expect(omnibus).toMatchObject([{ statistic: 0, pValue: 1, pAdjusted: 1 }]);
    expect(pairs.map(({ metrics }) => metrics[0]?.difference)).toEqual([0, 0, 0]);
    expect(predictions).toMatchObject([{ pairs: 3, spearman: null, pValue: null }]);
  });

  it('calls back between tests, up to the number it says', async () => {
    const calls: (readonly [number, number])[] = [];
    await orderEffects({
      arms: goldenArms(),
      relativeGap,
      ...OPTIONS,
      draws: 10,
      onTest: (done, total) => void calls.push([done, total]),
    });
    expect(calls).toEqual(Array.from({ length: 10 }, (_, i) => [i + 1, 10]));
  });
});
