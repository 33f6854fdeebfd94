import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../core/evaluation/types.js';
import { choosePoint } from '../../../core/sweep/choose.js';
import { type ChooseScores, contendersOf, stabilityOf, type StabilityInput } from '../../../core/sweep/stability.js';
import { constraint, decimal, finish, objective } from './fixtures.js';

const METRICS: StabilityInput['metrics'] = (
  [
    ['mc', 'mc2', 'mean'],
    ['mc', 'mc1', 'accuracy'],
    ['text', 'ppl', 'perplexity'],
  ] as const
).map(([label, name, kind]) => ({
  ...({ name, title: name, higherIsBetter: true, kind, unit: 'number' } satisfies MetricDefinition),
  label,
}));

/** Scores of `mc.mc2`. */
function mc2(values: readonly (number | null)[]): ChooseScores {
  return { mc: values.map((value, i) => ({ id: `q${i}`, scores: { mc2: value }, weight: 1 })) };
}

function text(losses: readonly number[], weights: readonly number[]): ChooseScores {
  return { text: losses.map((ppl, i) => ({ id: `b${i}`, scores: { ppl }, weight: weights[i] ?? 1 })) };
}

function input(contenders: readonly ChooseScores[], more: Partial<StabilityInput> = {}): StabilityInput {
  return {
    objective: objective(['+mc.mc2']),
    metrics: METRICS,
    contenders: contenders.map((scores, index) => ({ index, scores })),
    references: {},
    recommended: 0,
    seed: 1,
    draws: 20_000,
    ...more,
  };
}

/** Share of all nⁿ resamples of n examples for which the test holds. */
function exactShare(n: number, test: (drawn: readonly number[]) => boolean): number {
  let held = 0;
  for (let code = 0; code < n ** n; code++) {
    const drawn = Array.from({ length: n }, (_, place) => Math.floor(code / n ** place) % n);
    held += test(drawn) ? 1 : 0;
  }
  return held / n ** n;
}

const total = (values: readonly number[], drawn: readonly number[]): number =>
  drawn.reduce((sum, example) => sum + (values[example] ?? 0), 0);

/** Five standard errors of 20 000 draws at worst. */
const TOLERANCE = 5 * Math.sqrt(0.25 / 20_000);

describe('stabilityOf', () => {
  it('approaches the share of all resamples', () => {
    const [a, b, c] = [
      [0.9, 0.2, 0.7, 0.4],
      [0.1, 0.6, 0.5, 0.8],
      [0.5, 0.5, 0.5, 0.5],
    ] as const;
    const share = exactShare(4, (drawn) => total(a, drawn) > Math.max(total(b, drawn), total(c, drawn)) - 1e-9);
    const found = stabilityOf(input([mc2(a), mc2(b), mc2(c)]));
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.8);
    expect(Math.abs(found - share)).toBeLessThan(TOLERANCE);
  });

  it('is 1 where the point is best on every example, and 0 for one that never is', () => {
    const contenders = [mc2([0.9, 0.8, 0.7]), mc2([0.5, 0.2, 0.1])];
    expect(stabilityOf(input(contenders))).toBe(1);
    expect(stabilityOf(input(contenders, { recommended: 1 }))).toBe(0);
  });

  it('breaks ties as the choice does: by further goals, then by the smaller index', () => {
    const same = mc2([0.9, 0.8, 0.7]);
    expect(stabilityOf(input([same, same]))).toBe(1);
    expect(stabilityOf(input([same, same], { recommended: 1 }))).toBe(0);
  });

  it('resamples the reference of a constraint with the same examples', () => {
    // mc2 >= 0.5 * expert holds on every example, so on every resample; against the expert's own mean it would not
    const constrained = objective(['+mc.mc2'], [constraint('mc.mc2', '>=', '0.5', 'expert')]);
    const references = { expert: mc2([1, 0.1]) };
    expect(stabilityOf(input([mc2([0.6, 0.06])], { objective: constrained, references }))).toBe(1);
  });

  it('counts resamples in which the point misses a constraint as another recommendation', () => {
    const values = [0.9, 0.1, 0.5];
    const constrained = objective(['+mc.mc2'], [constraint('mc.mc2', '>=', '0.4')]);
    const share = exactShare(3, (drawn) => total(values, drawn) / 3 >= 0.4);
    const found = stabilityOf(input([mc2(values)], { objective: constrained }));
    expect(Math.abs(found - share)).toBeLessThan(TOLERANCE);
  });

  it('weighs blocks of text by their tokens, and leaves out examples without a score', () => {
    const [a, b, weights] = [
      [10, 100, 30],
      [14, 80, 50],
      [10, 50, 20],
    ] as const;
    const share = exactShare(
      3,
      (drawn) => total(a, drawn) / total(weights, drawn) < total(b, drawn) / total(weights, drawn),
    );
    const goals = objective(['-text.ppl']);
    const found = stabilityOf(input([text(a, weights), text(b, weights)], { objective: goals }));
    expect(share).toBeGreaterThan(0.2);
    expect(Math.abs(found - share)).toBeLessThan(TOLERANCE);

    // without q1 the first is always better; where only q1 is drawn it has no value, and the second is recommended
    const gaps = stabilityOf(input([mc2([0.9, null]), mc2([0.1, 0.9])]));
    expect(Math.abs(gaps - 3 / 4)).toBeLessThan(TOLERANCE);
  });

  it('pairs by id, does not depend on the order of contenders, and repeats itself', () => {
    const [a, b] = [mc2([0.9, 0.2, 0.7, 0.4]), mc2([0.1, 0.6, 0.5, 0.8])];
    const share = stabilityOf(input([a, b]));
    expect(stabilityOf(input([a, b]))).toBe(share);
    expect(stabilityOf(input([a, { mc: b['mc']?.toReversed() ?? [] }]))).toBe(share);
    const { contenders } = input([a, b]);
    expect(stabilityOf({ ...input([]), contenders: contenders.toReversed() })).toBe(share);
    expect(stabilityOf(input([a, b], { seed: 2 }))).not.toBe(share);
  });

  it('refuses a recommended point that is not a contender, and a metric without a definition', () => {
    expect(() => stabilityOf(input([mc2([1])], { recommended: 4 }))).toThrow(
      'the recommended point 4 is not a contender',
    );
    expect(() => stabilityOf(input([mc2([1])], { metrics: [] }))).toThrow('no definition of the metric mc.mc2');
  });
});

describe('contendersOf', () => {
  const goals = objective(['+mc.mc2'], [constraint('tox.mean', '<=', '0.5')]);
  const point = (index: number, value: number, toxicity: number | null) =>
    finish({ index, values: [decimal(index)] }, { 'mc.mc2': value, 'tox.mean': toxicity });
  const finished = [
    point(0, 0.5, 0.4),
    point(1, 0.7, 0.5),
    point(2, 0.6, 0.1),
    point(3, 0.9, 0.9), // better, far from feasible
    point(4, 0.8, 0.51), // better, nearly feasible
    point(5, 0.65, 0.51), // nearly feasible but not better
    point(6, 0.9, null),
  ];

  it('are the best feasible points and those that beat the recommended one and are nearly feasible', () => {
    const indexes = (limit: number) => contendersOf(finished, goals, {}, limit).map(({ index }) => index);
    expect(choosePoint(finished, goals, {}).recommended).toBe(1);
    expect(indexes(2)).toEqual([1, 4]);
    expect(indexes(4)).toEqual([1, 2, 3, 4]);
    expect(indexes(50)).toEqual([0, 1, 2, 3, 4]);
  });
});
