/** Log-probabilities of continuations: whatever rows of a batch share is computed once. */
import { commonPrefixLength } from '../../core/evaluation/common-prefix.js';
import type { CausalModel, Cache } from './causal-model.js';
import type { Feeds } from './runtime.js';
import type { ScoredRow, ScoreRow } from './types.js';
import { checkTokens } from './token-rows.js';

/** Fewest tokens that must be saved before a run of its own is worth it. */
const LEAST_SAVED_TOKENS = 16;

/** One row on its way: what it still has to be fed, and which row of the cache it continues. */
interface Pending {
  readonly row: ScoreRow;
  /** Tokens whose output is not needed: the context without its last token. */
  readonly shareable: readonly number[];
  /** How many tokens the cache holds already. */
  done: number;
  parent: number;
}

/**
 * Scores one batch in at most three runs: the beginning that all rows share, the contexts that several rows share (the
 * choices of one question), the rows. Which runs there are depends on the batch alone, never on what was scored before.
 *
 * @param signal - looked at between the runs
 * @throws OminusError `DATA_INVALID` for rows that are empty, too long or have tokens beyond the vocabulary
 */
export async function scoreRows(
  model: CausalModel,
  adapter: Feeds,
  rows: readonly ScoreRow[],
  signal?: AbortSignal,
): Promise<readonly ScoredRow[]> {
  for (const [place, { context, continuation }] of rows.entries()) {
    checkTokens(model.sizes, place, context, Math.max(0, continuation.length - 1));
    checkTokens(model.sizes, place, [...context, ...continuation].slice(-continuation.length - 1), 0);
  }
  const pending: Pending[] = rows
    .filter(({ continuation }) => continuation.length > 0)
    .map((row) => ({ row, shareable: row.context.slice(0, -1), done: 0, parent: 0 }));
  if (pending.length === 0) {
    return rows.map(() => ({ logProbs: [], isArgmax: [] }));
  }
  let cache = await prefillCommonPrefix(model, adapter, pending, model.emptyCache);
  signal?.throwIfAborted();
  cache = await prefillSharedContexts(model, adapter, pending, cache);
  signal?.throwIfAborted();
  return scoreContinuations(model, adapter, pending, cache, rows);
}

/** Feeds the beginning of all rows once. */
async function prefillCommonPrefix(
  model: CausalModel,
  adapter: Feeds,
  pending: Pending[],
  cache: Cache,
): Promise<Cache> {
  const shared = commonPrefixLength(pending.map(({ shareable }) => shareable));
  if (shared * (pending.length - 1) < LEAST_SAVED_TOKENS) {
    return cache;
  }
  const tokens = pending[0]?.shareable.slice(0, shared) ?? [];
  for (const item of pending) {
    item.done = shared;
  }
  return prefill(model, adapter, cache, [0], [tokens]);
}

/** Feeds every distinct context once, in one batch. */
async function prefillSharedContexts(
  model: CausalModel,
  adapter: Feeds,
  pending: Pending[],
  cache: Cache,
): Promise<Cache> {
  const groups = new Map<string, Pending[]>();
  for (const item of pending) {
    const key = item.shareable.join();
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const contexts = [...groups.values()].map((items) => items[0]?.shareable.slice(items[0].done) ?? []);
  const saved = [...groups.values()].reduce(
    (sum, items, g) => sum + (items.length - 1) * (contexts[g]?.length ?? 0),
    0,
  );
  // A context that the common prefix has covered already would be a row without tokens.
  if (saved < LEAST_SAVED_TOKENS || contexts.some((tokens) => tokens.length === 0)) {
    return cache;
  }
  for (const [g, items] of [...groups.values()].entries()) {
    for (const item of items) {
      item.done = item.shareable.length;
      item.parent = g;
    }
  }
  return prefill(
    model,
    adapter,
    cache,
    contexts.map(() => 0),
    contexts,
  );
}

async function prefill(
  model: CausalModel,
  adapter: Feeds,
  cache: Cache,
  parents: readonly number[],
  tokens: readonly (readonly number[])[],
): Promise<Cache> {
  const result = await model.step({ cache, parents, tokens, wanted: [], adapter, fetch: [], keepCache: true });
  return result.cache;
}

async function scoreContinuations(
  model: CausalModel,
  adapter: Feeds,
  pending: readonly Pending[],
  cache: Cache,
  rows: readonly ScoreRow[],
): Promise<readonly ScoredRow[]> {
  const tokens = pending.map(({ row, done }) => [...row.context.slice(done), ...row.continuation.slice(0, -1)]);
  const wanted = pending.flatMap(({ row, done }, b) =>
    row.continuation.map((target, j) => ({ row: b, place: row.context.length - 1 - done + j, target })),
  );
  const { logProbs, argmax } = await model.step({
    cache,
    parents: pending.map(({ parent }) => parent),
    tokens,
    wanted,
    adapter,
    fetch: ['logProbs', 'argmax'],
    keepCache: false,
  });
  let at = 0;
  return rows.map(({ continuation }) => {
    const start = at;
    at += continuation.length;
    return {
      logProbs: Array.from(logProbs.subarray(start, at)),
      isArgmax: continuation.map((target, j) => argmax[start + j] === target),
    };
  });
}
