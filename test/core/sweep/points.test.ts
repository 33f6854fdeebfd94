import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridPoint, gridSize, sampledPoint, type SampledSearch } from '../../../core/sweep/points.js';
import { SOBOL_DIMENSIONS, sobolPoint } from '../../../core/sweep/sobol.js';
import { freeVariables, unitOf, valueAt } from '../../../core/sweep/variables.js';
import type { SweepVariable } from '../../../core/sweep/types.js';
import { decimal, interval, list } from './fixtures.js';

interface SobolGolden {
  readonly dimensions: number;
  readonly first: readonly (readonly number[])[];
  readonly far: readonly { readonly index: number; readonly point: readonly number[] }[];
}
// our own golden file; test/golden/sobol/sobol_golden.py writes it
const golden = JSON.parse(
  readFileSync(new URL('../../golden/sobol/sobol.json', import.meta.url), 'utf8'),
) as SobolGolden;

const linked: SweepVariable = { kind: 'linked', name: 'c', of: 'a', times: decimal('0.1') };
const sampled: SampledSearch[] = [
  { method: 'random', points: 100, seed: 7 },
  { method: 'sobol', points: 100, seed: 7 },
];

describe('the grid', () => {
  it('runs through the last variable fastest, and links exactly', () => {
    const variables = [list('a', [0.1, 0.2, 3]), linked, list('b', [1, 2])];
    expect(gridSize(variables)).toBe(6);
    expect([0, 1, 2, 5].map((index) => gridPoint(variables, index).values.join(' '))).toEqual([
      '0.1 0.01 1',
      '0.1 0.01 2',
      '0.2 0.02 1',
      '3 0.3 2',
    ]);
  });

  it('is a bijection between indexes and combinations', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lengths, (sizes) => {
        const variables = sizes.map((size, place) =>
          list(
            `v${place}`,
            Array.from({ length: size }, (_, i) => i),
          ),
        );
        const size = gridSize(variables);
        const points = Array.from({ length: size }, (_, index) => gridPoint(variables, index));
        expect(size).toBe(sizes.reduce((product, length) => product * length, 1));
        expect(new Set(points.map(({ values }) => values.join(' '))).size).toBe(size);
        expect(points.map(({ index }) => index)).toEqual(points.map((_, index) => index));
      }),
    );
  });

  it('finds a point of a trillion without making the others', () => {
    const variables = Array.from({ length: 12 }, (_, place) => list(`v${place}`, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(gridSize(variables)).toBe(1e12);
    expect(gridPoint(variables, 987654321012).values.join('')).toBe('987654321012');
  });

  it('refuses an index outside of it, and an interval', () => {
    expect(() => gridPoint([list('a', [1, 2])], 2)).toThrow('the grid has 2 points');
    expect(() => gridPoint([list('a', [1, 2])], -1)).toThrow('the grid has 2 points');
    expect(() => gridSize([interval('a', 0, 1)])).toThrow('a grid needs the values of a as a list');
  });
});

describe('the Sobol sequence', () => {
  it("is scipy's, point for point, in all its dimensions and far out", () => {
    expect(golden.dimensions).toBe(SOBOL_DIMENSIONS);
    golden.first.forEach((point, index) => {
      expect(sobolPoint(index, SOBOL_DIMENSIONS)).toEqual(point);
    });
    for (const { index, point } of golden.far) {
      expect(sobolPoint(index, SOBOL_DIMENSIONS)).toEqual(point);
    }
  });

  it('stays evenly spread under a seeded shift: one of 2^k points in each of 2^k equal intervals', () => {
    for (const seed of [0, 1, 2308]) {
      const points = Array.from({ length: 32 }, (_, index) => sobolPoint(index, SOBOL_DIMENSIONS, seed));
      for (let dimension = 0; dimension < SOBOL_DIMENSIONS; dimension++) {
        expect(new Set(points.map((point) => Math.floor(32 * (point[dimension] ?? 0)))).size).toBe(32);
      }
    }
    expect(sobolPoint(0, 2, 1)).not.toEqual(sobolPoint(0, 2, 2));
  });

  it('says so beyond the dimensions it covers', () => {
    expect(() => sobolPoint(0, 33)).toThrow(expect.objectContaining({ code: 'SPEC_INVALID' }));
  });
});

describe('sampled points', () => {
  const variables = [interval('a', 0.5, 2), interval('b', '0.001', 10, 'log'), linked, list('d', [1, 2, 4])];

  it('are the same for the same seed and index, whatever the number of points', () => {
    for (const search of sampled) {
      const more = { ...search, points: 1000 };
      for (let index = 0; index < search.points; index++) {
        expect(sampledPoint(more, variables, index)).toEqual(sampledPoint(search, variables, index));
      }
      expect(sampledPoint({ ...search, seed: 8 }, variables, 3)).not.toEqual(sampledPoint(search, variables, 3));
    }
  });

  it('keep a variable as it was when random search gets another one', () => {
    const search: SampledSearch = { method: 'random', points: 10, seed: 1 };
    const more = [list('first', [1, 2, 3]), ...variables];
    expect(sampledPoint(search, more, 5).values.slice(1)).toEqual(sampledPoint(search, variables, 5).values);
  });

  it('are within their intervals, have six digits at most, and keep links exact', () => {
    for (const search of sampled) {
      fc.assert(
        fc.property(fc.nat({ max: 100_000 }), (index) => {
          const [a, b, c, d] = sampledPoint(search, variables, index).values;
          expect(Number(a)).toBeGreaterThanOrEqual(0.5);
          expect(Number(a)).toBeLessThanOrEqual(2);
          expect(Number(b)).toBeGreaterThanOrEqual(0.001);
          expect(Number(b)).toBeLessThanOrEqual(10);
          expect((a ?? '').replace('.', '').replace(/^0+/, '').length).toBeLessThanOrEqual(6);
          expect(c).toBe(decimal(`${a ?? ''}e-1`));
          expect(['1', '2', '4']).toContain(d);
        }),
      );
    }
  });

  it('are spread evenly: by value, by decade of a log scale, and over the elements of a list', () => {
    for (const search of sampled) {
      const points = Array.from({ length: 2048 }, (_, index) => sampledPoint(search, variables, index).values);
      const share = (test: (values: readonly string[]) => boolean): number => points.filter(test).length / 2048;
      // five standard deviations of a random share are at most 0.055; of the Sobol sequence it is far less
      expect(Math.abs(share(([a]) => Number(a) < 1.25) - 0.5)).toBeLessThan(0.055);
      expect(Math.abs(share(([, b]) => Number(b) < 0.1) - 0.5)).toBeLessThan(0.055);
      expect(Math.abs(share(([, , , d]) => d === '2') - 1 / 3)).toBeLessThan(0.055);
    }
  });
});

describe('values of variables', () => {
  it('never leave an interval by rounding', () => {
    const [low, high] = freeVariables([interval('a', '0.1234564', '0.5'), interval('b', '0.1', '0.1234566')]);
    if (low === undefined || high === undefined) {
      throw new Error('no variables');
    }
    // rounded to six digits, the ends would be 0.123456 and 0.123457
    expect(valueAt(low, 0)).toBe('0.1234564');
    expect(valueAt(high, 1)).toBe('0.1234566');
    expect(valueAt(high, 0.5)).toBe('0.111728');
  });

  it('come back from the place they stand for', () => {
    const variables = freeVariables([interval('a', 0.5, 2), interval('b', '0.001', 10, 'log'), list('d', [1, 2, 4])]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (unit) => {
        for (const variable of variables) {
          const value = valueAt(variable, unit);
          expect(valueAt(variable, unitOf(variable, value))).toBe(value);
          expect(unitOf(variable, value)).toBeGreaterThanOrEqual(0);
          expect(unitOf(variable, value)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
