/** All operators by name. To add one: a file beside this one, and its entry here (its name in names.ts, too, unless it is one of factors). */
import { OminusError } from '../../errors.js';
import { compress } from './compress.js';
import { direct, directRemoval } from './direct.js';
import { extRemoval, extract, orderFreeRemoval } from './extract.js';
import { extrapolateRemoval } from './extrapolate.js';
import type { RowOperatorName, StudyOperatorName } from './names.js';
import type { FactorOperator, Removal, RowOperator } from './operator.js';

/** Operators of rows, by their name in formulas and keys. */
export const ROW_OPERATORS: Readonly<Record<RowOperatorName, RowOperator>> = { direct, extract };

/** Operators of factors, by the word of their call, which is also their name in keys. */
const OF_FACTORS = { compress } satisfies Record<string, FactorOperator>;

/** Word of a call. */
export type FactorOperatorName = keyof typeof OF_FACTORS;

/** Operators of factors, by word. */
export const FACTOR_OPERATORS: ReadonlyMap<string, FactorOperator> = new Map(Object.entries(OF_FACTORS));

/** How order studies remove anti-experts, in the order in which documents list them. */
export const REMOVALS: Readonly<Record<StudyOperatorName, Removal>> = {
  ext: extRemoval,
  direct: directRemoval,
  'order-free': orderFreeRemoval,
  extrapolate: extrapolateRemoval,
};

/** Names of {@link REMOVALS}. */
export const STUDY_OPERATORS = Object.keys(REMOVALS) as readonly StudyOperatorName[];

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
