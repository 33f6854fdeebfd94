/** Ranks of the modules of a result. */
import type { AdapterDescription } from './types.js';

/**
 * `uniform`: all modules have the largest rank of any, filled up with zeros, so that `r` and `lora_alpha` say all; `exact`: each has its own,
 * and the config has patterns.
 */
export type OutputRanks = 'uniform' | 'exact';

/** Ranks of a result that was written. */
export interface WrittenRanks {
  readonly ranks: OutputRanks;
  /** The largest; under `uniform` that of all tensors. */
  readonly maxRank: number;
  /** How many modules have which rank before they are padded. */
  readonly trueRanks: Readonly<Record<string, number>>;
}

/** Rank of every module of a combination, in code-unit order of the paths: the sum over the leaves that have it. */
export function stackedRanks(leaves: readonly Pick<AdapterDescription, 'modules'>[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const { modules } of leaves) {
    for (const { path, rank } of modules.values()) {
      ranks.set(path, (ranks.get(path) ?? 0) + rank);
    }
  }
  return new Map([...ranks].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sums up ranks that are not padded yet. */
export function summariseRanks(ranks: OutputRanks, all: Iterable<number>): WrittenRanks {
  const counts = new Map<number, number>();
  for (const rank of all) {
    counts.set(rank, (counts.get(rank) ?? 0) + 1);
  }
  const sorted = [...counts].toSorted(([a], [b]) => a - b);
  return { ranks, maxRank: sorted.at(-1)?.[0] ?? 0, trueRanks: Object.fromEntries(sorted) };
}

/** The ranks in words: `rank 8 (10 of 14 modules have rank 4, padded with zeros)`. */
export function rankWords({ ranks, maxRank, trueRanks }: WrittenRanks): string {
  const counts = Object.entries(trueRanks).map(([rank, count]) => [Number(rank), count] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const smaller = counts.filter(([rank]) => rank < maxRank);
  const [first] = smaller;
  const last = smaller.at(-1);
  if (first === undefined || last === undefined) {
    return `rank ${String(maxRank)}`;
  }
  if (ranks === 'exact') {
    return `ranks ${String(first[0])} to ${String(maxRank)}`;
  }
  const count = smaller.reduce((sum, [, modules]) => sum + modules, 0);
  const own = first === last ? `rank ${String(first[0])}` : `ranks ${String(first[0])} to ${String(last[0])}`;
  return `rank ${String(maxRank)} (${String(count)} of ${String(total)} modules have ${own}, padded with zeros)`;
}
