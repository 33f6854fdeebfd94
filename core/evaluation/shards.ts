/** The stored form of one finished batch. */
import type { Json } from '../digest.js';
import type { ModelResponse } from './types.js';

/** Raised when stored shards can no longer be read by this code; older ones are then computed again. */
const SHARD_VERSION = 1;

/** Responses of one batch. */
export interface FinishedBatch {
  readonly responses: readonly ModelResponse[];
  /** Whether it had to be split because memory ran out. */
  readonly wasHalved: boolean;
}

/** UTF-8 JSON; numbers survive exactly. */
export function encodeShard(batch: FinishedBatch): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: SHARD_VERSION, ...batch }));
}

/**
 * The batch in a stored shard, or undefined when it is damaged, of another version, or of other requests: it is then
 * computed again.
 */
export function decodeShard(bytes: Uint8Array, ids: readonly string[]): FinishedBatch | undefined {
  let shard: Json;
  try {
    // our own bytes: encodeShard wrote them, and version and ids are checked below
    shard = JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return undefined;
  }
  if (!isShard(shard) || shard.responses.length !== ids.length) {
    return undefined;
  }
  return shard.responses.every((response, index) => response.id === ids[index])
    ? { responses: shard.responses, wasHalved: shard.wasHalved }
    : undefined;
}

function isShard(value: unknown): value is FinishedBatch {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === SHARD_VERSION &&
    'responses' in value &&
    Array.isArray(value.responses) &&
    'wasHalved' in value &&
    typeof value.wasHalved === 'boolean'
  );
}
