/** Search attributes of a run: plain data, so that workflows and the server's connection share one list. */

/** Name and Temporal type of every search attribute that ominus writes. */
export const SEARCH_ATTRIBUTES = {
  OminusSpec: 'Keyword',
  OminusKind: 'Keyword',
  OminusProgress: 'Double',
  OminusState: 'Keyword',
  OminusPlan: 'Keyword',
} as const;

/** The name of one of them. */
export type SearchAttributeName = keyof typeof SEARCH_ATTRIBUTES;
