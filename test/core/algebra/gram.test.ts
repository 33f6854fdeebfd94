import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moduleGram, pairCount, pairPlace } from '../../../core/algebra/gram.js';
import { denseOf, dot } from '../../support/dense.js';
import { randomFactors } from '../../support/lora.js';

const size = fc.integer({ min: 1, max: 11 });

describe('moduleGram', () => {
  it('holds the inner products of the dense rows, for any shapes and ranks', () => {
    fc.assert(
      fc.property(
        size,
        size,
        fc.array(size, { minLength: 1, maxLength: 3 }),
        fc.nat(9999),
        (rows, width, ranks, seed) => {
          const leaves = ranks.map((rank, j) => randomFactors(seed + j, { rows, width, rank, scaling: j + 0.5 }));
          const dense = leaves.map(denseOf);
          const { values } = moduleGram(leaves);
          for (let j = 0; j < leaves.length; j++) {
            for (let l = j; l < leaves.length; l++) {
              for (let i = 0; i < rows; i++) {
                const [x = new Float64Array(), y = new Float64Array()] = [dense[j]?.[i], dense[l]?.[i]];
                const bound = 1e-12 * Math.sqrt(dot(x, x) * dot(y, y)) + 1e-14;
                expect(Math.abs((values[pairPlace(j, l, leaves.length) * rows + i] ?? NaN) - dot(x, y))).toBeLessThan(
                  bound,
                );
              }
            }
          }
        },
      ),
    );
  });

  it('has zeros for a leaf that lacks the module', () => {
    const factors = randomFactors(1, { rows: 3, width: 4, rank: 2 });
    const { values } = moduleGram([undefined, factors]);
    expect([...values.subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(values[6]).toBeGreaterThan(0);
  });

  it('refuses leaves of different shapes', () => {
    const leaves = [randomFactors(1, { rows: 3, width: 4, rank: 2 }), randomFactors(1, { rows: 3, width: 5, rank: 2 })];
    expect(() => moduleGram(leaves)).toThrow(/rows of different matrices: \[3, 4\] and \[3, 5\]/);
  });
});

describe('pairPlace', () => {
  it('numbers all pairs once, in order', () => {
    const places = [0, 1, 2, 3].flatMap((j) => [0, 1, 2, 3].slice(j).map((l) => pairPlace(j, l, 4)));
    expect(places).toEqual(Array.from({ length: pairCount(4) }, (_, place) => place));
    expect(pairPlace(3, 1, 4)).toBe(pairPlace(1, 3, 4));
  });
});
