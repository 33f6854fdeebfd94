import { describe, expect, test } from 'vitest';
import { adapterNames, madeLeaves } from '../../../core/algebra/evaluate.js';
import { parseDecimal } from '../../../core/expression/decimal.js';
import { lambdaUses } from '../../../core/expression/lambda-uses.js';
import { lambdasOf } from '../../../core/expression/lambdas.js';
import { MAX_NESTING, parseExpression } from '../../../core/expression/parser.js';
import { printExpression, printFormula } from '../../../core/expression/print.js';
import { leftmostAdapter, readFormula, type Scope } from '../../../core/expression/resolve.js';
import type { Formula } from '../../../core/expression/types.js';
import { TEST_GRAMMAR } from './arbitrary.js';

const ADAPTERS = new Set(['x', 'y', 'z', 'mean', 'shrink', 'rank']);

function normal(text: string, variables?: ReadonlySet<string>): string | undefined {
  const { expression } = parseExpression(text, variables, TEST_GRAMMAR);
  return expression && printExpression(expression);
}

function formulaOf(text: string, scope: Partial<Scope> = {}): Formula {
  const { formula, problems } = readFormula(text, { adapters: ADAPTERS, grammar: TEST_GRAMMAR, ...scope });
  if (formula === undefined) {
    throw new Error(problems.map(({ message }) => message).join('; '));
  }
  return formula;
}

/** The problems of a text, each as `code "marked text": message | hint`. */
function problemsOf(text: string, grammar = TEST_GRAMMAR): readonly string[] {
  const { problems } = readFormula(text, { adapters: ADAPTERS, grammar });
  return problems.map(
    ({ code, message, hint, span }) => `${code} "${text.slice(span.start, span.end)}": ${message} | ${hint}`,
  );
}

describe('calls', () => {
  test.each([
    ['shrink(x,rank:16)', 'shrink(x, rank: 16)'],
    ['shrink ( x , error : 1e-2 )', 'shrink(x, error: 0.01)'],
    ['x ⊖ 0.5 shrink(y ⊖ Ext(z), rank: 2)', 'x ⊖ 0.5·shrink(y ⊖ Ext(z), rank: 2)'],
    ['x ⊖ Ext(shrink(y ⊖ Ext(z), rank: 2) | mean(x, y))', 'x ⊖ Ext(shrink(y ⊖ Ext(z), rank: 2) | mean(x, y))'],
    ['drop([x], (y), z, seed:-1, density: .5)', 'drop(x, y, z, seed: -1, density: 0.5)'],
    ['drop(x, density: 1, seed: −2)', 'drop(x, density: 1, seed: -2)'],
    ['[mean(x, [y ⊕ z])] ⊕ 2·mean(x, y)', '[mean(x, y ⊕ z)] ⊕ 2·mean(x, y)'],
    ['mean(mean(x, y), z)', 'mean(mean(x, y), z)'],
    // Words of calls are names where no bracket follows.
    ['mean ⊖ Ext(shrink) ⊕ mean(mean, shrink)', 'mean ⊖ Ext(shrink) ⊕ mean(mean, shrink)'],
    ['shrink(rank, rank: 3)', 'shrink(rank, rank: 3)'],
  ])('%j is read as %s', (text, expected) => {
    expect(parseExpression(text, new Set(), TEST_GRAMMAR).problems).toEqual([]);
    expect(normal(text)).toBe(expected);
  });

  test('do not take the place of a variable with the name of a call', () => {
    const variables = new Set(['mean']);
    expect(normal('x ⊖ mean(y)', variables)).toBe('x ⊖ mean·y');
    expect(normal('x ⊖ mean (y ⊕ z)', variables)).toBe('x ⊖ mean·[y ⊕ z]');
  });

  test('are formulas with every option in the order of the operator, defaults put in', () => {
    expect(formulaOf('drop(x, y, density: 0.50)')).toEqual({
      kind: 'make',
      call: {
        operator: 'drop',
        operands: [
          { kind: 'adapter', name: 'x' },
          { kind: 'adapter', name: 'y' },
        ],
        options: { density: '0.5', seed: '0' },
      },
    });
    expect(printFormula(formulaOf('drop(x, seed: 0, density: 0.5)'))).toBe('drop(x, density: 0.5, seed: 0)');
  });

  test('are leaves to what stands around them', () => {
    const steps = new Map([['s', formulaOf('shrink(y ⊖ Ext(z), rank: 4)')]]);
    expect(printFormula(formulaOf('x ⊖ Ext(s) ⊖ s', { steps }))).toBe(
      'x ⊖ 1·Ext(shrink(y ⊖ 1·Ext(z), rank: 4)) ⊖ 1·shrink(y ⊖ 1·Ext(z), rank: 4)',
    );
    const formula = formulaOf('mean(z, y) ⊖ Ext(shrink(mean(x, y), rank: 1) | x)');
    expect(madeLeaves(formula).map(printFormula)).toEqual(['mean(z, y)', 'shrink(mean(x, y), rank: 1)']);
    expect(adapterNames(formula)).toEqual(['z', 'y', 'x']);
    expect(leftmostAdapter(formula)).toBe('z');
    expect(leftmostAdapter(formulaOf('shrink(base, rank: 1) ⊖ y'))).toBe('y');
  });

  test('take the default λ around them and in them, and no λ that is set for an adapter', () => {
    const half = parseDecimal('0.5');
    if (half === undefined) {
      throw new Error('0.5 is a decimal');
    }
    expect(printFormula(formulaOf('x ⊖ mean(y ⊖ z, z)', { lambda: { all: half } }))).toBe('x ⊖ 0.5·mean(y ⊖ 0.5·z, z)');
    const text = 'x ⊖ mean(y ⊖ z, rank)';
    expect(
      printFormula(formulaOf(text, { lambda: { byAdapter: new Map(['x', 'y', 'z'].map((name) => [name, half])) } })),
    ).toBe('x ⊖ 1·mean(y ⊖ 0.5·z, rank)');
    const { expression } = parseExpression(text, new Set(), TEST_GRAMMAR);
    const uses = lambdaUses(expression === undefined ? [] : [expression]);
    expect([...uses].map(([name, own]) => [name, ...own])).toEqual([
      ['x', 'first'],
      ['y', 'argument'],
      ['z', 'taken'],
      ['rank', 'argument'],
    ]);
  });

  test('tell the λs of what was applied to make them', () => {
    expect(lambdasOf(formulaOf('x ⊖ 2·shrink(y ⊖ 3·z, rank: 1)'))).toEqual([
      { adapter: 'z', lambda: '3' },
      { adapter: 'shrink(y ⊖ 3·z, rank: 1)', lambda: '2' },
    ]);
  });

  test('count as operators, so that steps that double each other are refused without being written out', () => {
    const steps = new Map<string, Formula | undefined>([['s0', formulaOf('mean(x, y)')]]);
    const codes: string[] = [];
    for (let i = 0; i < 100; i++) {
      const text = `mean(s${i}, s${i})`;
      const { formula, problems } = readFormula(text, { adapters: ADAPTERS, steps, grammar: TEST_GRAMMAR });
      steps.set(`s${i + 1}`, formula);
      codes.push(...problems.map(({ code }) => code));
    }
    expect(codes).toEqual(['EXPRESSION_SIZE']);
  });

  test('nest as deep as brackets do', () => {
    const nested = (depth: number): string => `${'shrink('.repeat(depth)}x${', rank: 1)'.repeat(depth)}`;
    expect(normal(nested(MAX_NESTING))).toBe(nested(MAX_NESTING));
    expect(parseExpression(`mean(${'x,'.repeat(100_000)}`, new Set(), TEST_GRAMMAR).problems).not.toEqual([]);
    for (const depth of [MAX_NESTING + 1, 10_000]) {
      const { problems } = parseExpression(nested(depth), new Set(), TEST_GRAMMAR);
      expect(problems.map(({ code }) => code)).toEqual(['EXPRESSION_NESTING']);
    }
  });
});

describe('problems of calls', () => {
  const shrink = 'Write shrink(x, rank: 16).';
  test.each([
    ['shrnk(x, rank: 1)', ['EXPRESSION_CALL "shrnk": "shrnk" is not a function | Did you mean shrink?']],
    ['shrnk(x)', ['EXPRESSION_CALL "shrnk": "shrnk" is not a function | Did you mean shrink?']],
    ['Shrink(x, rank: 1)', ['EXPRESSION_CALL "Shrink": "Shrink" is not a function | Did you mean shrink?']],
    ['shrink[x, rank: 1]', [`EXPRESSION_CALL "shrink": shrink takes round brackets | ${shrink}`]],
    ['shrink(rank: 1)', [`EXPRESSION_CALL "shrink": shrink takes 1 operand, got none | ${shrink}`]],
    ['shrink(x, y, z, rank: 1)', [`EXPRESSION_CALL "y": shrink takes 1 operand | ${shrink}`]],
    ['mean(x)', ['EXPRESSION_CALL "mean": mean takes 2 to 3 operands, got 1 | Write mean(x, y).']],
    [
      'drop(density: 1)',
      ['EXPRESSION_CALL "drop": drop takes at least 1 operand, got none | Write drop(x, y, density: 0.5).'],
    ],
    ['shrink(x)', [`EXPRESSION_CALL ")": shrink needs an option: rank or error | ${shrink}`]],
    ['drop(x, seed: 1)', ['EXPRESSION_CALL ")": drop needs an option: density | Write drop(x, y, density: 0.5).']],
    [
      'shrink()',
      [
        `EXPRESSION_CALL "shrink": shrink takes 1 operand, got none | ${shrink}`,
        `EXPRESSION_CALL ")": shrink needs an option: rank or error | ${shrink}`,
      ],
    ],
    [
      'shrink(x, rnak: 1)',
      [
        'EXPRESSION_CALL "rnak": shrink has no option "rnak" | Did you mean rank?',
        `EXPRESSION_CALL ")": shrink needs an option: rank or error | ${shrink}`,
      ],
    ],
    [
      'shrink(x, rank: 1, wide: 2)',
      ['EXPRESSION_CALL "wide": shrink has no option "wide" | Known options: rank, error.'],
    ],
    [
      'mean(x, y, constructor: 2)',
      ['EXPRESSION_CALL "constructor": mean has no option "constructor" | Known options: none.'],
    ],
    ['shrink(x, rank: 1, rank: 1)', ['EXPRESSION_CALL "rank": option rank is given twice | Give it once.']],
    ['shrink(x, rank: 1, error: 0.1)', [`EXPRESSION_CALL "error": shrink takes only one of rank, error | ${shrink}`]],
    [
      'shrink(x, rank: 0)',
      [
        'EXPRESSION_CALL "0": option rank of shrink is a whole number of at least 1 and at most 512, got 0 | Write for example rank: 16.',
      ],
    ],
    [
      'shrink(x, rank: -1)',
      [
        'EXPRESSION_CALL "-1": option rank of shrink is a whole number of at least 1 and at most 512, got -1 | Write for example rank: 16.',
      ],
    ],
    [
      'shrink(x, rank: 1.5)',
      [
        'EXPRESSION_CALL "1.5": option rank of shrink is a whole number of at least 1 and at most 512, got 1.5 | Write for example rank: 16.',
      ],
    ],
    [
      'shrink(x, error: 1)',
      [
        'EXPRESSION_CALL "1": option error of shrink is a number above 0 and below 1, got 1 | Write for example error: 0.01.',
      ],
    ],
    [
      'shrink(x, rank: many)',
      ['EXPRESSION_CALL "many": option rank of shrink takes a number, got "many" | Write for example rank: 16.'],
    ],
    [
      'shrink(x, rank: )',
      ['EXPRESSION_CALL "rank": option rank of shrink takes a number, got none | Write for example rank: 16.'],
    ],
    [
      'shrink(x, rank: 16·y)',
      ['EXPRESSION_CALL "16": option rank of shrink takes a number, got "16" | Write for example rank: 16.'],
    ],
    [
      'shrink(x, rank: 16y)',
      ['EXPRESSION_SYNTAX "16y": "16y" is not a number | Write a decimal number such as 0.8 or 8e-1.'],
    ],
    [
      'shrink(x, rank: 1e999)',
      [
        'EXPRESSION_COEFFICIENT "1e999": an option must be a finite number, got 1e999 | Write a number that float64 can hold.',
      ],
    ],
    ['shrink(rank: 1, x)', [`EXPRESSION_CALL "x": the operands of shrink come before its options | ${shrink}`]],
    [
      'mean(x | y)',
      ['EXPRESSION_CALL "|": "|" does not separate the arguments of a call | Write a comma between arguments.'],
    ],
    ['mean(x, y', ['EXPRESSION_SYNTAX "(": "(" is never closed | Write the missing ).']],
    ['mean(x, y]', ['EXPRESSION_SYNTAX "]": "]" cannot close "(" | Write ).']],
    [
      'mean(x, y,)',
      [
        'EXPRESSION_SYNTAX ")": an operand is missing before ")" | Write an adapter, a step, base, a bracket or Ext(x).',
      ],
    ],
    [
      'mean(x, Ext(y))',
      [
        'EXPRESSION_EXT "Ext(y)": Ext(x) needs a left operand in its own bracket | Write expert ⊖ Ext(x), or name what to extract from: Ext(x | y).',
      ],
    ],
    [
      'mean(x, nobody)',
      ['EXPRESSION_NAME "nobody": unknown name "nobody" | Known names: x, y, z, mean, shrink, rank, base.'],
    ],
    [
      'mean(x, y)·z',
      [
        'EXPRESSION_COEFFICIENT "·": a coefficient comes before its operand | Write the coefficient first: 0.8·x.',
        'EXPRESSION_SYNTAX "z": an operator is missing before "z" | Write ⊖ or ⊕ between operands.',
      ],
    ],
    // Without a bracket, or with nothing that only a call has, a name is a name.
    ['x(y)', ['EXPRESSION_SYNTAX "(": an operator is missing before "(" | Write ⊖ or ⊕ between operands.']],
    ['mean [x]', ['EXPRESSION_SYNTAX "[": an operator is missing before "[" | Write ⊖ or ⊕ between operands.']],
    // A comma within Ext keeps its own advice.
    [
      'x ⊖ Ext(y, z)',
      [
        'EXPRESSION_CHARACTER ",": "," has no meaning in an expression | Write Ext(x | y) to extract x with respect to y.',
      ],
    ],
  ])('%s', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test('tell of an unknown call without any that is registered', () => {
    const bare = { ...TEST_GRAMMAR, calls: new Map() };
    expect(problemsOf('x ⊖ ties(x, y, density: 0.5)', bare)).toEqual([
      'EXPRESSION_CALL "ties": "ties" is not a function | Write Ext(x) or Ext(x | y).',
    ]);
  });

  test('are told all at once', () => {
    expect(problemsOf('shrink(x, rank: 0) ⊖ drp(y, z) ⊖ mean(nobody)').map((problem) => problem.split(':')[0])).toEqual(
      ['EXPRESSION_CALL "0"', 'EXPRESSION_CALL "drp"', 'EXPRESSION_CALL "mean"', 'EXPRESSION_NAME "nobody"'],
    );
  });
});
