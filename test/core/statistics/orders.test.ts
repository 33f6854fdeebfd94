import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohensG, pairedEffectSize } from '../../../core/statistics/effect-size.js';
import { hashedUnit } from '../../../core/statistics/hashed-unit.js';
import { adjustHolm, adjustHolmWithin } from '../../../core/statistics/holm.js';
import { mantelTest } from '../../../core/statistics/mantel.js';
import { permutationTest } from '../../../core/statistics/permutation.js';
import { averageRanks, spearman } from '../../../core/statistics/rank-correlation.js';

interface OrdersGolden {
  readonly spearman: readonly { first: number[]; second: number[]; rho: number }[];
  readonly mantel: readonly { things: number; first: number[]; second: number[]; rho: number; pValue: number }[];
  readonly omnibus: { scores: number[][]; statistic: number; pValue: number };
}
// our own golden file; test/golden/statistics_orders_golden.py writes it
const golden = JSON.parse(
  readFileSync(new URL('../../golden/statistics_orders.json', import.meta.url), 'utf8'),
) as OrdersGolden;

const DRAWS = { seed: 5, draws: 20_000 };

describe('spearman', () => {
  it('equals scipy, with ties too', () => {
    for (const { first, second, rho } of golden.spearman) {
      expect(spearman(first, second)).toBeCloseTo(rho, 12);
    }
  });

  it('is not defined without spread', () => {
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(spearman([1], [2])).toBeNull();
    expect(spearman([], [])).toBeNull();
  });

  it('sees ranks only', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(numbers, (values) => {
        expect(
          spearman(
            values,
            values.map((x) => x ** 3),
          ),
        ).toBeCloseTo(1, 12);
        expect(
          spearman(
            values,
            values.map((x) => -Math.exp(x / 10)),
          ),
        ).toBeCloseTo(-1, 12);
      }),
    );
  });
});

describe('averageRanks', () => {
  it('lets equal values share the average of their ranks', () => {
    expect([...averageRanks([3, 1, 3, 2, 3])]).toEqual([4, 1, 4, 2, 4]);
  });

  it('sums to n(n + 1)/2', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4)), (values) => {
        const n = values.length;
        expect(averageRanks(values).reduce((sum, rank) => sum + rank, 0)).toBe((n * (n + 1)) / 2);
      }),
    );
  });
});

describe('mantelTest', () => {
  it('equals all permutations in numpy, ties too', () => {
    for (const { things, first, second, rho, pValue } of golden.mantel.filter((test) => test.things <= 7)) {
      const result = mantelTest(first, second, DRAWS);
      expect(result?.correlation).toBeCloseTo(rho, 12);
      expect(result?.pValue).toBeCloseTo(pValue, 12);
      expect([things, result?.exact]).toEqual([things, true]);
    }
  });

  it('draws permutations of more things, near the exact value', () => {
    const [test] = golden.mantel.filter(({ things }) => things === 8);
    const result = mantelTest(test?.first ?? [], test?.second ?? [], DRAWS);
    expect(result?.exact).toBe(false);
    expect(result?.correlation).toBeCloseTo(test?.rho ?? Number.NaN, 12);
    // five standard errors of 20 000 draws at p = 0.15
    expect(Math.abs((result?.pValue ?? 0) - (test?.pValue ?? 1))).toBeLessThan(0.013);
    expect(mantelTest(test?.first ?? [], test?.second ?? [], DRAWS)).toEqual(result);
  });

  it('is not possible with two things or without spread', () => {
    expect(mantelTest([1], [2], DRAWS)).toBeNull();
    expect(mantelTest([], [], DRAWS)).toBeNull();
    expect(mantelTest([1, 1, 1], [1, 2, 3], DRAWS)).toBeNull();
  });

  it('does not depend on how things are numbered', () => {
    const distances = fc.array(fc.nat(9), { minLength: 6, maxLength: 6 });
    const pairs = [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].filter((j) => j > i).map((j) => [i, j] as const));
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    fc.assert(
      fc.property(distances, distances, order, (a, b, numbers) => {
        const renumber = (condensed: readonly number[]): number[] =>
          pairs.map(([i, j]) => {
            const [one = 0, other = 0] = [numbers[i], numbers[j]];
            const place = pairs.findIndex(([k, l]) => k === Math.min(one, other) && l === Math.max(one, other));
            return condensed[place] ?? Number.NaN;
          });
        const [there, back] = [mantelTest(a, b, DRAWS), mantelTest(renumber(a), renumber(b), DRAWS)];
        expect(back?.pValue).toBe(there?.pValue);
      }),
    );
  });
});

describe('the omnibus test', () => {
  it('approaches the exact p-value of all permutations within four examples', () => {
    const { scores, statistic, pValue } = golden.omnibus;
    const result = permutationTest(scores.flat(), 3, DRAWS);
    expect(result.statistic).toBeCloseTo(statistic, 12);
    // five standard errors of 20 000 draws at p = 0.25
    expect(Math.abs(result.pValue - pValue)).toBeLessThan(0.0155);
  });
});

describe('effect sizes', () => {
  it('are mean over sample deviation, and the discordant share minus a half', () => {
    // mean 2, sample variance ((−1)² + 0 + 1²)/2 = 1
    expect(pairedEffectSize([1, 2, 3])).toBe(2);
    expect(pairedEffectSize([-1, -2, -3])).toBe(-2);
    expect(cohensG(1, 3)).toBe(0.25);
    expect(cohensG(4, 0)).toBe(-0.5);
  });

  it('are not defined without spread or discordant examples', () => {
    expect(pairedEffectSize([])).toBeNull();
    expect(pairedEffectSize([1])).toBeNull();
    expect(pairedEffectSize([0.1, 0.1, 0.1])).toBeNull();
    expect(cohensG(0, 0)).toBeNull();
  });
});

describe('adjustHolmWithin', () => {
  it("adjusts every family as if it were alone, in the tests' order", () => {
    const test = fc.record({
      family: fc.constantFrom('a', 'b', 'c'),
      pValue: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(test, { maxLength: 12 }), (tests) => {
        const adjusted = adjustHolmWithin(tests);
        for (const family of ['a', 'b', 'c']) {
          const own = tests.filter((one) => one.family === family).map(({ pValue }) => pValue);
          expect(adjusted.filter((_, place) => tests[place]?.family === family)).toEqual(adjustHolm(own));
        }
      }),
    );
  });
});

describe('hashedUnit', () => {
  it('is uniform: every tenth of the interval within five standard deviations', () => {
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) {
      const tenth = Math.floor(10 * hashedUnit('test', 1, i));
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    for (const count of counts) {
      expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.1 * 0.9));
    }
  });

  it('tells purposes, seeds and names apart', () => {
    const draws = [
      hashedUnit('a', 1, 2),
      hashedUnit('b', 1, 2),
      hashedUnit('a', 12),
      hashedUnit('a', '1', 2),
      hashedUnit('a', 2, 1),
    ];
    expect(new Set(draws).size).toBe(draws.length);
    expect(hashedUnit('a', 1, 2)).toBe(draws[0]);
  });
});
