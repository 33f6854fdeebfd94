import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Grammar } from '../../../core/expression/grammar.js';
import { isName, normaliseName } from '../../../core/expression/names.js';
import { MAX_NESTING, parseExpression } from '../../../core/expression/parser.js';
import { printExpression } from '../../../core/expression/print.js';
import type { Expression } from '../../../core/expression/types.js';
import { expressions, TEST_GRAMMAR, texts } from './arbitrary.js';

/** The expression without spans. */
function shape(expression: Expression | undefined): unknown {
  return JSON.parse(JSON.stringify(expression, (key, value: unknown) => (key === 'span' ? undefined : value)));
}

function normal(text: string, variables?: ReadonlySet<string>, grammar?: Grammar): string | undefined {
  const { expression } = parseExpression(text, variables, grammar);
  return expression && printExpression(expression);
}

describe('parseExpression', () => {
  test.each([
    ['expert', 'expert'],
    ['  ( [ expert ] ) ', 'expert'],
    ['expert⊖Ext(truth-)', 'expert ⊖ Ext(truth⁻)'],
    ['expert - truth- + retain+', 'expert ⊖ truth⁻ ⊕ retain⁺'],
    ['expert − truth⁻', 'expert ⊖ truth⁻'],
    ['a- - b-', 'a⁻ ⊖ b⁻'],
    ['expert-truth', 'expert-truth'],
    ['a--', 'a-⁻'],
    ['[a ⊖ b]⊖c', '[a ⊖ b] ⊖ c'],
    ['a ⊖ 0.80*b', 'a ⊖ 0.8·b'],
    ['a ⊖ 8e-1 b', 'a ⊖ 0.8·b'],
    ['a ⊖ .5[b]', 'a ⊖ 0.5·b'],
    ['2·a', '2·a'],
    ['0·a ⊖ 0 Ext(b)', '0·a ⊖ 0·Ext(b)'],
    ['a ⊖ Ext ( b|c )', 'a ⊖ Ext(b | c)'],
    ['a ⊖ [Ext(b | c) ⊕ d]', 'a ⊖ [Ext(b | c) ⊕ d]'],
    ['a ⊖ Ext(0.5·b ⊕ 0.5·c)', 'a ⊖ Ext(0.5·b ⊕ 0.5·c)'],
    ['a\n\t⊖ b', 'a ⊖ b'],
    ['e\u0301 ⊖ \u00e9', 'é ⊖ é'],
    ['a ⊖ 2\u0387b', 'a ⊖ 2·b'],
    ['a ⊖ base', 'a ⊖ base'],
    ['Extra ⊖ Ext.2', 'Extra ⊖ Ext.2'],
    ['ext ⊖ Ext(EXT)', 'ext ⊖ Ext(EXT)'],
    ['[ext] ⊖ 0.5 ext ⊖ Ext(x | ext)', 'ext ⊖ 0.5·ext ⊖ Ext(x | ext)'],
  ])('reads %j as %s', (text, expected) => {
    expect(parseExpression(text).problems).toEqual([]);
    expect(normal(text)).toBe(expected);
  });

  test('reads declared variables as coefficients, with or without a sign between', () => {
    const variables = new Set(['a', 'b']);
    expect(normal('a·x ⊖ b Ext(y) ⊖ a[z]', variables)).toBe('a·x ⊖ b·Ext(y) ⊖ a·z');
    expect(parseExpression('x ⊖ a', variables).problems.map(({ code }) => code)).toEqual(['EXPRESSION_NAME']);
    expect(parseExpression('x ⊖ c·y', variables).problems.map(({ code }) => code)).toEqual(['EXPRESSION_COEFFICIENT']);
  });

  test('gives spans as UTF-16 offsets of the text as written', () => {
    const text = '[expert ⊖ Ext(e\u0301 | 漢字)] ⊖ 0.8·tox-';
    const { references } = parseExpression(text);
    expect(references.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      'expert',
      'e\u0301',
      '漢字',
      'tox-',
    ]);
    const { expression } = parseExpression(text);
    expect(expression?.span).toEqual({ start: 0, end: text.length });
  });

  test('reads 64 nested brackets, refuses 65, and survives 100,000', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}a${']'.repeat(depth)}`;
    expect(normal(nested(MAX_NESTING))).toBe('a');
    for (const depth of [MAX_NESTING + 1, 100_000]) {
      const [problem, ...others] = parseExpression(nested(depth)).problems;
      expect(problem).toMatchObject({ code: 'EXPRESSION_NESTING', span: { start: MAX_NESTING, end: MAX_NESTING + 1 } });
      expect(others).toEqual([]);
    }
    expect(parseExpression(`a ⊖ ${'Ext('.repeat(50_000)}`).expression).toBeUndefined();
    expect(parseExpression('('.repeat(1_000_000)).problems.map(({ code }) => code)).toEqual(['EXPRESSION_SIZE']);
  });

  test('of a printed expression is that expression', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const { expression: again, problems } = parseExpression(printExpression(expression), new Set(), TEST_GRAMMAR);
        expect(problems).toEqual([]);
        expect(shape(again)).toEqual(shape(expression));
      }),
    );
  });

  test('never throws, and gives an expression or located problems', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { expression, problems } = parseExpression(text, new Set(['expert']), TEST_GRAMMAR);
        expect(expression === undefined).toBe(problems.length > 0);
        for (const { span, message } of problems) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(text.length);
          expect(span.start).toBeLessThanOrEqual(span.end);
          expect(message).not.toMatch(/\n|undefined/);
        }
        if (expression !== undefined) {
          expect(printExpression(expression)).toBe(
            normal(printExpression(expression), new Set(['expert']), TEST_GRAMMAR),
          );
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('normaliseName', () => {
  test('is idempotent, and what it makes of a name is a name', () => {
    const names = fc.tuple(
      fc.constantFrom('a', 'Ω', 'e\u0301', '漢'),
      fc.stringMatching(/^[a-z0-9_.-]{0,5}$/),
      fc.constantFrom('', '-', '+', '⁻', '⁺'),
    );
    fc.assert(
      fc.property(names, (parts) => {
        const name = parts.join('');
        expect(isName(name)).toBe(true);
        expect(isName(normaliseName(name))).toBe(true);
        expect(normaliseName(normaliseName(name))).toBe(normaliseName(name));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(normaliseName(normaliseName(text))).toBe(normaliseName(text));
      }),
    );
  });

  test.each(['', '1a', '_a', '-a', 'a b', 'a⁻b', 'a⁻-', '⁻', 'a/b', 'a'.repeat(101)])('%j is no name', (text) => {
    expect(isName(text)).toBe(false);
  });

  test.each([
    ['a ⊖ 2b⁻', 'Write 2·b⁻.'],
    ['a ⊖ 0.x·b⁻', 'Write a decimal number such as 0.8 or 8e-1.'],
    ['a ⊖ 1.2.3·b⁻', 'Write a decimal number such as 0.8 or 8e-1.'],
  ])('%s: advises "%s"', (text, hint) => {
    expect(parseExpression(text).problems[0]).toMatchObject({ code: 'EXPRESSION_SYNTAX', hint });
  });
});
