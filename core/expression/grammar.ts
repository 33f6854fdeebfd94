/** The words of the expression language that mean operators, as the registry of operators has them. */
import type { RowOperatorName } from '../algebra/operators/names.js';
import type { CallSyntax, RowSpelling } from '../algebra/operators/operator.js';
import { FACTOR_OPERATORS, ROW_OPERATORS } from '../algebra/operators/registry.js';

/** An operator of rows that is written as a word: `Ext(x | y)`. */
export interface RowWord extends RowSpelling {
  readonly operator: RowOperatorName;
}

/** Words before brackets. */
export interface Grammar {
  /** Of operators of rows, by word. */
  readonly rows: ReadonlyMap<string, RowWord>;
  /** Of operators of factors: `compress(x, rank: 16)`. */
  readonly calls: ReadonlyMap<string, CallSyntax>;
}

const ROW_NAMES = Object.keys(ROW_OPERATORS) as readonly RowOperatorName[];

/** The grammar of all registered operators. */
export const GRAMMAR: Grammar = {
  rows: new Map(
    ROW_NAMES.flatMap((operator) => {
      const { spelling } = ROW_OPERATORS[operator];
      return spelling === undefined ? [] : [[spelling.word, { ...spelling, operator }] as const];
    }),
  ),
  calls: new Map([...FACTOR_OPERATORS].map(([word, { call }]) => [word, call])),
};

/** The word of an operator of rows; undefined where the operand stands for itself. */
export function rowWord(operator: RowOperatorName): string | undefined {
  return ROW_OPERATORS[operator].spelling?.word;
}

/** The word that is meant by another spelling of it: `ext` for `Ext`. */
export function meantRowWord(name: string, { rows }: Grammar): RowWord | undefined {
  return rows.get(name) ?? [...rows.values()].find(({ word }) => word.toLowerCase() === name.toLowerCase());
}

/** `Ext(x) or Ext(x | y)`. */
export function rowForms({ word }: Pick<RowSpelling, 'word'>): string {
  return `${word}(x) or ${word}(x | y)`;
}
