import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceFrom } from '../../../core/algebra/difference.js';
import { evaluateFormula } from '../../../core/algebra/evaluate.js';
import { leafOperand } from '../../../core/algebra/leaf.js';
import type { Gram } from '../../../core/algebra/types.js';
import { decimalToNumber, parseDecimal } from '../../../core/expression/decimal.js';
import { parseExpression } from '../../../core/expression/parser.js';
import { printFormula } from '../../../core/expression/print.js';
import type { Decimal } from '../../../core/expression/types.js';
import { armFormula, armsOf, type StudyDesign } from '../../../core/study/arms.js';
import { groupOrders } from '../../../core/study/group.js';
import { DistanceMatcher } from '../../../core/study/match-distance.js';
import { studyArms } from '../../../core/study/study-arms.js';
import type { OrderGap, StudyOperator } from '../../../core/study/types.js';
import { gramOf, leaf, randomFactors } from '../../support/lora.js';

function decimals(...texts: readonly string[]): readonly Decimal[] {
  return texts.flatMap((text) => parseDecimal(text) ?? []);
}

const DESIGN: StudyDesign = {
  expert: 'expert',
  remove: ['truth⁻', 'tox⁻'],
  operators: ['ext', 'direct', 'order-free', 'extrapolate'],
  orders: [
    [0, 1],
    [1, 0],
  ],
  settings: [
    { label: '1', lambdas: decimals('1', '1') },
    { label: 'truth⁻=0.3, tox⁻=0', lambdas: decimals('0.3', '0') },
  ],
};

describe('armFormula', () => {
  const text = (operator: StudyOperator, order: readonly number[], ...lambdas: readonly string[]): string =>
    printFormula(armFormula(operator, DESIGN, order, decimals(...lambdas)));

  it('removes one anti-expert after the other, with the scalars of extrapolation as exact decimals', () => {
    expect(text('ext', [0, 1], '0.4', '2')).toBe('expert ⊖ 0.4·Ext(truth⁻) ⊖ 2·Ext(tox⁻)');
    expect(text('ext', [1, 0], '0.4', '2')).toBe('expert ⊖ 2·Ext(tox⁻) ⊖ 0.4·Ext(truth⁻)');
    expect(text('direct', [0, 1], '0.4', '2')).toBe('expert ⊖ 0.4·truth⁻ ⊖ 2·tox⁻');
    expect(text('order-free', [0, 1], '1', '1')).toBe('expert ⊖ 1·Ext(truth⁻ | expert) ⊖ 1·Ext(tox⁻ | expert)');
    expect(text('extrapolate', [1, 0], '0.3', '0.1')).toBe('1.15·[1.05·expert ⊖ 0.05·tox⁻] ⊖ 0.15·truth⁻');
  });

  it('writes no scalar of 1', () => {
    expect(text('extrapolate', [0, 1], '0', '2')).toBe('2·[expert ⊖ 0·truth⁻] ⊖ 1·tox⁻');
  });

  it('is printed as an expression that can be read again', () => {
    for (const operator of DESIGN.operators) {
      const { problems } = parseExpression(text(operator, [0, 1], '0.4', '2'));
      expect(problems, operator).toEqual([]);
    }
  });
});

const GAP: Pick<OrderGap, 'parts' | 'total'> = { parts: [], total: [] };

describe('studyArms', () => {
  const gaps: readonly OrderGap[] = [
    { ...GAP, operator: 'ext', setting: 0, distances: [0.2, 0.4], representative: [0, 1] },
    { ...GAP, operator: 'extrapolate', setting: 0, distances: [1, 1], representative: [0, 0] },
    { ...GAP, operator: 'ext', setting: 1, distances: [0.1, 0.1], representative: [0, 0] },
    { ...GAP, operator: 'extrapolate', setting: 1, distances: [1, 1], representative: [0, 1] },
  ];
  const result = { gaps, directFold: { orders: 2, maxDifference: 0 } };

  it('has one arm where the order cannot matter, and names what is evaluated instead of grouped orders', () => {
    const arms = studyArms(DESIGN, { match: ['lambda'], gap: result, lambdasAt: () => undefined });
    expect(
      arms.map(({ arm: { name, order, evaluatedAs } }) => [name, order, evaluatedAs === name ? '' : evaluatedAs]),
    ).toEqual([
      ['ext(truth⁻, tox⁻)@1', 0, ''],
      ['ext(tox⁻, truth⁻)@1', 1, ''],
      ['direct@1', null, ''],
      ['order-free@1', null, ''],
      ['extrapolate(truth⁻, tox⁻)@1', 0, ''],
      ['extrapolate(tox⁻, truth⁻)@1', 1, 'extrapolate(truth⁻, tox⁻)@1'],
      ['ext(truth⁻, tox⁻)@truth⁻=0.3, tox⁻=0', 0, ''],
      ['ext(tox⁻, truth⁻)@truth⁻=0.3, tox⁻=0', 1, 'ext(truth⁻, tox⁻)@truth⁻=0.3, tox⁻=0'],
      ['direct@truth⁻=0.3, tox⁻=0', null, ''],
      ['order-free@truth⁻=0.3, tox⁻=0', null, ''],
      ['extrapolate(truth⁻, tox⁻)@truth⁻=0.3, tox⁻=0', 0, ''],
      ['extrapolate(tox⁻, truth⁻)@truth⁻=0.3, tox⁻=0', 1, ''],
    ]);
  });

  it('scales controls to the mean distance of all ext orders, and leaves out those that cannot be scaled', () => {
    const targets: number[] = [];
    const arms = studyArms(
      { ...DESIGN, settings: DESIGN.settings.slice(0, 1) },
      {
        match: ['distance'],
        gap: result,
        lambdasAt: (target, { operator }) => {
          targets.push(target);
          return operator === 'order-free' ? undefined : decimals('0.5', '0.5');
        },
      },
    );
    expect(targets.every((target) => Math.abs(target - 0.3) < 1e-15)).toBe(true);
    expect(arms.map(({ arm: { name, expression } }) => `${name}: ${expression}`)).toEqual([
      'ext(truth⁻, tox⁻): expert ⊖ 1·Ext(truth⁻) ⊖ 1·Ext(tox⁻)',
      'ext(tox⁻, truth⁻): expert ⊖ 1·Ext(tox⁻) ⊖ 1·Ext(truth⁻)',
      'direct/distance: expert ⊖ 0.5·truth⁻ ⊖ 0.5·tox⁻',
      'extrapolate(truth⁻, tox⁻)/distance: 1.25·[1.25·expert ⊖ 0.25·truth⁻] ⊖ 0.25·tox⁻',
      'extrapolate(tox⁻, truth⁻)/distance: 1.25·[1.25·expert ⊖ 0.25·tox⁻] ⊖ 0.25·truth⁻',
    ]);
    expect(arms.at(-1)?.arm.evaluatedAs).toBe('extrapolate(truth⁻, tox⁻)/distance');
  });

  it('gives arms of one setting the same λ in every order', () => {
    const [first, second] = armsOf(DESIGN, { operator: 'ext', setting: 0, match: 'lambda' }, () => decimals('1', '2'));
    expect([first?.arm.lambdas, second?.arm.lambdas]).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
  });
});

describe('groupOrders', () => {
  const gaps = [
    [0, 1, 5, 2],
    [1, 0, 5, 1],
    [5, 5, 0, 5],
    [2, 1, 5, 0],
  ];
  const gapOf = (order: number, other: number): number => gaps[order]?.[other] ?? NaN;

  it('lets the first representative stand for what comes after it and is near enough', () => {
    expect(groupOrders(4, gapOf, 0)).toEqual([0, 1, 2, 3]);
    // The fourth is near the second, but the second is represented by the first, which is too far from it.
    expect(groupOrders(4, gapOf, 1)).toEqual([0, 0, 2, 3]);
    expect(groupOrders(4, gapOf, 2)).toEqual([0, 0, 2, 0]);
  });

  it('groups nothing without a tolerance', () => {
    expect(groupOrders(4, () => 0, null)).toEqual([0, 1, 2, 3]);
  });
});

describe('DistanceMatcher', () => {
  const factors = (seed: number, rows: number): ReturnType<typeof randomFactors> =>
    randomFactors(seed, { rows, width: 6, rank: 2 });
  const gram: Gram = gramOf(
    {
      'layers.0.q': [factors(1, 8), factors(2, 8), factors(3, 8)],
      'layers.1.q': [factors(4, 4), undefined, factors(5, 4)],
      lone: [undefined, factors(6, 4), undefined],
    },
    ['e', 'a', 'b'],
  );
  const [expert = leaf('e'), ...remove] = ['e', 'a', 'b'].map(leaf);
  const matcher = new DistanceMatcher({ gram, expert, remove });
  const distance = (operator: StudyOperator, order: readonly number[], lambdas: readonly Decimal[]): number => {
    const names = { expert: 'e', remove: ['a', 'b'] };
    const { coefficients } = evaluateFormula(armFormula(operator, names, order, lambdas), gram, leaf);
    return differenceFrom(gram, leafOperand(gram, expert), coefficients) ?? NaN;
  };

  it('brings every control to the distance asked for, and keeps the ratios of its λs', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<StudyOperator>('direct', 'order-free', 'extrapolate'),
        fc.constantFrom([0, 1], [1, 0]),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (operator, order, target) => {
          const lambdas = decimals('0.5', '2');
          const scaled = matcher.lambdasAt(target, { operator, order, lambdas }) ?? [];
          expect(Math.abs(distance(operator, order, scaled) / target - 1)).toBeLessThan(1e-10);
          const [first = NaN, second = NaN] = scaled.map(decimalToNumber);
          expect(second / first).toBeCloseTo(4, 9);
          expect(scaled.every((lambda) => lambda.replace(/^0\.0*|\./, '').length <= 12)).toBe(true);
        },
      ),
      { numRuns: 100, seed: 3 },
    );
  });

  it('is 0 at the distance 0, and nothing where nothing is removed', () => {
    const order = [0, 1];
    expect(matcher.lambdasAt(0, { operator: 'direct', order, lambdas: decimals('1', '1') })).toEqual(['0', '0']);
    for (const operator of ['direct', 'order-free', 'extrapolate'] as const) {
      expect(matcher.lambdasAt(0.5, { operator, order, lambdas: decimals('0', '0') }), operator).toBeUndefined();
    }
  });
});
