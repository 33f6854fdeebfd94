/** The merge graphs against the plain TypeScript of core/algebra. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { moduleGram } from '../../../core/algebra/gram.js';
import { scaleB } from '../../../core/algebra/stack.js';
import { MergeSessions } from '../../../io/model/merge-sessions.js';
import { Runtime } from '../../../io/model/runtime.js';
import { worstDifference } from './support.js';

const graphs = new MergeSessions(new Runtime({ device: 'cpu', threads: 1 }));
afterAll(() => graphs.release());

const value = fc.double({ min: -2, max: 2, noNaN: true });
const floats = (length: number): fc.Arbitrary<Float32Array> =>
  fc.array(value, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));

/** Leaves of one module, of different ranks, with coefficients. */
const modules = fc
  .tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 7 }),
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
  )
  .chain(([rows, width, ranks]) =>
    fc.record({
      leaves: fc.tuple(
        ...ranks.map((rank) =>
          fc.record({
            rank: fc.constant(rank),
            a: floats(rank * width),
            b: floats(rows * rank),
            scaling: fc.double({ min: 0.1, max: 4, noNaN: true }),
          }),
        ),
      ),
      coefficients: fc
        .array(value, { minLength: rows * ranks.length, maxLength: rows * ranks.length })
        .map((values) => Float64Array.from(values)),
    }),
  );

describe('MergeSessions', () => {
  it('gives the Gram matrices of core/algebra to float64 rounding', async () => {
    await fc.assert(
      fc.asyncProperty(modules, async ({ leaves }) => {
        const ours = await graphs.moduleGram(leaves);
        const plain = moduleGram(leaves);
        expect(ours.rows).toBe(plain.rows);
        expect(worstDifference(ours.values, plain.values)).toBeLessThan(1e-9); // entries up to 4·4·2^4·7·25
      }),
      { numRuns: 40 },
    );
  });

  it('leaves the pairs of a leaf that lacks the module at zero', async () => {
    const leaf = (rank: number) => ({
      rank,
      a: Float32Array.from({ length: rank * 3 }, (_, i) => i + 1),
      b: Float32Array.from({ length: 2 * rank }, (_, i) => i + 2),
      scaling: rank,
    });
    for (const leaves of [
      [undefined, leaf(1), leaf(2)],
      [leaf(2), undefined, leaf(1)],
      [leaf(1), undefined],
    ]) {
      expect(await graphs.moduleGram(leaves)).toEqual(moduleGram(leaves)); // whole numbers: exact on both sides
    }
  });

  it('gives the scaled factors of core/algebra to the last place of a float32', async () => {
    await fc.assert(
      fc.asyncProperty(modules, async ({ leaves, coefficients }) => {
        const { values: plain } = scaleB(leaves, coefficients);
        const ours = await graphs.scaleB(leaves, coefficients);
        const relative = Array.from(
          plain,
          (x, place) => Math.abs(x - (ours[place] ?? NaN)) / Math.max(Math.abs(x), 1e-30),
        );
        expect(Math.max(0, ...relative)).toBeLessThan(1.2e-7);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses WebGPU, which has no float64', () => {
    expect(() => new MergeSessions(new Runtime({ device: 'webgpu', threads: 1 }))).toThrow(/float64/);
  });
});
