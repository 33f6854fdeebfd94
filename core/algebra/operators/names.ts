/** Names of operators in formulas and keys. This file imports nothing, so that the expression language's types can stand on it. */

/** Operators of rows; each has an entry in registry.ts. The names are part of keys: a name once used is never used for another rule. */
export type RowOperatorName = 'direct' | 'extract';
