import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceFrom, normOf, weightDifference } from '../../../core/algebra/difference.js';
import { evaluateFormula } from '../../../core/algebra/evaluate.js';
import { leafOperand } from '../../../core/algebra/leaf.js';
import type { Gram } from '../../../core/algebra/types.js';
import { parseDecimal } from '../../../core/expression/decimal.js';
import type { Decimal } from '../../../core/expression/types.js';
import { armFormula } from '../../../core/study/arms.js';
import { measureGaps, type MeasuredGaps, type OrderGapInput } from '../../../core/study/gap.js';
import { pairAt } from '../../../core/study/pair-squares.js';
import type { OrderGap, StudyOperator } from '../../../core/study/types.js';
import { permutations } from '../../support/permutations.js';
import { gramOf, leaf, randomFactors } from '../../support/lora.js';

interface Golden {
  readonly modules: Readonly<Record<string, readonly [rows: number, width: number]>>;
  readonly adapters: Readonly<
    Record<
      string,
      {
        readonly rank: number;
        readonly scaling: number;
        readonly modules: Readonly<Record<string, { readonly a: readonly number[]; readonly b: readonly number[] }>>;
      }
    >
  >;
  readonly studies: readonly {
    readonly name: string;
    readonly remove: readonly string[];
    readonly settings: readonly (readonly string[])[];
    readonly orders: readonly (readonly number[])[];
    readonly gaps: readonly {
      readonly operator: StudyOperator;
      readonly setting: number;
      readonly distances: readonly number[];
      readonly parts: readonly {
        readonly part: string;
        readonly norms: readonly number[];
        readonly gaps: readonly (readonly number[])[];
      }[];
    }[];
  }[];
}

const golden = JSON.parse(
  await readFile(join(import.meta.dirname, '..', '..', 'golden', 'order-gap.json'), 'utf8'),
) as Golden; // made by order_gap.py beside it

function goldenGram(): Gram {
  const names = Object.keys(golden.adapters);
  const modules = Object.keys(golden.modules).map((path) => [
    path,
    Object.values(golden.adapters).map(({ rank, scaling, modules: own }) => {
      const factors = own[path];
      return factors === undefined
        ? undefined
        : { rank, scaling, a: Float32Array.from(factors.a), b: Float32Array.from(factors.b) };
    }),
  ]);
  return gramOf(Object.fromEntries(modules) as Parameters<typeof gramOf>[0], names);
}

function decimals(texts: readonly string[]): readonly Decimal[] {
  return texts.flatMap((text) => parseDecimal(text) ?? []);
}

function measure(input: Omit<OrderGapInput, 'missing' | 'distinct'> & Partial<OrderGapInput>): MeasuredGaps {
  const steps = measureGaps({ missing: 'pass', distinct: null, ...input });
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) {
      return value;
    }
  }
}

/** Largest |x − y| / |y|, where y is not 0. */
function worst(x: readonly number[], y: readonly number[]): number {
  expect(x).toHaveLength(y.length);
  return Math.max(...x.map((value, at) => Math.abs(value - (y[at] ?? NaN)) / (y[at] === 0 ? 1 : (y[at] ?? NaN))));
}

describe('measureGaps against dense matrices and the published definition', () => {
  it.each(golden.studies.map((study) => [study.name, study] as const))(
    'agrees in every part and pair of "%s"',
    (name, { remove, settings, orders, gaps }) => {
      const { result, tables } = measure({
        gram: goldenGram(),
        expert: leaf('expert'),
        remove: remove.map(leaf),
        orders,
        settings: settings.map((texts) => ({ lambdas: decimals(texts) })),
        operators: ['ext', 'direct', 'order-free', 'extrapolate'],
      });
      // Where orders differ by 1e-7 of themselves, float64 leaves nine digits of the difference.
      const tolerance = name === 'nearly equal' ? 2e-8 : 2e-12;
      expect(result.gaps).toHaveLength(gaps.length);
      for (const [at, expected] of gaps.entries()) {
        const gap = result.gaps[at];
        const table = tables[at];
        expect([gap?.operator, gap?.setting]).toEqual([expected.operator, expected.setting]);
        expect(worst(gap?.distances ?? [], expected.distances)).toBeLessThan(1e-12);
        expect(gap?.parts.map(({ part }) => part)).toEqual(expected.parts.map(({ part }) => part));
        expect(worst(gap?.total.flat() ?? [], expected.parts[0]?.gaps.flat() ?? [])).toBeLessThan(tolerance);
        for (const [p, part] of expected.parts.entries()) {
          expect(worst(gap?.parts[p]?.norms ?? [], part.norms)).toBeLessThan(1e-12);
          const pairs = orders.length * (orders.length - 1) * 0.5;
          for (const [i, row] of part.gaps.entries()) {
            const own = row
              .slice(i + 1)
              .map((_, j) => table?.pairs[p * pairs + pairAt(i, i + 1 + j, orders.length)] ?? NaN);
            expect(worst(own.length === 0 ? [] : own, row.slice(i + 1)), part.part).toBeLessThan(tolerance);
          }
        }
      }
    },
  );

  it('names the pair that is farthest apart, relative to the first of the two', () => {
    const [study] = golden.studies;
    const expected = study?.gaps[0]?.parts[0];
    const { result } = measure({
      gram: goldenGram(),
      expert: leaf('expert'),
      remove: study?.remove.map(leaf) ?? [],
      orders: study?.orders ?? [],
      settings: [{ lambdas: decimals(['1', '1', '1']) }],
      operators: ['ext'],
    });
    const relative = expected?.gaps.map((row, i) => row.map((gap) => gap / (expected.norms[i] ?? NaN))) ?? [];
    const most = Math.max(...relative.flat());
    const [total] = result.gaps[0]?.parts ?? [];
    expect(total?.maxRelative).toBeCloseTo(most, 12);
    expect(relative[total?.maxPair[0] ?? NaN]?.[total?.maxPair[1] ?? NaN]).toBe(most);
    expect(total?.meanRelative).toBeCloseTo(relative.flat().reduce((sum, value) => sum + value, 0) / 30, 12);
  });
});

const NAMES = ['e', 'a', 'b', 'c'];
const ORDERS = permutations([0, 1, 2]);

/** Gaps by evaluating every formula and comparing coefficients: the slow way. */
function expectAsEvaluated(gram: Gram, gap: OrderGap, lambdas: readonly Decimal[]): void {
  const results = ORDERS.map((order) =>
    evaluateFormula(armFormula(gap.operator, { expert: 'e', remove: ['a', 'b', 'c'] }, order, lambdas), gram, leaf),
  );
  const expert = leafOperand(gram, leaf('e'));
  const size = normOf(gram, expert);
  for (const [i, { coefficients }] of results.entries()) {
    expect(gap.parts[0]?.norms[i]).toBeCloseTo(normOf(gram, coefficients), 11);
    expect(Math.abs((gap.distances[i] ?? NaN) - (differenceFrom(gram, expert, coefficients) ?? NaN))).toBeLessThan(
      1e-7,
    );
    for (const [j, other] of results.entries()) {
      const difference = weightDifference(gram, coefficients, other.coefficients).norm;
      // What float64 leaves of a difference by cancelling quadratic forms is the root of its rounding.
      expect(Math.abs((gap.total[i]?.[j] ?? NaN) - difference)).toBeLessThan(
        1e-12 * size + (difference < 1e-6 * size ? 1e-7 * size : 0),
      );
    }
  }
}

describe('measureGaps against the algebra', () => {
  it('agrees for any adapters, some of which lack modules, are faint, or depend on each other', () => {
    const adapter = fc.record({
      rank: fc.integer({ min: 1, max: 4 }),
      size: fc.constantFrom(1, 1, 0.01, 1e-6),
      lacks: fc.constantFrom(-1, -1, 0, 1),
      like: fc.constantFrom(-1, -1, -1, 0, 1),
    });
    fc.assert(
      fc.property(
        fc.nat(9999),
        fc.array(adapter, { minLength: 4, maxLength: 4 }),
        fc.array(fc.constantFrom('0', '0.4', '1', '2'), { minLength: 3, maxLength: 3 }),
        fc.constantFrom<StudyOperator>('ext', 'extrapolate'),
        (seed, adapters, texts, operator) => {
          const moduleOf = (module: number, rows: number): Parameters<typeof gramOf>[0][string] =>
            adapters.map(({ rank, size, lacks, like }, at) => {
              // An adapter "like" an earlier one is a multiple of it.
              const source = like >= 0 && like < at ? like : at;
              const own = adapters[source]?.rank ?? rank;
              return lacks === module && at > 0
                ? undefined
                : randomFactors(seed + 10 * module + source, { rows, width: 5, rank: own, scaling: at > 0 ? size : 1 });
            });
          const gram = gramOf({ 'layers.0.q': moduleOf(0, 90), 'layers.1.q': moduleOf(1, 7) }, NAMES);
          const lambdas = decimals(texts);
          const { result } = measure({
            gram,
            expert: leaf('e'),
            remove: ['a', 'b', 'c'].map(leaf),
            orders: ORDERS,
            settings: [{ lambdas }],
            operators: [operator],
          });
          result.gaps.forEach((gap) => {
            expectAsEvaluated(gram, gap, lambdas);
          });
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it('keeps what the expert never touched, and is exactly 0 where no two anti-experts meet', () => {
    const zero = randomFactors(1, { rows: 6, width: 4, rank: 2, scaling: 0 });
    const one = (seed: number): ReturnType<typeof randomFactors> => randomFactors(seed, { rows: 6, width: 4, rank: 2 });
    const gram = gramOf(
      {
        'layers.0.q': [one(1), one(2), undefined, undefined],
        'layers.1.q': [one(3), undefined, one(4), undefined],
        'layers.2.q': [zero, one(5), one(6), one(7)],
      },
      NAMES,
    );
    const { result } = measure({
      gram,
      expert: leaf('e'),
      remove: ['a', 'b', 'c'].map(leaf),
      orders: ORDERS,
      settings: [{ lambdas: decimals(['1', '1', '1']) }],
      operators: ['ext'],
      distinct: 0,
    });
    expect(result.gaps[0]?.total.flat()).toEqual(Array.from({ length: 36 }, () => 0));
    expect(result.gaps[0]?.representative).toEqual([0, 0, 0, 0, 0, 0]);
    expect(result.gaps[0]?.parts.find(({ part }) => part === 'layer 2')?.norms).toEqual([0, 0, 0, 0, 0, 0]);
    expect(result.gaps[0]?.parts[0]?.maxRelative).toBe(0);
  });

  it('says that direct subtraction is the same in every order', () => {
    const gram = gramOf(
      { 'layers.0.q': NAMES.map((_, at) => randomFactors(at, { rows: 4, width: 4, rank: 2 })) },
      NAMES,
    );
    const { result } = measure({
      gram,
      expert: leaf('e'),
      remove: ['a', 'b', 'c'].map(leaf),
      orders: ORDERS,
      settings: [{ lambdas: decimals(['0.1', '0.2', '0.3']) }],
      operators: ['direct'],
    });
    expect(result).toEqual({ gaps: [], directFold: { orders: 6, maxDifference: 0 } });
  });

  it('refuses what missing: error refuses, an expert that changes nothing, and a norm beyond float64', () => {
    const one = (seed: number): ReturnType<typeof randomFactors> => randomFactors(seed, { rows: 4, width: 4, rank: 2 });
    const study = {
      expert: leaf('e'),
      remove: ['a', 'b', 'c'].map(leaf),
      orders: ORDERS,
      settings: [{ lambdas: decimals(['1', '1', '1']) }],
      operators: ['ext'] as const,
    };
    const partial = gramOf(
      { 'layers.0.q': [one(1), one(2), one(3), one(4)], lone: [undefined, one(5), one(6), one(7)] },
      NAMES,
    );
    expect(() => measure({ ...study, gram: partial, missing: 'error' })).toThrow(/the left one lacks: lone/);
    expect(measure({ ...study, gram: partial }).result.gaps[0]?.parts.map(({ part }) => part)).toEqual([
      'total',
      'layer 0',
      'q',
      'lone',
    ]);
    const zero = gramOf({ q: [{ ...one(1), scaling: 0 }, one(2), one(3), one(4)] }, NAMES);
    expect(() => measure({ ...study, gram: zero })).toThrow(/changes nothing/);
    const settings = [{ lambdas: decimals(['1e300', '1e300', '1']) }];
    expect(() => measure({ ...study, gram: partial, settings })).toThrow(/beyond float64/);
  });
});
