import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedRatioBootstrap, quantile, type BootstrapResult } from '../../../core/statistics/bootstrap.js';
import { adjustHolm } from '../../../core/statistics/holm.js';
import { mcnemarExact } from '../../../core/statistics/mcnemar.js';
import { permutationTest } from '../../../core/statistics/permutation.js';
import { seededRandom } from '../../../core/statistics/random.js';
import { Resamples } from '../../../core/statistics/resamples.js';
import { estimateMean, estimateRatio, normalInterval, wilsonInterval } from '../../../core/statistics/summary.js';

interface StatisticsGolden {
  readonly mcnemar: readonly { onlyFirst: number; onlySecond: number; pValue: number }[];
  readonly holm: readonly { pValues: number[]; adjusted: number[] }[];
  readonly mean: { values: number[]; mean: number; stderr: number; normal: [number, number] };
  readonly wilson: readonly { share: number; n: number; interval: [number, number] }[];
  readonly quantile: { sorted: number[]; p: number[]; values: number[] };
  readonly bootstrap: { low: number; high: number; stderr: number };
  readonly ratio: {
    weights: number[];
    first: number[];
    second: number[];
    difference: number;
    low: number;
    high: number;
    stderr: number;
  };
  readonly permutation: { scores: number[][]; statistic: number; pValue: number };
}
// our own golden file; test/golden/statistics_golden.py writes it
const golden = JSON.parse(
  readFileSync(new URL('../../golden/statistics.json', import.meta.url), 'utf8'),
) as StatisticsGolden;

/** Rounding of sums in another order. */
const ROUNDING = 1e-12;
const DRAWS = new Resamples({ seed: 1, draws: 10_000 });

/** Of a mean difference: against zeros, every example with weight 1. */
function pairedBootstrap(differences: readonly number[], resamples: Resamples): BootstrapResult {
  const weights = differences.map(() => 1);
  const zeros = differences.map(() => 0);
  return pairedRatioBootstrap({ numerators: zeros, weights }, { numerators: differences, weights }, (mean) => mean, {
    resamples,
  });
}

describe('mcnemarExact', () => {
  it('equals statsmodels on balanced, one-sided and large tables', () => {
    for (const { onlyFirst, onlySecond, pValue } of golden.mcnemar) {
      // relative, and exactly 0 where statsmodels underflows too
      expect(Math.abs(mcnemarExact(onlyFirst, onlySecond) - pValue)).toBeLessThanOrEqual(1e-9 * pValue);
    }
  });

  it('is 1 where no pair is discordant, and does not underflow to nonsense on thousands of pairs', () => {
    expect(mcnemarExact(0, 0)).toBe(1);
    expect(mcnemarExact(3000, 3000)).toBe(1);
  });

  it('is symmetric and between 0 and 1', () => {
    const count = fc.nat({ max: 400 });
    fc.assert(
      fc.property(count, count, (b, c) => {
        const p = mcnemarExact(b, c);
        expect(p).toBe(mcnemarExact(c, b));
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('adjustHolm', () => {
  it('equals statsmodels', () => {
    for (const { pValues, adjusted } of golden.holm) {
      adjustHolm(pValues).forEach((value, i) => {
        expect(value).toBeCloseTo(adjusted[i] ?? Number.NaN, 12);
      });
    }
  });

  it('leaves impossible tests out of the family', () => {
    expect(adjustHolm([0.01, null, 0.04])).toEqual([0.02, null, 0.04]);
  });

  it('never lowers a p-value and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }), (pValues) => {
        const adjusted = adjustHolm(pValues).map((value) => value ?? Number.NaN);
        pValues.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          pValues.forEach((q, j) => {
            expect(p < q && (adjusted[i] ?? 0) > (adjusted[j] ?? 0)).toBe(false);
          });
        });
      }),
    );
  });
});

describe('estimates of one sample', () => {
  it('equal scipy: mean, standard error with n - 1, normal interval', () => {
    const { value, stderr, n } = estimateMean(golden.mean.values);
    expect(value).toBeCloseTo(golden.mean.mean, 12);
    expect(stderr).toBeCloseTo(golden.mean.stderr, 12);
    expect(n).toBe(40);
    const { low, high } = normalInterval(golden.mean.mean, golden.mean.stderr);
    expect([low, high].every((end, i) => Math.abs(end - (golden.mean.normal[i] ?? 0)) < ROUNDING)).toBe(true);
  });

  it('equal statsmodels: Wilson intervals, also for 0 and for all', () => {
    for (const { share, n, interval } of golden.wilson) {
      const { low, high } = wilsonInterval(share, n);
      expect(low).toBeCloseTo(interval[0], 12);
      expect(high).toBeCloseTo(interval[1], 12);
    }
  });

  it('have no standard error for one example and no value for none', () => {
    expect(estimateMean([0.5])).toEqual({ value: 0.5, stderr: null, n: 1 });
    expect(estimateMean([])).toEqual({ value: null, stderr: null, n: 0 });
    expect(estimateRatio([], [])).toEqual({ value: null, stderr: null, n: 0 });
  });

  it('weigh blocks by their tokens, with the standard error that the bootstrap finds', () => {
    const { first, second, weights, stderr } = golden.ratio;
    expect(estimateRatio([2, 9], [1, 3]).value).toBe(11 / 4);
    const spread = first.map((x, i) => (second[i] ?? 0) - x);
    const ratio = estimateRatio(spread, weights);
    // scipy's is of exp(mean loss): divide by the perplexity to compare; both are approximations, 10 % apart at most
    const perplexity = Math.exp(estimateRatio(first, weights).value ?? Number.NaN);
    expect(Math.abs((ratio.stderr ?? 0) / (stderr / perplexity) - 1)).toBeLessThan(0.1);
  });
});

describe('the paired bootstrap', () => {
  it('has the percentiles of numpy', () => {
    const { sorted, p, values } = golden.quantile;
    p.forEach((share, i) => {
      expect(quantile(sorted, share)).toBeCloseTo(values[i] ?? Number.NaN, 12);
    });
  });

  it("approaches scipy's percentile interval", () => {
    const { low, high, stderr } = golden.bootstrap;
    const result = pairedBootstrap(golden.mean.values, DRAWS);
    // an end of 10 000 draws has a Monte Carlo error of about 0.027 standard errors: allow five of those
    expect(Math.abs(result.low - low)).toBeLessThan(0.14 * stderr);
    expect(Math.abs(result.high - high)).toBeLessThan(0.14 * stderr);
  });

  it("approaches scipy's interval of a difference of perplexities over whole blocks", () => {
    const { first, second, weights, low, high, stderr } = golden.ratio;
    const result = pairedRatioBootstrap({ numerators: first, weights }, { numerators: second, weights }, Math.exp, {
      resamples: DRAWS,
    });
    expect(Math.abs(result.low - low)).toBeLessThan(0.14 * stderr);
    expect(Math.abs(result.high - high)).toBeLessThan(0.14 * stderr);
  });

  it('gives the same numbers for the same seed and others for another', () => {
    const ofSeed = (seed: number): BootstrapResult =>
      pairedBootstrap(golden.mean.values, new Resamples({ seed, draws: 10_000 }));
    expect(ofSeed(1)).toEqual(ofSeed(1));
    expect(ofSeed(1)).not.toEqual(ofSeed(2));
  });

  it('finds no difference between equal samples', () => {
    expect(pairedBootstrap([0, 0, 0, 0], DRAWS)).toEqual({ low: 0, high: 0, pValue: 1 });
  });

  it('contains the mean, mirrors with the sign, and has a p-value between 0 and 1', () => {
    const sample = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(sample, fc.integer(), (values, seed) => {
        const resamples = new Resamples({ seed, draws: 400 });
        const { low, high, pValue } = pairedBootstrap(values, resamples);
        const centre = estimateMean(values).value ?? Number.NaN;
        expect(low - 1e-9).toBeLessThanOrEqual(centre);
        expect(high + 1e-9).toBeGreaterThanOrEqual(centre);
        expect(pValue).toBeGreaterThan(0);
        expect(pValue).toBeLessThanOrEqual(1);
        const mirrored = pairedBootstrap(
          values.map((value) => -value),
          resamples,
        );
        expect(mirrored.low).toBeCloseTo(-high, 9);
        expect(mirrored.pValue).toBeCloseTo(pValue, 12);
      }),
      { numRuns: 50 },
    );
  });
});

describe('resamples that comparisons share', () => {
  const DRAW_COUNT = 500;

  /** As each comparison would draw them for itself. */
  function ownSums(values: Float64Array, seed: number): Float64Array {
    const random = seededRandom(seed);
    return Float64Array.from({ length: DRAW_COUNT }, () => {
      let sum = 0;
      for (let i = 0; i < values.length; i++) {
        sum += values[random.below(values.length)] ?? 0;
      }
      return sum;
    });
  }

  it('are bit for bit those that each would draw for itself, whatever is kept of them', () => {
    const samples = fc.array(fc.float64Array({ minLength: 1, maxLength: 40, noNaN: true }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(samples, fc.integer(), fc.constantFrom(0, 20 * DRAW_COUNT, 100 * DRAW_COUNT), (all, seed, kept) => {
        const resamples = new Resamples({ seed, draws: DRAW_COUNT }, kept);
        for (const values of [...all, ...all]) {
          expect(resamples.sums(values)).toEqual(ownSums(values, seed));
          expect(resamples.rememberedSums(values)).toEqual(ownSums(values, seed));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are summed once for the same values, and what is remembered is never written to', () => {
    const resamples = new Resamples({ seed: 3, draws: DRAW_COUNT });
    const values = Float64Array.of(0.1, 0.2, 0.4);
    const first = resamples.rememberedSums(values);
    expect(resamples.rememberedSums(Float64Array.from(values))).toBe(first);
    expect(resamples.rememberedSums(Float64Array.of(0.1, 0.2, 0.5))).not.toBe(first);
    const ratios = pairedRatioBootstrap(
      { numerators: values, weights: [1, 2, 3] },
      { numerators: [3, 2, 1], weights: [1, 2, 3] },
      Math.exp,
      { resamples },
    );
    expect(ratios.low).toBeLessThan(ratios.high);
    expect(resamples.rememberedSums(values)).toEqual(ownSums(values, 3));
  });
});

describe('permutationTest', () => {
  it("equals scipy's test with permutations within examples", () => {
    const { scores, statistic, pValue } = golden.permutation;
    const result = permutationTest(scores.flat(), 3, { seed: 7, draws: 20_000 });
    expect(result.statistic).toBeCloseTo(statistic, 12);
    // both are Monte Carlo: three standard errors of 20 000 draws at p = 0.005 are 0.0015
    expect(Math.abs(result.pValue - pValue)).toBeLessThan(0.0016);
  });

  it('gives 1 where all treatments score the same', () => {
    expect(permutationTest([1, 1, 0, 0, 0.3, 0.3], 2, { seed: 1, draws: 200 }).pValue).toBe(1);
  });

  it('does not change its input', () => {
    const scores = Float64Array.of(1, 2, 3, 4);
    permutationTest(scores, 2, { seed: 1, draws: 10 });
    expect([...scores]).toEqual([1, 2, 3, 4]);
  });
});

describe('seededRandom', () => {
  it('is uniform enough: every value of a die within five standard deviations', () => {
    const random = seededRandom(42);
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < 60_000; i++) {
      const face = random.below(6);
      counts[face] = (counts[face] ?? 0) + 1;
    }
    for (const count of counts) {
      expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(60_000 * (1 / 6) * (5 / 6)));
    }
  });

  it('gives unrelated sequences for neighbouring seeds', () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 8 }, () => random.below(1000));
    };
    expect(draw(1)).toEqual(draw(1));
    const shared = draw(1).filter((value, i) => draw(2)[i] === value);
    expect(shared.length).toBeLessThan(2);
  });
});
