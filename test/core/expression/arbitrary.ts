/** Random expressions in the form that parsing gives, and random texts made of the language's own pieces. */
import fc from 'fast-check';
import { parseDecimal } from '../../../core/expression/decimal.js';
import type { Coefficient, Expression, Operand, Term } from '../../../core/expression/types.js';

/** Spans are not compared. */
const span = { start: 0, end: 0 };

/** Names that expressions of {@link expressions} use. */
export const NAMES = ['expert', 'truth⁻', 'tox⁻', 'a.b_c-d⁺', 'λ2', '漢字', 'base'] as const;

const coefficient: fc.Arbitrary<Coefficient | undefined> = fc.option(
  fc.constantFrom('0', '1', '0.8', '12.5', '0.0000001', '100000000000000000000').map((text): Coefficient => {
    const value = parseDecimal(text);
    if (value === undefined) {
      throw new Error(`${text} is a decimal`);
    }
    return { kind: 'number', value, span };
  }),
  { nil: undefined },
);

/** An expression that is at most `depth` brackets deep. */
function expression(depth: number, insideExt: boolean): fc.Arbitrary<Expression> {
  const name = fc.constantFrom(...NAMES).map((text): Expression => ({ kind: 'name', name: text, span }));
  if (depth === 0) {
    return name;
  }
  const inner = expression(depth - 1, insideExt);
  const extracted = expression(depth - 1, true);
  const value = inner.map((it): Operand => ({ kind: 'value', value: it, span }));
  const extraction = fc
    .tuple(extracted, fc.option(extracted, { nil: undefined }))
    .map(([it, reference]): Operand => ({ kind: 'extract', value: it, reference, span }));
  const term = (operand: fc.Arbitrary<Operand>): fc.Arbitrary<Term> =>
    fc.tuple(coefficient, operand).map(([factor, it]) => ({ coefficient: factor, operand: it, span }));
  const tail = fc
    .tuple(term(insideExt ? value : fc.oneof(value, extraction)), fc.constantFrom('⊖' as const, '⊕' as const))
    .map(([it, operator]) => ({ ...it, operator }));
  const sum = fc
    .tuple(term(value), fc.array(tail, { maxLength: 3 }))
    // A bracket around nothing but a value vanishes in parsing.
    .filter(([head, terms]) => terms.length > 0 || head.coefficient !== undefined)
    .map(([head, terms]): Expression => ({ kind: 'sum', head, tail: terms, span }));
  return fc.oneof(name, sum, sum);
}

/** Random expressions. */
export const expressions = expression(3, false);

const PIECES = [
  'expert',
  'truth-',
  'tox⁻',
  'Ext',
  '(',
  ')',
  '[',
  ']',
  '|',
  '⊖',
  '⊕',
  '-',
  '+',
  '−',
  '·',
  '*',
  ' ',
  ' ',
  '0.8',
  '1e9',
  '.5',
  '%',
  '\n',
  'é',
  '😀',
  '\ud800',
];

/** Random texts, right and wrong. */
export const texts = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
