import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  compareCandidates,
  crowdingDistances,
  dominates,
  nonDominatedFronts,
  paretoFront,
} from '../../../core/sweep/pareto.js';

/** Few different numbers, so that ties and equal candidates are common; a goal without a value is infinite. */
const goal = fc.constantFrom(0, 1, 2, 3, Number.POSITIVE_INFINITY);
const candidate: fc.Arbitrary<Candidate> = fc.record({
  goals: fc.tuple(goal, goal, goal),
  violation: fc.constantFrom(0, 0, 0, 0.5, Number.POSITIVE_INFINITY),
});
const candidates = fc.array(candidate, { maxLength: 30 });

describe('constrained domination', () => {
  it('puts feasible before infeasible, the smaller violation before the larger, and compares goals between equals', () => {
    const at = (violation: number, ...goals: number[]): Candidate => ({ goals, violation });
    expect(dominates(at(0, 9, 9), at(0.1, 0, 0))).toBe(true);
    expect(dominates(at(0.1, 9, 9), at(0.2, 0, 0))).toBe(true);
    expect(dominates(at(0, 1, 2), at(0, 1, 3))).toBe(true);
    expect(dominates(at(0, 1, 2), at(0, 2, 1))).toBe(false);
    expect(dominates(at(0, 1, 2), at(0, 1, 2))).toBe(false);
  });

  it('is a strict order that the total comparison agrees with', () => {
    fc.assert(
      fc.property(candidate, candidate, candidate, (a, b, c) => {
        expect(dominates(a, b) && dominates(b, a)).toBe(false);
        expect(dominates(a, b) && dominates(b, c) && !dominates(a, c)).toBe(false);
        expect(dominates(a, b) && compareCandidates(a, b) >= 0).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('paretoFront', () => {
  it('has exactly the candidates that no other dominates', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const bruteForce = all.flatMap((one, place) => (all.some((other) => dominates(other, one)) ? [] : [place]));
        expect(paretoFront(all)).toEqual(bruteForce);
      }),
      { numRuns: 500 },
    );
  });
});

describe('nonDominatedFronts', () => {
  it('puts every point in one front, dominated by a point of the front before', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const fronts = nonDominatedFronts(all);
        expect(fronts.flat().sort((a, b) => a - b)).toEqual(all.map((_, place) => place));
        fronts.forEach((front, number) => {
          for (const place of front) {
            const dominating = (others: readonly number[]): boolean =>
              others.some((other) => {
                const [one, two] = [all[other], all[place]];
                return one !== undefined && two !== undefined && dominates(one, two);
              });
            expect(dominating(front)).toBe(false);
            expect(number === 0 || dominating(fronts[number - 1] ?? [])).toBe(true);
          }
        });
      }),
    );
  });
});

describe('crowdingDistances', () => {
  it('sums the relative gaps between neighbours; ends are infinitely far', () => {
    const front = [
      [0, 10],
      [1, 6],
      [3, 5],
      [4, 0],
    ].map((goals) => ({ goals, violation: 0 }));
    expect(crowdingDistances(front)).toEqual([
      Number.POSITIVE_INFINITY,
      3 / 4 + 5 / 10,
      3 / 4 + 6 / 10,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('is finite where all are equal except the ends', () => {
    const front = Array.from({ length: 4 }, () => ({ goals: [1, 1], violation: 0 }));
    expect(crowdingDistances(front).filter((distance) => distance === 0)).toHaveLength(2);
  });
});
