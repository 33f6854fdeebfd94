/** Every way of searching, and what it takes in a spec. */
import type { SweepSearch } from './types.js';

/** Its name in a spec. */
export type SearchMethod = SweepSearch['method'];

/** Keys of `search` that mean something with a method, by method; reader, schema and advice go by them. */
export const SEARCH_KEYS: Readonly<Record<SearchMethod, readonly string[]>> = {
  grid: [],
  random: ['points', 'seed'],
  sobol: ['points', 'seed'],
  optimize: ['points', 'seed', 'population', 'samples'],
};

/** Whether a text names a way of searching. */
export function isSearchMethod(text: string): text is SearchMethod {
  return Object.hasOwn(SEARCH_KEYS, text);
}
