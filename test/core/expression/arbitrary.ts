/** Random expressions in the form that parsing gives, and random texts made of the language's own pieces. */
import fc from 'fast-check';
import { parseDecimal } from '../../../core/expression/decimal.js';
import { GRAMMAR, type Grammar } from '../../../core/expression/grammar.js';
import type { CallOption, Coefficient, Decimal, Expression, Operand, Term } from '../../../core/expression/types.js';

/** Spans are not compared. */
const span = { start: 0, end: 0 };

/** The registered words, and calls that show every kind of argument. */
export const TEST_GRAMMAR: Grammar = {
  ...GRAMMAR,
  calls: new Map([
    [
      'shrink',
      {
        operands: { least: 1, most: 1 },
        options: {
          rank: { kind: 'whole', least: 1, most: 512, example: '16', wording: 'the rank' },
          error: { kind: 'decimal', above: 0, below: 1, example: '0.01', wording: 'the error' },
        },
        exactlyOne: [['rank', 'error']],
        example: 'shrink(x, rank: 16)',
      },
    ],
    [
      'drop',
      {
        operands: { least: 1, most: Infinity },
        options: {
          density: { kind: 'decimal', above: 0, most: 1, example: '0.5', wording: 'the share that is kept' },
          seed: { kind: 'whole', default: '0', example: '1', wording: 'of the draws' },
        },
        example: 'drop(x, y, density: 0.5)',
      },
    ],
    ['mean', { operands: { least: 2, most: 3 }, options: {}, example: 'mean(x, y)' }],
  ]),
};

/** Names that expressions of {@link expressions} use. */
export const NAMES = ['expert', 'truth⁻', 'tox⁻', 'a.b_c-d⁺', 'λ2', '漢字', 'mean', 'base'] as const;

function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) {
    throw new Error(`${text} is a decimal`);
  }
  return value;
}

const coefficient: fc.Arbitrary<Coefficient | undefined> = fc.option(
  fc
    .constantFrom('0', '1', '0.8', '12.5', '0.0000001', '100000000000000000000')
    .map((text): Coefficient => ({ kind: 'number', value: decimal(text), span })),
  { nil: undefined },
);

/** A call of {@link TEST_GRAMMAR}. */
function call(operand: fc.Arbitrary<Expression>): fc.Arbitrary<Operand> {
  const option = (name: string, ...values: readonly string[]): fc.Arbitrary<CallOption> =>
    fc.constantFrom(...values).map((text) => ({ name, value: decimal(text), span }));
  const shrink = fc
    .tuple(operand, fc.oneof(option('rank', '1', '16'), option('error', '0.01', '0.999')))
    .map(([it, one]): Operand => ({ kind: 'call', operator: 'shrink', operands: [it], options: [one], span }));
  const drop = fc
    .tuple(
      fc.array(operand, { minLength: 1, maxLength: 3 }),
      fc.shuffledSubarray(['density', 'seed']).filter((names) => names.includes('density')),
      option('density', '0.5', '1'),
      option('seed', '-3', '0', '7'),
    )
    .map(([operands, names, density, seed]): Operand => {
      const options = names.map((name) => (name === 'seed' ? seed : density));
      return { kind: 'call', operator: 'drop', operands, options, span };
    });
  const mean = fc
    .array(operand, { minLength: 2, maxLength: 3 })
    .map((operands): Operand => ({ kind: 'call', operator: 'mean', operands, options: [], span }));
  return fc.oneof(shrink, drop, mean);
}

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
    .map(([it, reference]): Operand => ({ kind: 'edit', operator: 'extract', value: it, reference, span }));
  const made = call(expression(depth - 1, false));
  const plain = fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: made });
  const term = (operand: fc.Arbitrary<Operand>): fc.Arbitrary<Term> =>
    fc.tuple(coefficient, operand).map(([factor, it]) => ({ coefficient: factor, operand: it, span }));
  const tail = fc
    .tuple(term(insideExt ? plain : fc.oneof(plain, extraction)), fc.constantFrom('⊖' as const, '⊕' as const))
    .map(([it, operator]) => ({ ...it, operator }));
  const sum = fc
    .tuple(term(plain), fc.array(tail, { maxLength: 3 }))
    // A bracket around nothing but a value vanishes in parsing.
    .filter(([{ coefficient: c, operand }, terms]) => terms.length > 0 || c !== undefined || operand.kind === 'call')
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
  'shrink(',
  'drop(',
  'mean',
  'rank: ',
  'density:',
  '(',
  ')',
  '[',
  ']',
  '|',
  ',',
  ':',
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
