import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compressModule,
  type CompressedModule,
  type CompressionTarget,
} from '../../../../core/algebra/operators/compress.js';
import type { LoraFactors } from '../../../../core/algebra/factors.js';
import type { MadeFactors } from '../../../../core/algebra/operators/operator.js';
import { operandFactors } from '../../../../core/algebra/stack.js';
import { denseOf, frobenius, relativeError, type Dense } from '../../../support/dense.js';
import { random, randomFactors } from '../../../support/lora.js';

interface ModuleToCompress {
  readonly leaves: readonly (LoraFactors | undefined)[];
  /** `[leaves, rows]`. */
  readonly coefficients: Float64Array;
}

interface Golden {
  readonly leaves: readonly {
    readonly rank: number;
    readonly scaling: number;
    readonly a: readonly number[];
    readonly b: readonly number[];
  }[];
  readonly coefficients: readonly number[];
  readonly singularValues: readonly number[];
  readonly best: readonly (readonly number[])[];
}

const golden = JSON.parse(readFileSync(new URL('../../../golden/compress.json', import.meta.url), 'utf8')) as Golden; // written by test/golden/compress.py

const goldenModule: ModuleToCompress = {
  leaves: golden.leaves.map(({ a, b, ...rest }) => ({ ...rest, a: Float32Array.from(a), b: Float32Array.from(b) })),
  coefficients: Float64Array.from(golden.coefficients),
};

/** Modules of one to three leaves, taller or wider, some leaf twice or without the module. */
const modules = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    rows: fc.integer({ min: 1, max: 14 }),
    width: fc.integer({ min: 1, max: 14 }),
    ranks: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
    lacking: fc.boolean(),
    twice: fc.boolean(),
  })
  .map(({ seed, rows, width, ranks, lacking, twice }): ModuleToCompress => {
    const own = ranks.map((rank, j) => randomFactors(seed + j, { rows, width, rank, scaling: 1 + j / 2 }));
    const leaves = [...own, ...(twice ? own.slice(0, 1) : []), ...(lacking ? [undefined] : [])];
    return { leaves, coefficients: new Float64Array(leaves.length * rows).map(random(seed + 99)) };
  });

describe('compressModule', () => {
  it.each(golden.best.map((values, place) => ({ rank: place + 1, values })))(
    'gives the best approximation of rank $rank, as numpy has it',
    ({ rank, values }) => {
      const {
        approximation: { norm, errorNorm },
        ...factors
      } = compressed(goldenModule, { kind: 'rank', rank });
      const best = Array.from({ length: 7 }, (_, i) => Float64Array.from(values.slice(i * 9, (i + 1) * 9)));
      expect(factors.rank).toBe(rank);
      expect(relativeError(valueOfMade(factors), best)).toBeLessThan(1e-6);
      expect(norm).toBeCloseTo(normOf(golden.singularValues), 12);
      expect(errorNorm).toBeCloseTo(normOf(golden.singularValues.slice(rank)), 12);
    },
  );

  it('is exact, up to rounding to float32, where the rank suffices', () => {
    fc.assert(
      fc.property(modules, (module) => {
        const {
          approximation: { errorNorm },
          ...factors
        } = compressed(module, { kind: 'rank', rank: 99 });
        expect(errorNorm).toBe(0);
        expect(distance(factors, module)).toBeLessThanOrEqual(1e-6 * frobenius(valueOf(module)));
      }),
    );
  });

  it('says how large its error is, and no other matrix of the rank comes nearer', () => {
    fc.assert(
      fc.property(modules, fc.integer({ min: 1, max: 4 }), fc.integer(), (module, rank, seed) => {
        const {
          approximation: { norm, errorNorm },
          ...factors
        } = compressed(module, { kind: 'rank', rank });
        const found = distance(factors, module);
        expect(Math.abs(found - errorNorm)).toBeLessThanOrEqual(1e-6 * norm);
        expect(norm).toBeCloseTo(frobenius(valueOf(module)), 10);
        const next = random(seed);
        for (const size of [1e-4, 1e-2, 1]) {
          const moved = (values: Float32Array): Float32Array => values.map((value) => value + size * next());
          const competitor = { ...factors, a: moved(factors.a), b: moved(factors.b) };
          expect(distance(competitor, module)).toBeGreaterThanOrEqual(errorNorm - 1e-6 * norm);
        }
      }),
    );
  });

  it('takes the smallest rank that keeps the relative error', () => {
    fc.assert(
      fc.property(modules, fc.double({ min: 0, max: 0.9, noNaN: true }), (module, error) => {
        const {
          approximation: { norm, errorNorm },
          ...factors
        } = compressed(module, { kind: 'error', error });
        expect(errorNorm).toBeLessThanOrEqual(error * norm);
        if (factors.rank > 1) {
          const smaller = compressed(module, { kind: 'rank', rank: factors.rank - 1 });
          expect(smaller.approximation.errorNorm).toBeGreaterThan(error * norm);
        }
      }),
    );
  });

  it('changes nothing more the second time', () => {
    fc.assert(
      fc.property(modules, fc.integer({ min: 1, max: 4 }), (module, rank) => {
        const factors = compressed(module, { kind: 'rank', rank });
        const rows = factors.b.length / factors.rank;
        const once = { leaves: [{ ...factors, scaling: 1 }], coefficients: new Float64Array(rows).fill(1) };
        const again = compressed(once, { kind: 'rank', rank });
        expect(again.approximation.errorNorm).toBe(0);
        expect(distance(again, once)).toBeLessThanOrEqual(1e-6 * frobenius(valueOf(once)));
      }),
    );
  });

  it('splits every singular value evenly, and makes the largest entry of every column of B positive', () => {
    const factors = compressed(goldenModule, { kind: 'rank', rank: 3 });
    for (let k = 0; k < 3; k++) {
      const column = Array.from({ length: 7 }, (_, i) => factors.b[i * 3 + k] ?? NaN);
      expect(normOf(column) ** 2).toBeCloseTo(golden.singularValues[k] ?? NaN, 5);
      expect(normOf([...factors.a.slice(k * 9, (k + 1) * 9)]) ** 2).toBeCloseTo(golden.singularValues[k] ?? NaN, 5);
      expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
    }
  });

  it('has rank 1 with zeros for a module that is zero, also where its leaves cancel', () => {
    const leaf = randomFactors(3, { rows: 6, width: 5, rank: 2 });
    for (const coefficients of [new Float64Array(12), new Float64Array(12).map((_, i) => (i < 6 ? 0.7 : -0.7))]) {
      const result = compressed({ leaves: [leaf, leaf], coefficients }, { kind: 'error', error: 0 });
      expect(result).toEqual({
        rank: 1,
        a: new Float32Array(5),
        b: new Float32Array(6),
        approximation: { norm: 0, errorNorm: 0 },
      });
    }
  });

  it('refuses factors beyond float32', () => {
    const leaf = randomFactors(3, { rows: 6, width: 5, rank: 2 });
    const module = { leaves: [leaf], coefficients: new Float64Array(6).fill(1e80) };
    expect(() => compressed(module, { kind: 'rank', rank: 2 })).toThrow(
      'a factor of the compressed module is too large for float32 [module=model.q]',
    );
  });
});

function compressed({ leaves, coefficients }: ModuleToCompress, target: CompressionTarget): CompressedModule {
  const operand = operandFactors(leaves, coefficients);
  if (operand === undefined) {
    throw new Error('no leaf has the module');
  }
  return compressModule('model.q', operand, target);
}

function valueOfMade(factors: MadeFactors): Dense {
  return denseOf({ ...factors, scaling: 1 });
}

function valueOf({ leaves, coefficients }: ModuleToCompress): Dense {
  const rows = coefficients.length / leaves.length;
  const parts = leaves.flatMap((factors, j) =>
    factors === undefined
      ? []
      : [denseOf(factors).map((row, i) => row.map((value) => value * (coefficients[j * rows + i] ?? NaN)))],
  );
  return (parts[0] ?? []).map((row, i) =>
    row.map((_, k) => parts.reduce((sum, part) => sum + (part[i]?.[k] ?? NaN), 0)),
  );
}

function distance(factors: MadeFactors, module: ModuleToCompress): number {
  const value = valueOf(module);
  return frobenius(valueOfMade(factors).map((row, i) => row.map((entry, k) => entry - (value[i]?.[k] ?? NaN))));
}

function normOf(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
