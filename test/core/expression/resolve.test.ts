import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDecimal } from '../../../core/expression/decimal.js';
import { parseExpression } from '../../../core/expression/parser.js';
import { printExpression, printFormula } from '../../../core/expression/print.js';
import { leftmostAdapter, readFormula, resolveFormula, type Scope } from '../../../core/expression/resolve.js';
import type { Decimal, Formula } from '../../../core/expression/types.js';
import { expressions, NAMES, TEST_GRAMMAR } from './arbitrary.js';

const ADAPTERS = new Set(['expert', 'truth⁻', 'tox⁻']);

function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) {
    throw new Error(`${text} is no decimal`);
  }
  return value;
}

function formulaOf(text: string, scope: Partial<Scope> = {}): Formula {
  const { formula, problems } = readFormula(text, { adapters: ADAPTERS, ...scope });
  if (formula === undefined) {
    throw new Error(problems.map(({ message }) => message).join('; '));
  }
  return formula;
}

function printed(text: string, scope: Partial<Scope> = {}): string {
  return printFormula(formulaOf(text, scope));
}

describe('resolveFormula', () => {
  test('applies operators from left to right', () => {
    expect(formulaOf('expert ⊖ Ext(truth⁻) ⊕ 2·tox⁻')).toEqual({
      kind: 'apply',
      application: {
        operator: 'direct',
        sign: 1,
        lambda: '2',
        left: {
          kind: 'apply',
          application: {
            operator: 'extract',
            sign: -1,
            lambda: '1',
            left: { kind: 'adapter', name: 'expert' },
            right: { kind: 'adapter', name: 'truth⁻' },
          },
        },
        right: { kind: 'adapter', name: 'tox⁻' },
      },
    });
    expect(formulaOf('[expert ⊖ truth⁻] ⊖ tox⁻')).toEqual(formulaOf('expert ⊖ truth⁻ ⊖ tox⁻'));
    expect(formulaOf('expert ⊖ [truth⁻ ⊖ tox⁻]')).not.toEqual(formulaOf('expert ⊖ truth⁻ ⊖ tox⁻'));
  });

  test('makes a head with a coefficient the sum of base and that multiple', () => {
    expect(formulaOf('2·expert')).toEqual(formulaOf('base ⊕ 2·expert'));
    expect(formulaOf('1·expert')).toEqual({ kind: 'adapter', name: 'expert' });
    expect(formulaOf('1.0·expert')).toEqual({ kind: 'adapter', name: 'expert' });
    expect(formulaOf('base')).toEqual({ kind: 'zero' });
  });

  test('keeps the explicit reference of an extraction', () => {
    const formula = formulaOf('expert ⊖ Ext(truth⁻ | tox⁻)');
    expect(formula.kind === 'apply' && formula.application.reference).toEqual({ kind: 'adapter', name: 'tox⁻' });
  });

  test('writes steps out where they are used', () => {
    const steps = new Map([['first', formulaOf('expert ⊖ Ext(truth⁻)')]]);
    expect(printed('first ⊖ Ext(tox⁻)', { steps })).toBe('expert ⊖ 1·Ext(truth⁻) ⊖ 1·Ext(tox⁻)');
  });

  test.each([
    ['expert ⊖ truth⁻ ⊖ Ext(tox⁻)', 'expert ⊖ 0.5·truth⁻ ⊖ 0.5·Ext(tox⁻)'],
    ['expert ⊖ 2·truth⁻', 'expert ⊖ 2·truth⁻'],
    ['expert ⊖ 1·truth⁻', 'expert ⊖ 1·truth⁻'],
    ['expert ⊖ 0·truth⁻', 'expert ⊖ 0·truth⁻'],
    ['expert ⊕ truth⁻', 'expert ⊕ 1·truth⁻'],
    ['expert ⊖ [truth⁻ ⊖ tox⁻]', 'expert ⊖ 0.5·[truth⁻ ⊖ 0.5·tox⁻]'],
    ['expert ⊖ Ext(truth⁻ ⊖ tox⁻ | expert)', 'expert ⊖ 0.5·Ext(truth⁻ ⊖ 0.5·tox⁻ | expert)'],
  ])('with lambda 0.5, %s is %s', (text, expected) => {
    expect(printed(text, { lambda: { all: decimal('0.5') } })).toBe(expected);
  });

  test.each([
    ['expert ⊖ truth⁻ ⊖ tox⁻', 'expert ⊖ 0.4·truth⁻ ⊖ 1·tox⁻'],
    ['expert ⊖ Ext(truth-)', 'expert ⊖ 0.4·Ext(truth⁻)'],
    ['expert ⊖ Ext([truth-] | expert)', 'expert ⊖ 0.4·Ext(truth⁻ | expert)'],
    ['expert ⊖ 3·Ext(truth⁻)', 'expert ⊖ 3·Ext(truth⁻)'],
    ['expert ⊕ truth⁻', 'expert ⊕ 1·truth⁻'],
    ['expert ⊖ [truth⁻ ⊕ tox⁻]', 'expert ⊖ 1·[truth⁻ ⊕ 1·tox⁻]'],
  ])('with lambda { truth⁻: 0.4 }, %s is %s', (text, expected) => {
    expect(printed(text, { lambda: { byAdapter: new Map([['truth⁻', decimal('0.4')]]) } })).toBe(expected);
  });

  test('puts in the values of variables', () => {
    const variables = new Map([['a', decimal('0.25')]]);
    expect(printed('a·expert ⊖ a Ext(tox⁻)', { variables })).toBe('0.25·expert ⊖ 0.25·Ext(tox⁻)');
  });

  test('reports every unknown name, with the nearest known one', () => {
    const { formula, problems } = readFormula('exprt ⊖ Ext(truth⁻ | nobody) ⊖ expert-truth⁻ ⊖ expert-Ext', {
      adapters: ADAPTERS,
    });
    expect(formula).toBeUndefined();
    expect(problems.map(({ message, hint }) => `${message}: ${hint}`)).toEqual([
      'unknown name "exprt": Did you mean expert?',
      'unknown name "nobody": Known names: expert, truth⁻, tox⁻, base.',
      'unknown name "expert-truth⁻": Put blanks around the operator: expert - truth⁻.',
      'unknown name "expert-Ext": Put blanks around the operator: expert - Ext(…).',
    ]);
  });

  test('refuses steps that double each other, without writing them out', () => {
    const steps = new Map<string, Formula | undefined>([['s0', formulaOf('expert ⊖ truth⁻')]]);
    const codes: string[] = [];
    for (let i = 0; i < 100; i++) {
      const { formula, problems } = readFormula(`s${i} ⊖ s${i}`, { adapters: ADAPTERS, steps });
      steps.set(`s${i + 1}`, formula);
      codes.push(...problems.map(({ code }) => code));
    }
    expect(codes).toEqual(['EXPRESSION_SIZE']);
  });

  test('of a printed formula is that formula', () => {
    const scope: Scope = { adapters: new Set(NAMES), lambda: { all: decimal('0.7') }, grammar: TEST_GRAMMAR };
    fc.assert(
      fc.property(expressions, (expression) => {
        const { formula } = resolveFormula(
          parseExpression(printExpression(expression), new Set(), TEST_GRAMMAR),
          scope,
        );
        expect(formula).toBeDefined();
        if (formula !== undefined) {
          // Every coefficient is written, so another default changes nothing.
          const again = readFormula(printFormula(formula), { adapters: scope.adapters, grammar: TEST_GRAMMAR });
          expect(again).toEqual({ formula, problems: [] });
        }
      }),
    );
  });
});

test('the leftmost adapter of a formula is its expert', () => {
  expect(leftmostAdapter(formulaOf('[expert ⊖ truth⁻] ⊖ tox⁻'))).toBe('expert');
  expect(leftmostAdapter(formulaOf('2·tox⁻ ⊖ truth⁻'))).toBe('tox⁻');
  expect(leftmostAdapter(formulaOf('base'))).toBeUndefined();
});
