/** Greedy generation for a batch of prompts; rows that have ended leave the batch. */
import { commonPrefixLength } from '../../core/evaluation/common-prefix.js';
import type { DecodingOptions } from '../../core/evaluation/model-interfaces.js';
import type { CausalModel } from './causal-model.js';
import type { Feeds } from './runtime.js';
import { checkTokens } from './token-rows.js';
import type { GeneratedRow } from './types.js';

/** Fewest tokens that must be saved before the prompts' common beginning gets a run of its own. */
const LEAST_SAVED_TOKENS = 16;

/** When answers end. */
export interface GreedyOptions extends DecodingOptions {
  /** Whether an answer so far needs no further token, though no end token came; such an answer counts as finished. */
  readonly isStopped?: (tokens: readonly number[]) => boolean;
}

/**
 * Continues every prompt with its most probable token until an end token, a stop, `maxNewTokens` or the end of the context.
 *
 * @param signal - looked at between steps
 * @throws OminusError `DATA_INVALID` for prompts that are empty, too long or have tokens beyond the vocabulary
 */
export async function generateGreedy(
  model: CausalModel,
  adapter: Feeds,
  prompts: readonly (readonly number[])[],
  options: GreedyOptions,
  signal?: AbortSignal,
): Promise<readonly GeneratedRow[]> {
  for (const [place, prompt] of prompts.entries()) {
    checkTokens(model.sizes, place, prompt, 0);
  }
  const ends = new Set(options.endTokens);
  const answers = prompts.map(() => ({ tokens: [] as number[], finished: false }));
  if (prompts.length === 0 || options.maxNewTokens < 1) {
    return answers;
  }
  let { cache, tokens } = await prefillCommonPrefix(model, adapter, prompts);
  let parents = prompts.map(() => 0);
  let alive = prompts.map((_, place) => place);
  while (alive.length > 0) {
    signal?.throwIfAborted();
    const wanted = tokens.map((row, b) => ({ row: b, place: row.length - 1, target: 0 }));
    const result = await model.step({ cache, parents, tokens, wanted, adapter, fetch: ['argmax'], keepCache: true });
    cache = result.cache;
    parents = [];
    tokens = [];
    const surviving: number[] = [];
    for (const [b, place] of alive.entries()) {
      const answer = answers[place];
      const token = result.argmax[b];
      if (answer === undefined || token === undefined) {
        continue;
      }
      if (ends.has(token)) {
        answer.finished = true;
        continue;
      }
      answer.tokens.push(token);
      if (options.isStopped?.(answer.tokens) === true) {
        answer.finished = true;
        continue;
      }
      if (answer.tokens.length < options.maxNewTokens && (cache.lengths[b] ?? 0) < model.sizes.contextLength) {
        surviving.push(place);
        parents.push(b);
        tokens.push([token]);
      }
    }
    alive = surviving;
  }
  return answers;
}

/** Feeds what all prompts begin with once; every prompt keeps at least its last token. */
async function prefillCommonPrefix(
  model: CausalModel,
  adapter: Feeds,
  prompts: readonly (readonly number[])[],
): Promise<{ cache: CausalModel['emptyCache']; tokens: (readonly number[])[] }> {
  const shared = commonPrefixLength(prompts.map((prompt) => prompt.slice(0, -1)));
  if (shared * (prompts.length - 1) < LEAST_SAVED_TOKENS) {
    return { cache: model.emptyCache, tokens: [...prompts] };
  }
  const result = await model.step({
    cache: model.emptyCache,
    parents: [0],
    tokens: [prompts[0]?.slice(0, shared) ?? []],
    wanted: [],
    adapter,
    fetch: [],
    keepCache: true,
  });
  return { cache: result.cache, tokens: prompts.map((prompt) => prompt.slice(shared)) };
}
