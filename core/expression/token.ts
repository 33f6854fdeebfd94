/** What an expression's text consists of. */
import type { Span } from '../diagnostic.js';
import type { Decimal } from './types.js';

/** One token; `end` closes the list. */
export type Token =
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  /** `value` is undefined for a number that was refused (and reported). */
  | { readonly kind: 'number'; readonly value: Decimal | undefined; readonly span: Span }
  | { readonly kind: 'operator'; readonly operator: '⊖' | '⊕'; readonly span: Span }
  /** `hasArguments`: what it opens holds a `,` or `:`, as only a call does. */
  | { readonly kind: '[' | '('; readonly hasArguments: boolean; readonly span: Span }
  /** `,` and `:` are tokens only within what may be a call. */
  | { readonly kind: 'times' | '|' | ']' | ')' | ',' | ':' | 'end'; readonly span: Span };
