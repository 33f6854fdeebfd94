/** Direct subtraction folded in every order: the check that its order does not matter. */
import { placeOf } from '../algebra/leaf.js';
import type { Gram } from '../algebra/types.js';
import type { Digest } from '../digest.js';
import type { Decimal } from '../expression/types.js';

/** What is folded. */
export interface DirectFoldInput {
  readonly gram: Gram;
  readonly expert: Digest;
  readonly remove: readonly Digest[];
  readonly orders: readonly (readonly number[])[];
  readonly settings: readonly { readonly lambdas: readonly Decimal[] }[];
}

/**
 * Folds `expert ⊖ λ·a ⊖ λ·b …` term by term, as written, in every order and at every setting, without merging terms. The
 * coefficients of a direct subtraction are the same in all rows of a module, so one row of each is folded.
 *
 * @returns the largest difference of any coefficient between any order and the first: 0 when the order does not matter
 */
export function foldDirect({ gram, expert, remove, orders, settings }: DirectFoldInput): number {
  let most = 0;
  const leaves = [...new Set([expert, ...remove])];
  for (const modules of gram.leafModules.values()) {
    const factorOf = (leaf: Digest): number => {
      const module = modules[placeOf(gram, leaf)];
      return module === undefined || module.rank === 0 ? 0 : module.operandFactor;
    };
    for (const { lambdas } of settings) {
      const fold = (order: readonly number[]): readonly number[] => {
        const coefficients = leaves.map((leaf) => (leaf === expert ? factorOf(leaf) : 0));
        for (const place of order) {
          const leaf = remove[place] ?? expert;
          const at = leaves.indexOf(leaf);
          coefficients[at] = (coefficients[at] ?? 0) - Number(lambdas[place] ?? 0) * factorOf(leaf);
        }
        return coefficients;
      };
      const first = fold(orders[0] ?? []);
      for (const order of orders.slice(1)) {
        fold(order).forEach((value, at) => {
          most = Math.max(most, Math.abs(value - (first[at] ?? 0)));
        });
      }
    }
  }
  return most;
}
