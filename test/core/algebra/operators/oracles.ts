/**
 * What every operator means on dense matrices in float64. The tables are typed by the names of the registry, so that an operator
 * without an oracle does not compile; contract.test.ts compares the two.
 */
import type { RowOperatorName } from '../../../../core/algebra/operators/names.js';
import { type Dense, extract } from '../../../support/dense.js';

/** The edit of an operator of rows: what λ = 1 adds to or takes from the left operand. */
export const ROW_ORACLES: Readonly<Record<RowOperatorName, (right: Dense, reference: Dense) => Dense>> = {
  direct: (right) => right,
  extract: (right, reference) => extract(reference, right),
};

/** How an operator of factors is judged. */
export interface FactorOracle {
  /** Options to try, each with what a call must have. */
  readonly options: readonly Readonly<Record<string, string>>[];
  /** Fails, by assertions, unless `made` is what the operator makes of the operands. */
  readonly check: (
    operands: readonly Dense[],
    options: Readonly<Record<string, string>>,
    made: { readonly value: Dense; readonly rank: number },
  ) => void;
}

/** By the word of the call. A test sees to it that each operator of the registry has one. */
export const FACTOR_ORACLES: Readonly<Record<string, FactorOracle>> = {};
