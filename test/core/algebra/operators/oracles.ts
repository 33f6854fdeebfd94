/**
 * What every operator means on dense matrices in float64. The tables are typed by the names of the registry, so that an operator
 * without an oracle does not compile; contract.test.ts compares the two.
 */
import { expect } from 'vitest';
import type { RowOperatorName } from '../../../../core/algebra/operators/names.js';
import type { FactorOperatorName } from '../../../../core/algebra/operators/registry.js';
import { add, type Dense, dot, extract, frobenius } from '../../../support/dense.js';

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

/** By the word of the call. */
export const FACTOR_ORACLES: Readonly<Record<FactorOperatorName, FactorOracle>> = {
  compress: {
    options: [{ rank: '1' }, { rank: '2' }, { rank: '99' }, { error: '0' }, { error: '0.4' }],
    check([whole = []], { rank, error }, made) {
      const rest = add(whole, made.value, -1);
      const size = frobenius(whole);
      expect(made.rank).toBeLessThanOrEqual(Number(rank ?? '99'));
      if (error !== undefined || rank === '99') {
        expect(frobenius(rest)).toBeLessThanOrEqual((Number(error ?? '0') + 1e-6) * size);
      }
      // Of a truncated decomposition, what is left shares no direction with what was kept, in its rows and in its columns.
      for (const [x, y] of [
        [rest, made.value],
        [transposed(rest), transposed(made.value)],
      ] as const) {
        expect(Math.max(...x.flatMap((row) => y.map((other) => Math.abs(dot(row, other)))))).toBeLessThan(
          1e-6 * size * size,
        );
      }
    },
  },
};

function transposed(dense: Dense): Dense {
  return Array.from(dense[0] ?? [], (_, k) => Float64Array.from(dense, (row) => row[k] ?? NaN));
}
