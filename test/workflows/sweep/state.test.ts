import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BestPoint } from '../../../core/sweep/types.js';
import type { PointsOutcome, SweepState } from '../../../core/plan/run-types.js';
import { betterPoint } from '../../../core/sweep/best.js';
import { placesIn, putBack, takeFirst, type Range } from '../../../workflows/sweep/ranges.js';
import { beginning, fromTheFirstBatch, shareOf, withBatch, withOutcome } from '../../../workflows/sweep/state.js';
import { planRef, pointOf } from '../../support/fake-sweep.js';

const places = (ranges: readonly Range[]): number[] =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));

/** Sets of small numbers, as ranges. */
const someRanges = fc
  .uniqueArray(fc.nat(40))
  .map((numbers) => numbers.reduce<readonly Range[]>((ranges, n) => putBack(ranges, [n, n + 1]), []));

const start = beginning({ plan: planRef('plan'), concurrency: 4, startedAt: '2026-01-01T00:00:00.000Z' });

describe('ranges', () => {
  it('stay ascending and apart, and hold what was put into them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40)), (numbers) => {
        const ranges = numbers.reduce<readonly Range[]>((sum, n) => putBack(sum, [n, n + 1]), []);
        expect(places(ranges)).toEqual([...numbers].sort((a, b) => a - b));
        ranges.slice(1).forEach(([from], i) => {
          expect(from).toBeGreaterThan(ranges[i]?.[1] ?? Infinity);
        });
        expect(placesIn(ranges)).toBe(numbers.length);
      }),
    );
  });

  it('are the same again when what was taken is put back', () => {
    fc.assert(
      fc.property(someRanges, fc.integer({ min: 1, max: 9 }), (ranges, most) => {
        const taken = takeFirst(ranges, most);
        if (taken === undefined) {
          expect(ranges).toEqual([]);
          return;
        }
        expect(placesIn([taken.slice])).toBeLessThanOrEqual(most);
        expect(places([taken.slice, ...taken.rest])).toEqual(places(ranges));
        expect(putBack(taken.rest, taken.slice)).toEqual(ranges);
        expect(putBack(ranges, [7, 7])).toEqual(ranges);
      }),
    );
  });
});

describe('the state of a sweep', () => {
  /** What a slice of points gives, every tenth of which fails. */
  const outcomeOf = ([from, to]: Range): PointsOutcome => {
    const indexes = places([[from, to]]);
    const failed = indexes.filter((index) => index % 10 === 9);
    const done = indexes.filter((index) => index % 10 !== 9).map(pointOf);
    return {
      next: to,
      done: done.length,
      reused: 0,
      failures: failed.map((index) => ({ index, values: [], code: 'OVERFLOW', message: 'infinite' })),
      best: done.reduce<BestPoint | null>((best, point) => betterPoint(best, point), null),
    };
  };

  it('comes to the same whatever the slices are and in whatever order they end', () => {
    const points = 2000;
    const opened = withBatch(start, { points, expected: points });
    const handedOut: SweepState = { ...opened, pending: [] };
    const fold = (slices: readonly Range[]): SweepState =>
      slices.reduce((state, slice) => withOutcome(state, slice, outcomeOf(slice)), handedOut);
    const inOrder = fold(places([[0, points]]).map((i): Range => [i, i + 1]));
    expect(inOrder.counts).toEqual({ total: 2000, done: 1800, reused: 0, failed: 200 });
    expect(inOrder.failures.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, i) => 10 * i + 9));
    expect(shareOf(inOrder)).toBe(1);
    const steps = fc.array(fc.record({ size: fc.integer({ min: 1, max: 256 }), key: fc.nat() }), { minLength: 1 });
    fc.assert(
      fc.property(steps, (cycle) => {
        const slices: { readonly slice: Range; readonly key: number }[] = [];
        let { pending } = opened;
        while (pending.length > 0) {
          const { size, key } = cycle[slices.length % cycle.length] ?? { size: 1, key: 0 };
          const { slice, rest } = takeFirst(pending, size) ?? { slice: [0, 0], rest: [] };
          slices.push({ slice, key: (key * 31 + slices.length * 17) % 101 });
          pending = rest;
        }
        slices.sort((a, b) => a.key - b.key);
        expect(fold(slices.map(({ slice }) => slice))).toEqual(inOrder);
      }),
      { numRuns: 30 },
    );
  });

  it('takes back what a slice left, and forgets everything but the lanes and the pause when it begins again', () => {
    const opened = withBatch(start, { points: 10, expected: null });
    const left = withOutcome({ ...opened, pending: [[4, 10]] }, [0, 4], { ...outcomeOf([0, 3]), next: 3 });
    expect(left.pending).toEqual([[3, 10]]);
    expect(shareOf(left)).toBe(0);
    const again = fromTheFirstBatch({ ...left, concurrency: 9, paused: true, batch: 3 }, planRef('other'));
    expect(again).toEqual({ ...start, plan: planRef('other'), concurrency: 9, paused: true });
  });
});
