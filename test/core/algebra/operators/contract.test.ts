/** What every operator keeps to. An operator is tested by being in the registry and having an oracle beside this file. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperator } from '../../../../core/algebra/apply-operator.js';
import { evaluateFormula } from '../../../../core/algebra/evaluate.js';
import type { LoraFactors } from '../../../../core/algebra/factors.js';
import { leafOperand } from '../../../../core/algebra/leaf.js';
import type { RowOperatorName, StudyOperatorName } from '../../../../core/algebra/operators/names.js';
import type { RowsInput } from '../../../../core/algebra/operators/operator.js';
import {
  FACTOR_OPERATORS,
  factorOperator,
  REMOVALS,
  ROW_OPERATORS,
} from '../../../../core/algebra/operators/registry.js';
import { ModuleRows } from '../../../../core/algebra/row-norms.js';
import type { Coefficients, Gram } from '../../../../core/algebra/types.js';
import { rowForms } from '../../../../core/expression/grammar.js';
import { printFormula } from '../../../../core/expression/print.js';
import { readFormula } from '../../../../core/expression/resolve.js';
import type { Decimal } from '../../../../core/expression/types.js';
import type { Slot } from '../../../../core/numeric/row-slots.js';
import { armFormula } from '../../../../core/study/arms.js';
import { add, type Dense, denseOf, frobenius, normOfRow } from '../../../support/dense.js';
import { gramOf, leaf, randomFactors } from '../../../support/lora.js';
import { FACTOR_ORACLES, ROW_ORACLES } from './oracles.js';

const NAMES = ['x', 'y', 'z'] as const;
const SHAPE = { rows: 7, width: 10 };

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const halves = fc.integer({ min: 1, max: 6 }).map((count) => String(count / 2) as Decimal);

/** Three leaves; another row of each is zero. */
function leavesOf(seed: number): [LoraFactors, LoraFactors, LoraFactors] {
  const [x, y, z] = [3, 2, 4].map((rank, place) => {
    const factors = randomFactors(seed + place, { ...SHAPE, rank, scaling: 1 + place / 2 });
    factors.b.fill(0, place * rank, (place + 1) * rank);
    return factors;
  }) as [LoraFactors, LoraFactors, LoraFactors];
  return [x, y, z];
}

function valueOf({ leaves, modules }: Coefficients, factors: readonly LoraFactors[]): Dense {
  const coefficients = modules.get('m') ?? new Float64Array();
  return leaves.reduce<Dense>(
    (sum, digest, place) => {
      const dense = denseOf(factors[NAMES.findIndex((name) => leaf(name) === digest)] ?? factors[0] ?? none());
      const part = dense.map((row, i) => row.map((entry) => entry * (coefficients[place * SHAPE.rows + i] ?? 0)));
      return add(sum, part, 1);
    },
    Array.from({ length: SHAPE.rows }, () => new Float64Array(SHAPE.width)),
  );
}

function none(): never {
  throw new Error('there are three leaves');
}

function distance(one: Dense, other: Dense): number {
  return frobenius(add(one, other, -1)) / Math.max(1, frobenius(other));
}

describe.each(Object.keys(ROW_OPERATORS) as RowOperatorName[])('operator of rows %s', (name) => {
  const operator = ROW_OPERATORS[name];
  const oracle = ROW_ORACLES[name];

  it.each(['left operand', 'explicit reference'])('is what its oracle says, with respect to the %s', (kind) => {
    fc.assert(
      fc.property(seeds, halves, fc.constantFrom(1, -1), (seed, lambda, sign) => {
        const factors = leavesOf(seed);
        const gram = gramOf({ m: factors }, NAMES);
        const [x, y, z] = NAMES.map((one) => leafOperand(gram, leaf(one)));
        const [left, right, third] = factors.map(denseOf);
        if (!x || !y || !z || !left || !right || !third) {
          return none();
        }
        const isExplicit = kind === 'explicit reference';
        const { coefficients } = applyOperator(gram, {
          ...{ operator: name, sign, lambda, left: x, right: y },
          ...(isExplicit ? { reference: z } : {}),
        });
        const expected = add(left, oracle(right, isExplicit ? third : left), sign * Number(lambda));
        expect(distance(valueOf(coefficients, factors), expected)).toBeLessThan(1e-9);
      }),
    );
  });

  it('gives finite numbers of its own, the same each time, and leaves what it is given as it is', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const gram = gramOf({ m: leavesOf(seed) }, NAMES);
        const input = inputOf(gram, [0, 1, 0], [1, 0, 0.5]);
        const before = structuredClone([input.right, input.reference, input.rightNorms(), input.referenceNorms()]);
        const [first, second] = [operator.rows(input), operator.rows(input)];
        expect(first.every(Number.isFinite)).toBe(true);
        expect(first).toHaveLength(input.right.length);
        expect(second).toEqual(first);
        expect([input.right, input.reference]).not.toContain(first);
        expect([input.right, input.reference, input.rightNorms(), input.referenceNorms()]).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });

  it('makes nothing of nothing', () => {
    const gram = gramOf({ m: leavesOf(5) }, NAMES);
    expect(operator.rows(inputOf(gram, [0, 0, 0], [1, 0, 0])).every((value) => value === 0)).toBe(true);
  });

  it(`edits ${operator.editsReferenceOnly ? 'no row' : 'rows, too,'} where the reference is zero, as editsReferenceOnly says`, () => {
    const gram = gramOf({ m: leavesOf(5) }, NAMES);
    const edit = operator.rows(inputOf(gram, [0, 1, 0], [0, 0, 0]));
    expect(edit.every((value) => value === 0)).toBe(operator.editsReferenceOnly);
  });

  it('is printed as it is read', () => {
    const forms = operator.spelling === undefined ? ['x'] : rowForms(operator.spelling).split(' or ');
    for (const form of forms) {
      const { formula, problems } = readFormula(`x ⊖ 0.5·${form}`, { adapters: new Set(NAMES) });
      expect(problems).toEqual([]);
      expect(formula && printFormula(formula)).toBe(`x ⊖ 0.5·${form}`);
      expect(formula?.kind === 'apply' && formula.application.operator).toBe(name);
    }
  });
});

/** One module as {@link applyOperator} shows it to operators; right and reference by leaf, the same in all rows. */
function inputOf(gram: Gram, right: readonly number[], reference: readonly number[]): RowsInput {
  const module = new ModuleRows(gram, 'm', gram.leaves);
  const [y, z] = [right, reference].map((factors) =>
    Float64Array.from({ length: factors.length * module.rows }, (_, at) => factors[Math.floor(at / module.rows)] ?? 0),
  ) as [Float64Array, Float64Array];
  return {
    right: y,
    reference: z,
    rightNorms: () => module.norms(y),
    referenceNorms: () => module.norms(z),
    products: () => module.products(z, y),
  };
}

describe.each(Object.keys(REMOVALS) as StudyOperatorName[])('removal %s', (name) => {
  const { form, order } = REMOVALS[name];
  const study = { expert: 'x', remove: ['y', 'z'] };

  /** One removal on dense matrices; a row of rounding noise counts as zero, or the next removal would take its direction. */
  function removed(x: Dense, y: Dense, lambda: number, expert: Dense): Dense {
    const result =
      form.kind === 'blend'
        ? add(add(x, x, lambda / 2), y, -lambda / 2)
        : add(x, ROW_ORACLES[form.operator](y, form.reference === 'expert' ? expert : x), -lambda);
    return result.map((row) => (normOfRow(row) < 1e-12 ? row.map(() => 0) : row));
  }

  it('is a formula with the value that its form says, in every order', () => {
    fc.assert(
      fc.property(seeds, halves, halves, (seed, first, second) => {
        const factors = leavesOf(seed);
        const gram = gramOf({ m: factors }, NAMES);
        const dense = factors.map(denseOf) as [Dense, Dense, Dense];
        const lambdas = [first, second];
        const [forward, backward] = [
          [0, 1],
          [1, 0],
        ].map((permutation) => {
          const { coefficients } = evaluateFormula(armFormula(name, study, permutation, lambdas), gram, leaf);
          const expected = permutation.reduce<Dense>(
            (x, place) => removed(x, dense[place + 1] ?? none(), Number(lambdas[place]), dense[0]),
            dense[0],
          );
          expect(distance(valueOf(coefficients, factors), expected)).toBeLessThan(1e-9);
          return expected;
        }) as [Dense, Dense];
        expect(distance(forward, backward) > 1e-9).toBe(order.matters);
      }),
    );
  });

  it.runIf(order.matters)('is the same on rows in slots', () => {
    fc.assert(
      fc.property(seeds, halves, (seed, lambda) => {
        const [x, y] = leavesOf(seed).map(denseOf) as [Dense, Dense, Dense];
        const [from, other, to] = [slotOf(x), slotOf(y), slotOf(y)];
        const half = Number(lambda) / 2;
        if (order.matters) {
          order.step.plain(from, other, to, { half, scale: 1 + half }, 1e-12);
        }
        const rows = x.map((_, i) => to.vectors.slice(i * SHAPE.width, (i + 1) * SHAPE.width));
        expect(distance(rows, removed(x, y, Number(lambda), x))).toBeLessThan(1e-9);
      }),
    );
  });
});

function slotOf(dense: Dense): Slot {
  const norms = Float64Array.from(dense, normOfRow);
  return { vectors: Float64Array.from(dense.flatMap((row) => [...row])), norms, bounds: norms.slice() };
}

describe('operators of factors', () => {
  it.each(
    Object.entries(FACTOR_ORACLES).flatMap(([name, oracle]) =>
      oracle.options.map((one) => [name, one, oracle] as const),
    ),
  )('%s with %o makes what its oracle says, the same bytes each time', (name, options, oracle) => {
    const { call, factors } = factorOperator(name);
    fc.assert(
      fc.property(seeds, (seed) => {
        const count = Math.max(call.operands.least, Math.min(2, call.operands.most));
        const leaves = leavesOf(seed).slice(0, count);
        const input = {
          path: 'm',
          outFeatures: SHAPE.rows,
          inFeatures: SHAPE.width,
          operands: leaves.map(({ rank, a, b, scaling }) => ({
            rank,
            a,
            b: Float64Array.from(b, (value) => value * scaling),
          })),
          options,
        };
        const before = structuredClone(input);
        const [made, again] = [factors(input), factors(input)];
        expect(again).toEqual(made);
        expect(input).toEqual(before);
        const value = made === undefined ? emptyValue() : denseOf({ ...made, scaling: 1 });
        oracle.check(leaves.map(denseOf), options, { value, rank: made?.rank ?? 0 });
      }),
      { numRuns: 40 },
    );
  });

  it.each([...FACTOR_OPERATORS])('%s reads its own example', (_name, { call }) => {
    const { formula, problems } = readFormula(call.example, { adapters: new Set(NAMES) });
    expect(problems).toEqual([]);
    expect(formula && readFormula(printFormula(formula), { adapters: new Set(NAMES) }).formula).toEqual(formula);
  });
});

function emptyValue(): Dense {
  return Array.from({ length: SHAPE.rows }, () => new Float64Array(SHAPE.width));
}
