import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperator } from '../../../core/algebra/apply-operator.js';
import { weightDifference } from '../../../core/algebra/difference.js';
import { evaluateFormula } from '../../../core/algebra/evaluate.js';
import type { LoraFactors } from '../../../core/algebra/factors.js';
import { leafOperand, zeroCoefficients } from '../../../core/algebra/leaf.js';
import { scaleB, stackA, stackedRank } from '../../../core/algebra/stack.js';
import type { Coefficients, Gram } from '../../../core/algebra/types.js';
import type { Application, Decimal, Formula } from '../../../core/expression/types.js';
import { add, type Dense, denseOf, extract, extSub, frobenius, normOfRow, relativeError } from '../../support/dense.js';
import { gramOf, leaf, randomFactors } from '../../support/lora.js';

const NAMES = ['e', 't', 'x'];
const SHAPE = { rows: 6, width: 10 };

/** Three leaves of different ranks and scalings on a non-square module. */
function leaves(seed: number): [LoraFactors, LoraFactors, LoraFactors] {
  return [
    randomFactors(seed, { ...SHAPE, rank: 3, scaling: 2 }),
    randomFactors(seed + 1, { ...SHAPE, rank: 2, scaling: 0.5 }),
    randomFactors(seed + 2, { ...SHAPE, rank: 4, scaling: 1.25 }),
  ];
}

function operand(gram: Gram, name: string): Coefficients {
  return leafOperand(gram, leaf(name));
}

function step(
  gram: Gram,
  operator: 'direct' | 'extract',
  left: Coefficients,
  right: Coefficients,
  lambda: number,
): Coefficients {
  return applyOperator(gram, { operator, sign: -1, lambda: String(lambda) as Decimal, left, right }).coefficients;
}

/** The dense value of coefficients: Σ_j diag(c_j)·ΔW_j. */
function value(coefficients: Coefficients, byName: Readonly<Record<string, LoraFactors>>, path = 'm'): Dense {
  const values = coefficients.modules.get(path) ?? new Float64Array();
  const rows = SHAPE.rows;
  const parts = NAMES.filter((name) => coefficients.leaves.includes(leaf(name))).map((name) => {
    const place = coefficients.leaves.indexOf(leaf(name));
    const dense = denseOf(byName[name] ?? randomFactors(0, { ...SHAPE, rank: 1 }));
    return dense.map((row, i) => row.map((entry) => entry * (values[place * rows + i] ?? 0)));
  });
  return parts.reduce<Dense>((sum, part) => add(sum, part, 1), parts[0]?.map((row) => row.map(() => 0)) ?? []);
}

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const lambdas = fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10);

describe('applyOperator', () => {
  it('agrees with the published definition on dense matrices, over chains of two steps', () => {
    fc.assert(
      fc.property(seeds, lambdas, lambdas, (seed, first, second) => {
        const [e, t, x] = leaves(seed);
        const gram = gramOf({ m: [e, t, x] }, NAMES);
        const chain = step(
          gram,
          'extract',
          step(gram, 'extract', operand(gram, 'e'), operand(gram, 't'), first),
          operand(gram, 'x'),
          second,
        );
        const dense = extSub(extSub(denseOf(e), denseOf(t), first), denseOf(x), second);
        // float64 on both sides; the oracle's two normalisations lose a few digits where cosines are near -1
        expect(relativeError(value(chain, { e, t, x }), dense)).toBeLessThan(1e-10);
      }),
    );
  });

  it('gives the two-step chain of rank 16 factors to float32 rounding once stacked', () => {
    const shape = { rows: 40, width: 96, rank: 16 };
    const [e, t, x] = [1, 2, 3].map((seed) => randomFactors(seed, { ...shape, scaling: 2 })) as [
      LoraFactors,
      LoraFactors,
      LoraFactors,
    ];
    const gram = gramOf({ m: [e, t, x] }, NAMES);
    const first = step(gram, 'extract', operand(gram, 'e'), operand(gram, 't'), 0.7);
    const chain = step(gram, 'extract', first, operand(gram, 'x'), 1.3);
    const [rank, a] = [stackedRank([e, t, x]), stackA([e, t, x])];
    expect(rank).toBe(48);
    const { values: b } = scaleB([e, t, x], chain.modules.get('m') ?? new Float64Array());
    const written = denseOf({ rank, a, b, scaling: 1 });
    const dense = extSub(extSub(denseOf(e), denseOf(t), 0.7), denseOf(x), 1.3);
    expect(relativeError(written, dense)).toBeLessThan(1.1e-7);
  });

  it('extracts with respect to an explicit reference', () => {
    const [e, t, x] = leaves(7);
    const gram = gramOf({ m: [e, t, x] }, NAMES);
    const application: Application<Coefficients> = {
      operator: 'extract',
      sign: 1,
      lambda: '0.6' as Decimal,
      left: operand(gram, 'e'),
      right: operand(gram, 't'),
      reference: operand(gram, 'x'),
    };
    const { coefficients } = applyOperator(gram, application);
    const dense = add(denseOf(e), extract(denseOf(x), denseOf(t)), 0.6);
    expect(coefficients.leaves).toEqual(NAMES.map(leaf));
    expect(relativeError(value(coefficients, { e, t, x }), dense)).toBeLessThan(1e-12);
  });

  it('leaves the left operand exactly as it is at lambda 0', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom('direct' as const, 'extract' as const), (seed, operator) => {
        const gram = gramOf({ m: leaves(seed) }, NAMES);
        const result = step(gram, operator, operand(gram, 'e'), operand(gram, 't'), 0);
        expect([...(result.modules.get('m') ?? [])]).toEqual([
          ...Array<number>(6).fill(1),
          ...Array<number>(6).fill(0),
        ]);
      }),
    );
  });

  it('is affine in lambda', () => {
    fc.assert(
      fc.property(seeds, lambdas, (seed, lambda) => {
        const gram = gramOf({ m: leaves(seed) }, NAMES);
        const at = (weight: number): Float64Array =>
          step(gram, 'extract', operand(gram, 'e'), operand(gram, 't'), weight).modules.get('m') ?? new Float64Array();
        const [zero, one, here] = [at(0), at(1), at(lambda)];
        here.forEach((coefficient, i) => {
          const line = (zero[i] ?? 0) + lambda * ((one[i] ?? 0) - (zero[i] ?? 0));
          expect(Math.abs(coefficient - line)).toBeLessThan(1e-12 * (1 + Math.abs(line)));
        });
      }),
    );
  });

  it('is homogeneous: scaling all adapters scales the result', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 50 }), (seed, factor) => {
        const all = leaves(seed);
        const scaled = all.map((factors) => ({ ...factors, scaling: factors.scaling * factor }));
        const run = (factors: readonly LoraFactors[]): Float64Array => {
          const gram = gramOf({ m: factors }, NAMES);
          return (
            step(gram, 'extract', operand(gram, 'e'), operand(gram, 't'), 1.5).modules.get('m') ?? new Float64Array()
          );
        };
        const [plain, larger] = [run(all), run(scaled)];
        plain.forEach((coefficient, i) => {
          expect(larger[i]).toBeCloseTo(coefficient, 10);
        });
      }),
    );
  });

  it('subtracts an adapter from itself to exactly nothing', () => {
    const gram = gramOf({ m: leaves(3) }, NAMES);
    const result = step(gram, 'direct', operand(gram, 'e'), operand(gram, 'e'), 1);
    expect(result.leaves).toEqual([leaf('e')]);
    expect([...(result.modules.get('m') ?? [])]).toEqual(Array<number>(6).fill(0));
  });

  it('does not depend on the order of direct subtractions', () => {
    const gram = gramOf({ m: leaves(4) }, NAMES);
    const [e, t, x] = NAMES.map((name) => operand(gram, name)) as [Coefficients, Coefficients, Coefficients];
    const one = step(gram, 'direct', step(gram, 'direct', e, t, 0.4), x, 0.9);
    const other = step(gram, 'direct', step(gram, 'direct', e, x, 0.9), t, 0.4);
    expect(weightDifference(gram, one, other).norm).toBe(0);
  });

  it('depends on the order of extractions by exactly what dense matrices say', () => {
    const [e, t, x] = leaves(5);
    const gram = gramOf({ m: [e, t, x] }, NAMES);
    const chain = (first: string, second: string): Coefficients =>
      step(
        gram,
        'extract',
        step(gram, 'extract', operand(gram, 'e'), operand(gram, first), 1),
        operand(gram, second),
        1,
      );
    const dense = (first: LoraFactors, second: LoraFactors): Dense =>
      extSub(extSub(denseOf(e), denseOf(first), 1), denseOf(second), 1);
    const gap = weightDifference(gram, chain('t', 'x'), chain('x', 't'));
    const expected = frobenius(add(dense(t, x), dense(x, t), -1));
    expect(gap.norm / expected).toBeCloseTo(1, 10);
    expect(gap.relative).toBeCloseTo(expected / frobenius(dense(t, x)), 10);
  });
});

describe('rows where the definition is silent', () => {
  const base = randomFactors(11, { ...SHAPE, rank: 2 });
  const withZeroRow = (factors: LoraFactors, row: number): LoraFactors => ({
    ...factors,
    b: factors.b.map((entry, at) => (Math.floor(at / factors.rank) === row ? 0 : entry)),
  });

  it('keeps the row where the right operand is zero, and counts it', () => {
    const t = withZeroRow(randomFactors(12, { ...SHAPE, rank: 3 }), 2);
    const gram = gramOf({ m: [base, t] }, ['e', 't']);
    const application = { operator: 'extract', sign: -1, lambda: '2' as Decimal } as const;
    const { coefficients, diagnostics } = applyOperator(gram, {
      ...application,
      left: operand(gram, 'e'),
      right: operand(gram, 't'),
    });
    expect([coefficients.modules.get('m')?.[2], coefficients.modules.get('m')?.[8]]).toEqual([1, 0]);
    expect(diagnostics.modules[0]).toMatchObject({ zeroRightRows: 1, zeroLeftRows: 0, oppositeRows: 0 });
  });

  it('leaves untouched what the left operand never touched, and counts it', () => {
    const e = withZeroRow(base, 4);
    const t = randomFactors(12, { ...SHAPE, rank: 3 });
    const gram = gramOf({ m: [e, t] }, ['e', 't']);
    const { coefficients, diagnostics } = applyOperator(gram, {
      operator: 'extract',
      sign: -1,
      lambda: '1' as Decimal,
      left: operand(gram, 'e'),
      right: operand(gram, 't'),
    });
    expect([coefficients.modules.get('m')?.[4], coefficients.modules.get('m')?.[10]]).toEqual([1, 0]);
    expect(diagnostics.modules[0]).toMatchObject({ zeroRightRows: 0, zeroLeftRows: 1 });
  });

  it('extracts all of a row that points the opposite way, and counts it', () => {
    const t = { ...base, b: base.b.map((entry) => -4 * entry) };
    const gram = gramOf({ m: [base, t] }, ['e', 't']);
    const { coefficients, diagnostics } = applyOperator(gram, {
      operator: 'extract',
      sign: -1,
      lambda: '1' as Decimal,
      left: operand(gram, 'e'),
      right: operand(gram, 't'),
    });
    const dense = value(coefficients, { e: base, t });
    expect(relativeError(dense, add(denseOf(base), denseOf(t), -1))).toBeLessThan(1e-12);
    expect(diagnostics.modules[0]).toMatchObject({ oppositeRows: 6, cosineMean: -1 });
  });

  it('takes cancellation noise for zero instead of making a direction of it', () => {
    const t = randomFactors(12, { ...SHAPE, rank: 3 });
    const gram = gramOf({ m: [base, t] }, ['e', 't']);
    const e = operand(gram, 'e');
    const nothing = step(gram, 'direct', step(gram, 'direct', e, e, 0.9), e, 0.1);
    const { coefficients, diagnostics } = applyOperator(gram, {
      operator: 'extract',
      sign: -1,
      lambda: '1' as Decimal,
      left: nothing,
      right: operand(gram, 't'),
    });
    expect(diagnostics.modules[0]).toMatchObject({ zeroLeftRows: 6 });
    expect(normOfRow(Float64Array.from(coefficients.modules.get('m')?.subarray(6) ?? [1]))).toBe(0);
  });

  it('also sees rows that cancel between different leaves', () => {
    const twin = { ...base, scaling: base.scaling / 4, b: base.b.map((entry) => entry * 4) };
    const t = randomFactors(12, { ...SHAPE, rank: 3 });
    const gram = gramOf({ m: [base, twin, t] }, ['e', 't', 'x']);
    const nothing = step(gram, 'direct', operand(gram, 'e'), operand(gram, 't'), 1);
    const result = step(gram, 'extract', nothing, operand(gram, 'x'), 1);
    expect([...(result.modules.get('m')?.subarray(12) ?? [])]).toEqual(Array<number>(6).fill(0));
  });
});

describe('modules that only one side has', () => {
  const [e, t] = leaves(21);
  const gram = gramOf({ both: [e, t], left: [e, undefined], right: [undefined, t] }, ['e', 't']);
  const application = { operator: 'extract', sign: -1, lambda: '1' as Decimal } as const;

  it('passes through what only the left has, leaves alone what only the right has, and reports both', () => {
    const { coefficients, diagnostics } = applyOperator(gram, {
      ...application,
      left: operand(gram, 'e'),
      right: operand(gram, 't'),
    });
    expect([...(coefficients.modules.get('left') ?? [])]).toEqual([
      ...Array<number>(6).fill(1),
      ...Array<number>(6).fill(0),
    ]);
    expect([...(coefficients.modules.get('right') ?? [])]).toEqual(Array<number>(12).fill(0));
    expect(diagnostics.modules.map(({ module, missingIn, rank }) => [module, missingIn, rank])).toEqual([
      ['both', 'none', 5],
      ['left', 'right', 3],
      ['right', 'left', 2],
    ]);
  });

  it('subtracts directly also what only the right has', () => {
    const { coefficients } = applyOperator(gram, {
      ...application,
      operator: 'direct',
      left: operand(gram, 'e'),
      right: operand(gram, 't'),
    });
    expect([...(coefficients.modules.get('right') ?? [])]).toEqual([
      ...Array<number>(6).fill(0),
      ...Array<number>(6).fill(-1),
    ]);
  });

  it('refuses with missing: error, by name', () => {
    const operands = { left: operand(gram, 'e'), right: operand(gram, 't') };
    expect(() => applyOperator(gram, { ...application, ...operands }, { missing: 'error' })).toThrow(
      /the left one lacks: right/,
    );
  });

  it('takes the zero adapter for no operand that lacks modules', () => {
    const operands = { left: zeroCoefficients(), right: operand(gram, 'e') };
    const { coefficients, diagnostics } = applyOperator(
      gram,
      { operator: 'direct', sign: 1, lambda: '2' as Decimal, ...operands },
      { missing: 'error' },
    );
    expect([...new Set(coefficients.modules.get('both'))]).toEqual([2]);
    expect(diagnostics.modules.map(({ missingIn }) => missingIn)).toEqual(['none', 'none']);
  });
});

describe('evaluateFormula', () => {
  it('equals the composition of its steps', () => {
    const gram = gramOf({ m: leaves(31) }, NAMES);
    const adapter = (name: string): Formula => ({ kind: 'adapter', name });
    const ext = (left: Formula, right: Formula, lambda: string): Formula => ({
      kind: 'apply',
      application: { operator: 'extract', sign: -1, lambda: lambda as Decimal, left, right },
    });
    const formula = ext(ext(adapter('e'), adapter('t'), '0.7'), adapter('x'), '1.3');
    const { coefficients, steps } = evaluateFormula(formula, gram, leaf);
    const manual = step(
      gram,
      'extract',
      step(gram, 'extract', operand(gram, 'e'), operand(gram, 't'), 0.7),
      operand(gram, 'x'),
      1.3,
    );
    expect(coefficients).toEqual(manual);
    expect(steps.map(({ application }) => application.lambda)).toEqual(['0.7', '1.3']);
  });
});
