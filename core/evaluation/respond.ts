/** Puts a prepared task to one candidate, batch by batch; every finished batch is kept as a shard. */
import { OminusError } from '../errors.js';
import type { PromptTokenizer, ResponseEngine, ShardStore } from './model-interfaces.js';
import type { PreparedRequest, PreparedTask } from './prepare.js';
import { runBatch } from './run-batch.js';
import { decodeShard, encodeShard } from './shards.js';
import type { ModelResponse } from './types.js';

/** What {@link respond} works on. */
export interface RespondInput<C> {
  readonly prepared: PreparedTask;
  readonly tokenizer: Pick<PromptTokenizer, 'decode' | 'endTokens'>;
  readonly engine: ResponseEngine<C>;
  readonly candidate: C;
  /** Finished batches; they must belong to this task, model and candidate. */
  readonly shards: ShardStore;
  /** Requests done and in all, after every batch. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** Responses and how they came about. */
export interface RespondResult {
  /** One per request, in the order of the requests. */
  readonly responses: readonly ModelResponse[];
  /** Batches that had to be halved because memory ran out; their last bits may differ. */
  readonly halvedBatches: number;
  /** Batches that were loaded instead of computed. */
  readonly reusedBatches: number;
  readonly prompt: PreparedTask['prompt'];
}

/**
 * The candidate's responses to all requests. A shard is saved while the next batch is being computed. Where memory runs out
 * a batch is halved until it fits.
 *
 * @throws OminusError `OUT_OF_MEMORY` when a single sequence does not fit; whatever engine and shards throw; the reason of
 *   `signal` when it is aborted
 */
export async function respond<C>(input: RespondInput<C>): Promise<RespondResult> {
  const { prepared, shards, onProgress, signal } = input;
  const { requests, batches } = prepared;
  const responses: (ModelResponse | undefined)[] = requests.map((request) =>
    request.tooLong ? unasked(request) : undefined,
  );
  let done = responses.filter((response) => response !== undefined).length;
  let halvedBatches = 0;
  let reusedBatches = 0;
  let saving: Promise<void> = Promise.resolve();
  try {
    for (const [shard, batch] of batches.entries()) {
      signal?.throwIfAborted();
      const members = batch.map((place) => requestAt(requests, place));
      const ids = members.map((member) => member.id);
      const stored = await shards.load(shard);
      let finished = stored === undefined ? undefined : decodeShard(stored, ids);
      if (finished === undefined) {
        finished = await runBatch(members, input);
        // one save at a time: the next batch is computed meanwhile
        await saving;
        saving = shards.save(shard, encodeShard(finished));
        // handled where it is awaited; until then a failure must not count as unhandled
        saving.catch(() => undefined);
      } else {
        reusedBatches++;
      }
      halvedBatches += finished.wasHalved ? 1 : 0;
      for (const [index, place] of batch.entries()) {
        responses[place] = finished.responses[index];
      }
      done += batch.length;
      onProgress?.({ done, total: requests.length });
    }
  } finally {
    await Promise.allSettled([saving]);
  }
  await saving;
  return { responses: responses.map(present), halvedBatches, reusedBatches, prompt: prepared.prompt };
}

function requestAt(requests: readonly PreparedRequest[], place: number): PreparedRequest {
  const request = requests[place];
  if (request === undefined) {
    throw new OminusError('INTERNAL', { message: `a batch names request ${place} of ${requests.length}` });
  }
  return request;
}

function present(response: ModelResponse | undefined): ModelResponse {
  if (response === undefined) {
    throw new OminusError('INTERNAL', { message: 'a request is in no batch' });
  }
  return response;
}

/** The response to a request that is longer than the context. */
function unasked(request: PreparedRequest): ModelResponse {
  const { id, promptDigest, prompt } = request;
  switch (request.kind) {
    case 'choices':
      return { kind: 'choices', id, promptDigest, contextTokens: prompt.length, choices: [], tooLong: true };
    case 'answer': {
      const common = { kind: 'answer', id, promptDigest, promptTokens: prompt.length } as const;
      return { ...common, tokens: [], text: '', finished: false, tooLong: true };
    }
    case 'block':
      throw new OminusError('INTERNAL', { message: `block [id=${id}] cannot be too long` });
  }
}
