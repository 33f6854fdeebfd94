/** What a formula is, as text for caches: equal for equal values, and different for different ones whatever their printed forms are. */
import type { Digest } from '../digest.js';
import { assertNever } from '../errors.js';
import type { Formula } from '../expression/types.js';

/** Keys of formulas over leaves that are known by their digests; they hold within one setting of everything else. */
export class StructuralKeys {
  readonly #leafOf: (leaf: Extract<Formula, { kind: 'adapter' | 'make' }>) => Digest;
  readonly #known = new Map<Formula, string>();

  /** @param leafOf - digest of an adapter or made leaf */
  constructor(leafOf: (leaf: Extract<Formula, { kind: 'adapter' | 'make' }>) => Digest) {
    this.#leafOf = leafOf;
  }

  /** The key of a formula, whose parts are looked at once. */
  of(formula: Formula): string {
    const known = this.#known.get(formula);
    if (known !== undefined) {
      return known;
    }
    const key = this.#make(formula);
    this.#known.set(formula, key);
    return key;
  }

  #make(formula: Formula): string {
    switch (formula.kind) {
      case 'zero':
        return 'zero';
      case 'adapter':
      case 'make':
        return this.#leafOf(formula);
      case 'apply': {
        const { operator, sign, lambda, left, right, reference } = formula.application;
        const last = reference === undefined ? '' : this.of(reference);
        return `(${operator} ${String(sign)} ${lambda} ${this.of(left)} ${this.of(right)} ${last})`;
      }
      default:
        return assertNever(formula);
    }
  }
}
