/** A parsed chat template. */
import type { Value } from './value.js';

/** Arguments as they are written. */
export interface CallArguments {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [name: string, value: Expression])[];
  readonly spread: Expression | undefined;
  readonly spreadNamed: Expression | undefined;
}

/** What has a value. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly of: Expression; readonly at: Expression }
  | {
      readonly kind: 'slice';
      readonly of: Expression;
      readonly bounds: readonly [Expression | undefined, Expression | undefined, Expression | undefined];
    }
  | { readonly kind: 'call'; readonly of: Expression; readonly given: CallArguments }
  | { readonly kind: 'filter'; readonly of: Expression; readonly name: string; readonly given: CallArguments }
  | { readonly kind: 'test'; readonly of: Expression; readonly name: string; readonly given: CallArguments }
  | { readonly kind: 'unary'; readonly operator: 'not' | '-' | '+'; readonly of: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
  | {
      readonly kind: 'compare';
      readonly first: Expression;
      readonly rest: readonly (readonly [operator: string, right: Expression])[];
    }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'choice';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression | undefined;
    };

/** Where a value is put. */
export type Target =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly name: string; readonly attribute: string }
  | { readonly kind: 'tuple'; readonly items: readonly Target[] };

/** A parameter of a macro. */
export interface Parameter {
  readonly name: string;
  readonly standard: Expression | undefined;
}

/** What is done in order. */
export type Statement =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly value: Expression }
  | { readonly kind: 'if'; readonly test: Expression; readonly then: Block; readonly otherwise: Block }
  | {
      readonly kind: 'for';
      readonly target: Target;
      readonly over: Expression;
      readonly test: Expression | undefined;
      readonly body: Block;
      readonly otherwise: Block;
    }
  | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
  | { readonly kind: 'capture'; readonly target: Target; readonly filters: FilterChain; readonly body: Block }
  | { readonly kind: 'with'; readonly values: readonly (readonly [Target, Expression])[]; readonly body: Block }
  | { readonly kind: 'macro'; readonly name: string; readonly parameters: readonly Parameter[]; readonly body: Block }
  | {
      readonly kind: 'callBlock';
      readonly call: Expression;
      readonly parameters: readonly Parameter[];
      readonly body: Block;
    }
  | { readonly kind: 'filterBlock'; readonly filters: FilterChain; readonly body: Block }
  | { readonly kind: 'group'; readonly body: Block }
  | { readonly kind: 'break' | 'continue' };

/** Filters that are put on a captured text. */
export type FilterChain = readonly { readonly name: string; readonly given: CallArguments }[];

/** Statements in order. */
export type Block = readonly Statement[];
