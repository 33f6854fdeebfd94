/**
 * Batches of an optimization, known beforehand: generations, each of one or more rungs of successive halving (Jamieson and
 * Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016).
 */
import type { SweepSearch } from './types.js';

/** A search that learns from what it has evaluated. */
export type OptimizeSearch = Extract<SweepSearch, { readonly method: 'optimize' }>;

/** One batch: a rung of a generation. */
export interface Rung {
  readonly generation: number;
  /** From 0; the last rung of a generation evaluates all examples. */
  readonly rung: number;
  /** Examples per benchmark; undefined means all. */
  readonly samples: number | undefined;
  /** Indexes of its points: [from, to). Where points of an earlier rung failed the last ones may stay unused. */
  readonly from: number;
  readonly to: number;
}

/**
 * The rung that a batch is.
 *
 * A generation has `population` points; each rung has the better half of the one before, rounded up. There are as many
 * generations as it takes to evaluate `points` points at full size, the last of them cut short in its last rung only, so that
 * a larger `points` begins with the same batches.
 *
 * @returns null when the search is over
 */
export function rungOf(search: OptimizeSearch, batch: number): Rung | null {
  const sizes = rungSizes(search);
  const generation = Math.floor(batch / sizes.length);
  const rung = batch % sizes.length;
  const size = sizes[rung] ?? 0;
  const left = search.points - generation * (sizes.at(-1) ?? 1);
  if (left <= 0) {
    return null;
  }
  const from = generation * sum(sizes) + sum(sizes.slice(0, rung));
  const to = from + (rung === sizes.length - 1 ? Math.min(size, left) : size);
  return { generation, rung, samples: search.samples[rung], from, to };
}

/** The rung of a generation that evaluates all examples; null when the search has no such generation. */
export function fullRungOf(search: OptimizeSearch, generation: number): Rung | null {
  return rungOf(search, generation * (search.samples.length + 1) + search.samples.length);
}

/** Points of all batches together, small samples included. */
export function optimizeSize(search: OptimizeSearch): number {
  const generations = Math.ceil(search.points / (rungSizes(search).at(-1) ?? 1));
  return fullRungOf(search, generations - 1)?.to ?? 0;
}

function rungSizes(search: OptimizeSearch): readonly number[] {
  const sizes = [search.population];
  for (let rung = 0; rung < search.samples.length; rung++) {
    sizes.push(Math.ceil((sizes.at(-1) ?? 1) / 2));
  }
  return sizes;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
