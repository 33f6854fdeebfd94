import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFullMatch } from '../../../core/adapter/full-match.js';

/** Expressions that mean the same in JavaScript. */
const expressions = fc.letrec<{ whole: string; part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', '.', '\\.', '[ab]', '[^a]', '\\d', '\\w', '\\b', '^', '$', '[\\w.-]', '-'),
    tie('whole').map((inner) => `(?:${inner})`),
    tie('whole').map((inner) => `(${inner})`),
  ),
  whole: fc.oneof(
    { depthSize: 'small' },
    fc
      .array(fc.tuple(tie('part'), fc.constantFrom('', '', '*', '+?', '?', '{2}', '{1,2}', '{1,}')), { maxLength: 4 })
      .map((parts) => parts.map(([part, repeat]) => (/^(\\b|\^|\$)$/.test(part) ? part : part + repeat)).join('')),
    fc.tuple(tie('part'), tie('part')).map((parts) => parts.join('|')),
  ),
})).whole;

const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.', '1', '-'), maxLength: 8 });

describe('compileFullMatch', () => {
  it('matches what a regular expression matches as a whole', () => {
    fc.assert(
      fc.property(expressions, texts, (pattern, text) => {
        const compiled = compileFullMatch(pattern);
        expect(compiled?.matches(text)).toBe(new RegExp(`^(?:${pattern})$`).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a{,2}', 'aa', true],
    ['a{,2}', 'aaa', false],
    ['a{}', 'a{}', true],
    ['a{x', 'a{x', true],
    ['[]a]+', ']a', true],
    ['(?P<n>a)\\Z', 'a', true],
  ])('reads %s as Python does', (pattern, text, expected) => {
    expect(compileFullMatch(pattern)?.matches(text)).toBe(expected);
  });

  it.each(['(?=a)', '(?!a)', '(?<=a)', '(?i)a', '(a)\\1', 'a**', '*a', '(a', 'a)', '[a', '\\', '(?P=n)', 'a{2000}'])(
    'does not read %s',
    (pattern) => {
      expect(compileFullMatch(pattern)).toBeUndefined();
    },
  );
});
