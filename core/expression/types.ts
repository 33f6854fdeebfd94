/** What the expression language means: located syntax, and the formula that is left once names are resolved. */
import type { RowOperatorName } from '../algebra/operators/names.js';
import type { Span } from '../diagnostic.js';

declare const decimalBrand: unique symbol;
/**
 * An exact decimal in its one canonical spelling: no exponent, no superfluous zero, no `+`, no `-0` (`0.80` and `8e-1`
 * are both `0.8`). Made by `parseDecimal` only.
 */
export type Decimal = string & { readonly [decimalBrand]: true };

/** A coefficient as written: a number, or the name of a declared sweep variable. */
export type Coefficient =
  | { readonly kind: 'number'; readonly value: Decimal; readonly span: Span }
  | { readonly kind: 'variable'; readonly name: string; readonly span: Span };

/** A name and its place. */
export interface NameReference {
  readonly name: string;
  readonly span: Span;
}

/** Syntax of an expression; spans are offsets into the expression's own text. */
export type Expression =
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | { readonly kind: 'sum'; readonly head: Term; readonly tail: readonly SignedTerm[]; readonly span: Span };

/** An operand with at most one coefficient. */
export interface Term {
  readonly coefficient: Coefficient | undefined;
  readonly operand: Operand;
  readonly span: Span;
}

/** `⊖ term` or `⊕ term`. */
export interface SignedTerm extends Term {
  readonly operator: '⊖' | '⊕';
}

/** One number of a call, by name: `rank: 16`. */
export interface CallOption {
  readonly name: string;
  readonly value: Decimal;
  readonly span: Span;
}

/**
 * What may stand in a term: a name or a bracket; one under an operator of rows, `Ext(x)` or `Ext(x | y)`; or a call of an operator
 * of factors, `compress(x, rank: 16)`.
 */
export type Operand =
  | { readonly kind: 'value'; readonly value: Expression; readonly span: Span }
  | {
      readonly kind: 'edit';
      readonly operator: RowOperatorName;
      readonly value: Expression;
      readonly reference: Expression | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: 'call';
      readonly operator: string;
      readonly operands: readonly Expression[];
      /** As written. */
      readonly options: readonly CallOption[];
      readonly span: Span;
    };

/**
 * A formula: names resolved to adapters, steps inlined, every coefficient present. Value of a `combine`: start with
 * `head`, then apply the terms from left to right (docs/notes/algebra.md).
 */
export type Formula =
  | { readonly kind: 'adapter'; readonly name: string }
  /** The zero adapter: the base model itself. */
  | { readonly kind: 'zero' }
  | { readonly kind: 'apply'; readonly application: Application<Formula> }
  | MadeFormula;

/** A leaf that is made: the product of an operator of factors. The expression around it treats it like an adapter. */
export interface MadeFormula {
  readonly kind: 'make';
  readonly call: Call<Formula>;
}

/** A call of an operator of factors. `X` is what operands are: formulas, or node ids. */
export interface Call<X> {
  /** Name of the operator in core/algebra/operators/registry (`factorOperator`). */
  readonly operator: string;
  readonly operands: readonly X[];
  /** Every option that was written or has a default, in the order in which the operator lists them. */
  readonly options: Readonly<Record<string, Decimal>>;
}

/**
 * One application of an operator of rows to a running value: left ± lambda·edit(right), with respect to `reference` if given, else to
 * `left`. `X` is what operands are: formulas, or node ids.
 */
export interface Application<X> {
  /** Name of the operator in core/algebra/operators/registry. */
  readonly operator: RowOperatorName;
  readonly sign: 1 | -1;
  readonly lambda: Decimal;
  readonly left: X;
  readonly right: X;
  readonly reference?: X;
}
