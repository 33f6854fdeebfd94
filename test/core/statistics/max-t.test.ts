import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepDownMaxT, type MaxTResult } from '../../../core/statistics/max-t.js';
import type { PairFamily } from '../../../core/statistics/pair-family.js';

interface Golden {
  readonly name: string;
  /** 0: all signs. */
  readonly draws: number;
  /** By example, then by candidate. */
  readonly scores: readonly (readonly number[])[];
  readonly pairs: readonly (readonly [number, number])[];
  /** null where multtest has none: a pair without variance. */
  readonly t: readonly (number | null)[];
  readonly pValue: readonly (number | null)[];
  readonly pAdjusted: readonly (number | null)[];
}
// our own golden file; test/golden/max_t.R writes it
const { families } = JSON.parse(readFileSync(new URL('../../golden/max-t.json', import.meta.url), 'utf8')) as {
  readonly families: readonly Golden[];
};

const OPTIONS = { seed: 5, draws: 10_000 };

function familyOf(rows: readonly (readonly number[])[], pairs: PairFamily['pairs']): PairFamily {
  const [first = []] = rows;
  return { scores: first.map((_, candidate) => Float64Array.from(rows, (row) => row[candidate] ?? Number.NaN)), pairs };
}

function allPairs(candidates: number): PairFamily['pairs'] {
  const places = Array.from({ length: candidates }, (_, i) => i);
  return places.flatMap((i) => places.slice(i + 1).map((j) => [i, j] as const));
}

/** A family by the definition: every pair's own differences, every sign by itself. */
function byDefinition({ scores, pairs }: PairFamily): readonly number[] {
  const [first] = scores;
  const n = first?.length ?? 0;
  const differences = pairs.map(([a, b]) =>
    Array.from({ length: n }, (_, i) => (scores[b]?.[i] ?? 0) - (scores[a]?.[i] ?? 0)),
  );
  const tOf = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
    return variance < 1e-20
      ? Math.abs(mean) < 1e-12
        ? 0
        : Number.POSITIVE_INFINITY
      : Math.abs(mean) / Math.sqrt(variance / n);
  };
  const observed = differences.map(tOf);
  const order = observed.map((_, i) => i).sort((a, b) => (observed[b] ?? 0) - (observed[a] ?? 0));
  const counts = observed.map(() => 0);
  for (let signs = 0; signs < 2 ** n; signs++) {
    const flipped = differences.map((values) => tOf(values.map((value, i) => ((signs >> i) & 1 ? value : -value))));
    order.forEach((place, step) => {
      const rest = order.slice(step).map((other) => flipped[other] ?? 0);
      counts[place] = (counts[place] ?? 0) + (Math.max(...rest) >= (observed[place] ?? 0) * (1 - 1e-9) ? 1 : 0);
    });
  }
  let running = 0;
  const adjusted = observed.map(() => 1);
  for (const place of order) {
    running = Math.max(running, (counts[place] ?? 0) / 2 ** n);
    adjusted[place] = running;
  }
  return adjusted;
}

describe('stepDownMaxT', () => {
  it.each(families.filter(({ draws }) => draws === 0))(
    'equals R exactly where it has all signs: $name',
    async (golden) => {
      const result = await stepDownMaxT(familyOf(golden.scores, golden.pairs), OPTIONS);
      expect(result).toMatchObject({ isExact: true, draws: 2 ** golden.scores.length - 1 });
      result.tests.forEach(({ t, pValue, pAdjusted }, i) => {
        const expected = golden.t[i] ?? null;
        expect(t === null).toBe(expected === null);
        expect(t ?? 0).toBeCloseTo(expected ?? 0, 10);
        expect(pValue).toBe(golden.pValue[i] ?? 1);
        expect(pAdjusted).toBe(golden.pAdjusted[i] ?? 1);
      });
    },
  );

  it.each(families.filter(({ draws }) => draws > 0))(
    'equals R but for chance with random signs: $name',
    async (golden) => {
      const result = await stepDownMaxT(familyOf(golden.scores, golden.pairs), { ...OPTIONS, draws: 40_000 });
      expect(result).toMatchObject({ isExact: false, draws: 40_000, floor: 1 / 40_001 });
      result.tests.forEach(({ t, pValue, pAdjusted }, i) => {
        expect(t).toBeCloseTo(golden.t[i] ?? Number.NaN, 10);
        // five standard errors of 40 000 draws
        const near = (p: number): number => 5 * Math.sqrt((p * (1 - p)) / 40_000) + 1 / 40_000;
        expect(Math.abs(pValue - (golden.pValue[i] ?? 1))).toBeLessThan(near(golden.pValue[i] ?? 1));
        expect(Math.abs(pAdjusted - (golden.pAdjusted[i] ?? 1))).toBeLessThan(near(golden.pAdjusted[i] ?? 1));
      });
    },
  );

  it('is what its definition says, sign by sign', async () => {
    const rows = fc.integer({ min: 2, max: 4 }).chain((candidates) =>
      fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: candidates, maxLength: candidates }), {
        minLength: 2,
        maxLength: 6,
      }),
    );
    await fc.assert(
      fc.asyncProperty(rows, async (scores) => {
        const family = familyOf(scores, allPairs(scores[0]?.length ?? 0));
        const { tests } = await stepDownMaxT(family, OPTIONS);
        const expected = byDefinition(family);
        tests.forEach(({ t, pAdjusted }, i) => {
          expect(pAdjusted).toBeCloseTo(t === null ? 1 : (expected[i] ?? Number.NaN), 12);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('has p = 1 where no example differs, and an infinite t where all differ alike', async () => {
    const scores = Array.from({ length: 40 }, (_, i) => [i % 2, i % 2, (i % 2) + 1]);
    const { tests, critical } = await stepDownMaxT(familyOf(scores, allPairs(3)), OPTIONS);
    expect(tests[0]).toEqual({ n: 40, difference: 0, stderr: 0, t: null, pValue: 1, pAdjusted: 1 });
    expect(tests[1]).toMatchObject({ difference: 1, stderr: 0, t: Number.POSITIVE_INFINITY, pAdjusted: 1 / 10_001 });
    expect(critical).toBeLessThan(10);
  });

  it('tests nothing on one example, and on none', async () => {
    const nothing = { stderr: null, t: null, pValue: 1, pAdjusted: 1 };
    const one = await stepDownMaxT(familyOf([[0, 1]], [[0, 1]]), OPTIONS);
    expect(one.tests).toEqual([{ n: 1, difference: 1, ...nothing }]);
    const none = await stepDownMaxT(familyOf([[Number.NaN, 1]], [[0, 1]]), OPTIONS);
    expect(none.tests).toEqual([{ n: 0, difference: 0, ...nothing }]);
  });

  it('counts for every pair the examples that both sides have', async () => {
    const { NaN: none } = Number;
    const rows = Array.from({ length: 10 }, (_, i) => [Math.sin(i), Math.sin(2 * i) + 0.5, Math.cos(3 * i)]);
    const gappy = rows.map((row, i) => (i === 3 ? [row[0] ?? 0, none, row[2] ?? 0] : i === 5 ? [none, none, 1] : row));
    const family = familyOf(gappy, allPairs(3));
    const { tests } = await stepDownMaxT(family, OPTIONS);
    expect(tests.map(({ n }) => n)).toEqual([8, 9, 8]);
    // a pair by itself has the p-value that it has in the family
    for (const [place, pair] of family.pairs.entries()) {
      const alone = await stepDownMaxT({ ...family, pairs: [pair] }, OPTIONS);
      expect(alone.tests[0]?.t).toBeCloseTo(tests[place]?.t ?? Number.NaN, 12);
      const whole = gappy.filter((row) => pair.every((candidate) => !Number.isNaN(row[candidate] ?? none)));
      const own = await stepDownMaxT(familyOf(whole, [pair]), OPTIONS);
      expect(own.tests[0]?.pValue).toBeCloseTo(tests[place]?.pValue ?? Number.NaN, 12);
    }
  });

  it('can find something among 276 pairs with 10,000 draws', async () => {
    const wave = (i: number, candidate: number): number => Math.sin(12.9898 * i + 78.233 * candidate) * 0.3;
    const rows = Array.from({ length: 60 }, (_, i) =>
      Array.from({ length: 24 }, (_unused, candidate) => wave(i, candidate) + (candidate === 7 ? 0.4 : 0)),
    );
    const { tests, floor } = await stepDownMaxT(familyOf(rows, allPairs(24)), OPTIONS);
    expect(tests).toHaveLength(276);
    expect(floor).toBe(1 / 10_001);
    const clear = allPairs(24).filter((_, i) => (tests[i]?.pAdjusted ?? 1) < 0.05);
    expect(clear.length).toBeGreaterThan(15);
    expect(clear.every((pair) => pair.includes(7))).toBe(true);
  });

  it('gives the same numbers for the same seed, others for another, and never a smaller p than that of the pair alone', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => [
      Math.sin(i),
      Math.sin(i) + 0.2 * Math.cos(7 * i),
      Math.cos(5 * i),
    ]);
    const family = familyOf(rows, allPairs(3));
    const ofSeed = (seed: number): Promise<MaxTResult> => stepDownMaxT(family, { seed, draws: 500 });
    expect(await ofSeed(1)).toEqual(await ofSeed(1));
    expect(await ofSeed(1)).not.toEqual(await ofSeed(2));
    for (const { pValue, pAdjusted } of (await ofSeed(1)).tests) {
      expect(pAdjusted).toBeGreaterThanOrEqual(pValue);
    }
  });

  it('covers all differences at once with its critical value', async () => {
    // 400 families of three differences around zero: all three intervals must hold zero in about 95 of 100
    let covered = 0;
    for (let family = 0; family < 400; family++) {
      const noise = (i: number, c: number): number => {
        const x = Math.sin(91.7 * family + 12.9898 * i + 78.233 * c) * 43758.5453;
        return x - Math.floor(x) - 0.5;
      };
      const rows = Array.from({ length: 25 }, (_, i) => [noise(i, 1), noise(i, 2), noise(i, 3)]);
      const { tests, critical } = await stepDownMaxT(familyOf(rows, allPairs(3)), { seed: family, draws: 400 });
      covered += tests.every(({ difference, stderr }) => Math.abs(difference) <= critical * (stderr ?? 0)) ? 1 : 0;
    }
    // four standard deviations of 400 at 0.95
    expect(covered).toBeGreaterThan(380 - 18);
    expect(covered).toBeLessThan(380 + 18);
  });
});
