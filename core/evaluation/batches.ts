/** Batches of a task: fixed by the task and the model alone, never by what remains to be done or by what fits today. */
import type { TaskKind } from './tasks.js';

/** Bounds of one batch. */
export interface BatchLimits {
  /** Sequences. */
  readonly rows: number;
  /** Tokens as the model computes them: padded to the longest row, a prefix common to all counted once. */
  readonly tokens: number;
}

/**
 * The policy behind every batch, part of the key of responses: other batches may change the last bits of a score.
 * Sizes keep a batch of a small model well under a second on two cores. What is scored on a CPU is bounded by its
 * multiplications too: a batch is what a kill loses and a cancellation waits for, a few seconds on two cores, or one
 * question of a model so large that a question takes longer. Answers are generated together: alone, each would read all
 * weights for every token.
 */
export const BATCH_POLICY = {
  version: 1,
  score: { rows: 64, tokens: 4096, multiplications: 2e11 },
  generate: { rows: 32, tokens: 16_384 },
} as const satisfies {
  readonly version: number;
  readonly score: BatchLimits & { readonly multiplications: number };
  readonly generate: BatchLimits;
};

/** The policy for tasks of a kind. */
export function batchPolicy(kind: TaskKind): BatchLimits & { readonly multiplications?: number } {
  switch (kind) {
    case 'choices':
    case 'blocks':
      return BATCH_POLICY.score;
    case 'answers':
      return BATCH_POLICY.generate;
  }
}

/**
 * Bounds of a batch.
 *
 * @param perToken - multiplications of the model per token where these are what takes time; 0 elsewhere
 */
export function batchLimits(kind: TaskKind, perToken: number): BatchLimits {
  const { rows, tokens, multiplications = Number.POSITIVE_INFINITY } = batchPolicy(kind);
  return { rows, tokens: Math.min(tokens, Math.floor(multiplications / perToken)) };
}

/** One request as a batch sees it. */
export interface BatchItem {
  /** Sequences; they stay in one batch. */
  readonly rows: number;
  /** Tokens of the longest sequence, with those that may be generated. */
  readonly length: number;
}

/**
 * Groups items into batches, longest first, so that memory runs out at the start if at all. Equal items keep their order.
 *
 * @param sharedPrefix - leading tokens that all sequences have in common
 * @returns places in `items`, batch by batch; an item beyond the limits is a batch of its own
 */
export function planBatches(
  items: readonly BatchItem[],
  limits: BatchLimits,
  sharedPrefix = 0,
): readonly (readonly number[])[] {
  const sorted = items
    .map((item, place) => ({ ...item, place }))
    .sort((a, b) => b.length - a.length || a.place - b.place);
  const batches: number[][] = [];
  let open: number[] | undefined;
  let rows = 0;
  // tokens per row of the open batch, set by its first and longest item
  let width = 0;
  for (const item of sorted) {
    const wanted = rows + item.rows;
    if (open === undefined || wanted > limits.rows || sharedPrefix + wanted * width > limits.tokens) {
      open = [];
      batches.push(open);
      rows = 0;
      width = item.length - sharedPrefix;
    }
    open.push(item.place);
    rows += item.rows;
  }
  return batches;
}
