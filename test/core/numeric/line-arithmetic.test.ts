import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractLines } from '../../../core/algebra/operators/extract.js';
import { plainArithmetic } from '../../../core/numeric/plain-arithmetic.js';
import { bytes, simd } from '../../support/kernel.js';
import { random } from '../../support/lora.js';

/** Numbers of both signs and many magnitudes; every fifth is zero. */
function line(seed: number, length: number): Float64Array {
  const next = random(seed);
  return new Float64Array(length).map((_, i) => ((i + seed) % 5 === 4 ? 0 : next() * 2 ** Math.round(next() * 20)));
}

/** Runs both; what they wrote and gave back must be the same, and what lies behind a line must not be touched. */
function same<Result>(length: number, run: (loops: typeof simd, out: Float64Array) => Result): Result {
  const [ours, plain] = [new Float64Array(length + 1).fill(7), new Float64Array(length + 1).fill(7)];
  const results = [run(simd, ours.subarray(0, length)), run(plainArithmetic, plain.subarray(0, length))] as const;
  expect(Buffer.compare(bytes(ours), bytes(plain))).toBe(0);
  expect(results[0]).toEqual(results[1]);
  expect(ours[length]).toBe(7);
  return results[1];
}

const seed = fc.nat(99_999);
const length = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1000, max: 9000 }));

describe('kernel and plain TypeScript give the same bits', () => {
  it('for sums of weighted products, with one line or two', () => {
    fc.assert(
      fc.property(
        seed,
        length,
        fc.array(fc.tuple(fc.constantFrom(1, 2), fc.boolean()), { maxLength: 5 }),
        (start, count, kinds) => {
          const terms = kinds.map(([times, isSquare], place) => {
            const x = line(start + place, count);
            return { times, x, y: isSquare ? x : line(start - place, count), gram: line(start + 7 * place, count) };
          });
          same(count, (loops, out) => loops.weightedProducts(terms, out));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('for roots that are 0 below their bound, and of squares below zero', () => {
    fc.assert(
      fc.property(
        seed,
        length,
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom(1e-12, 0.5),
        (start, count, parts, share) => {
          const terms = Array.from({ length: parts }, (_, place) => ({
            c: line(start + place, count),
            squares: line(start - place, count),
          }));
          same(count, (loops, out) => {
            loops.boundedRoots(line(start, count), terms, share, out);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('for extractions, with rows without a norm on either side', () => {
    fc.assert(
      fc.property(seed, length, (start, count) => {
        const [right, reference, rightNorms, referenceNorms] = [0, 1, 2, 3].map((place) =>
          line(start + place, count),
        ) as [Float64Array, Float64Array, Float64Array, Float64Array];
        same(count, (loops, out) => {
          loops.runLines(extractLines, [right, reference, rightNorms, referenceNorms], out);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('for edits that are applied, that cancel, and that leave the range of float64', () => {
    fc.assert(
      fc.property(seed, length, fc.constantFrom(0.3, -1, 1e308), (start, count, weight) => {
        const left = line(start, count);
        const edits = [0, 1].map(() =>
          line(start + 1, count).map((value, i) => (i % 3 === 0 ? (left[i] ?? 0) : value)),
        );
        let call = 0;
        const isFinite = same(count, (loops, out) => loops.applyEdit(left, edits[call++] ?? left, weight, 1e-12, out));
        expect(Buffer.compare(...(edits.map(bytes) as [Uint8Array, Uint8Array]))).toBe(0);
        expect(isFinite).toBe(left.every((value, i) => Number.isFinite(value + (edits[0]?.[i] ?? 0))));
      }),
      { numRuns: 60 },
    );
  });

  it('for comparisons of rows', () => {
    fc.assert(
      fc.property(seed, length, (start, count) => {
        const norms = [1, 2].map((place) => line(start + place, count).map(Math.abs));
        const [one = new Float64Array(), other = new Float64Array()] = norms;
        // Every fourth row is opposite.
        const products = line(start, count).map((value, i) => (i % 4 === 0 ? -(one[i] ?? 0) * (other[i] ?? 0) : value));
        const found = same(0, (loops) => loops.compareRows(products, one, other, 1e-12));
        expect(found.compared).toBe(one.filter((norm, i) => norm > 0 && (other[i] ?? 0) > 0).length);
      }),
      { numRuns: 60 },
    );
  });

  it('for rows that are multiplied and put side by side', () => {
    fc.assert(
      fc.property(
        seed,
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
        fc.integer({ min: 0, max: 200 }),
        (start, widths, rows) => {
          const parts = widths.map((width, place) => ({
            b: Float32Array.from(line(start + place, rows * width)),
            width,
            scaling: 2 - place / 3,
            weights: line(start - place, rows),
          }));
          same(rows * widths.reduce((sum, width) => sum + width, 0), (loops, out) => {
            loops.multiplyRows(parts, out);
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});
