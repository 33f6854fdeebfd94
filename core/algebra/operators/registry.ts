/** All operators by name. To add one: a file beside this one, and its entry here (and in names.ts, if it is one of rows). */
import { OminusError } from '../../errors.js';
import { direct } from './direct.js';
import { extract } from './extract.js';
import type { RowOperatorName } from './names.js';
import type { FactorOperator, RowOperator } from './operator.js';

/** Operators of rows, by their name in formulas and keys. */
export const ROW_OPERATORS: Readonly<Record<RowOperatorName, RowOperator>> = { direct, extract };

/** Operators of factors, by the word of their call, which is also their name in keys. */
export const FACTOR_OPERATORS: ReadonlyMap<string, FactorOperator> = new Map<string, FactorOperator>([]);

/**
 * The operator of a call.
 *
 * @throws OminusError `INTERNAL` for a word that the registry does not have
 */
export function factorOperator(name: string): FactorOperator {
  const operator = FACTOR_OPERATORS.get(name);
  if (operator === undefined) {
    throw new OminusError('INTERNAL', { message: `no operator of factors is called "${name}"` });
  }
  return operator;
}
