/** One batch on the engine, halved where memory runs out. */
import { errorCode, OminusError } from '../errors.js';
import type { PromptTokenizer, ResponseEngine } from './model-interfaces.js';
import type { PreparedRequest } from './prepare.js';
import type { FinishedBatch } from './shards.js';
import { cutAtStop } from './stop-texts.js';
import { generateOptions, type GenerateOptions } from './tasks.js';
import type { ChoiceScore, ModelResponse } from './types.js';

/** Who answers. */
export interface Respondent<C> {
  readonly tokenizer: Pick<PromptTokenizer, 'decode' | 'endTokens'>;
  readonly engine: ResponseEngine<C>;
  readonly candidate: C;
  readonly signal?: AbortSignal | undefined;
}

interface Row {
  readonly context: readonly number[];
  readonly continuation: readonly number[];
}
type Scored = Awaited<ReturnType<ResponseEngine<unknown>['score']>>[number];

/**
 * Responses to the requests of one batch, all of one kind, in their order.
 *
 * @throws OminusError `OUT_OF_MEMORY` when a single sequence does not fit, `MODEL_INVALID` when the model computes NaN
 */
export async function runBatch<C>(
  batch: readonly PreparedRequest[],
  respondent: Respondent<C>,
): Promise<FinishedBatch> {
  const [first] = batch;
  switch (first?.kind) {
    case 'answer':
      return generateBatch(batch, respondent, generateOptions(first));
    case 'choices':
    case 'block':
      return scoreBatch(batch, respondent);
    case undefined:
      return { responses: [], wasHalved: false };
  }
}

async function scoreBatch<C>(batch: readonly PreparedRequest[], respondent: Respondent<C>): Promise<FinishedBatch> {
  const { engine, candidate, signal } = respondent;
  const rowsOf = batch.map(rowsOfRequest);
  // a continuation without tokens has probability 1; the engine is not asked
  const asked = rowsOf.flat().filter((row) => row.continuation.length > 0);
  const run = await halving(asked, (rows) => engine.score(candidate, rows, signal));
  const scored = run.results.values();
  const responses = batch.map((request, index): ModelResponse => {
    const scores = (rowsOf[index] ?? []).map((row) => (row.continuation.length > 0 ? next(scored) : undefined));
    return toResponse(request, scores);
  });
  return { responses, wasHalved: run.wasHalved };
}

async function generateBatch<C>(
  batch: readonly PreparedRequest[],
  { engine, candidate, signal, tokenizer }: Respondent<C>,
  ofTask: GenerateOptions,
): Promise<FinishedBatch> {
  const options = { ...ofTask, endTokens: tokenizer.endTokens };
  const run = await halving(batch, (requests) =>
    engine.generate(
      candidate,
      requests.map((request) => request.prompt),
      options,
      signal,
    ),
  );
  const generated = run.results.values();
  const responses = batch.map(({ id, promptDigest, prompt }): ModelResponse => {
    const { tokens, text, finished } = cutAtStop(next(generated), ofTask.stop ?? [], (ids) => tokenizer.decode(ids));
    return { kind: 'answer', id, promptDigest, promptTokens: prompt.length, tokens, text, finished, tooLong: false };
  });
  return { responses, wasHalved: run.wasHalved };
}

function rowsOfRequest(request: PreparedRequest): readonly Row[] {
  switch (request.kind) {
    case 'choices':
      return request.continuations.map((continuation) => ({ context: request.prompt, continuation }));
    case 'block':
      return [{ context: request.prompt.slice(0, 1), continuation: request.prompt.slice(1) }];
    case 'answer':
      throw new OminusError('INTERNAL', { message: `answer [id=${request.id}] in a batch of scores` });
  }
}

function toResponse(request: PreparedRequest, scores: readonly (Scored | undefined)[]): ModelResponse {
  const { id, promptDigest } = request;
  switch (request.kind) {
    case 'choices': {
      const choices = request.continuations.map((tokens, index): ChoiceScore => {
        const score = scores[index];
        return {
          tokens,
          logProb: finite(id, sum(score?.logProbs ?? [])),
          isGreedy: score === undefined || score.isArgmax.every((isArgmax) => isArgmax),
        };
      });
      return { kind: 'choices', id, promptDigest, contextTokens: request.prompt.length, choices, tooLong: false };
    }
    case 'block': {
      const [score] = scores;
      return {
        kind: 'block',
        id,
        promptDigest,
        tokens: request.prompt.length - 1,
        lossNats: -finite(id, sum(score?.logProbs ?? [])),
        correct: score?.isArgmax.filter((isArgmax) => isArgmax).length ?? 0,
        ...(request.remainderTokens === 0 ? {} : { remainderTokens: request.remainderTokens }),
      };
    }
    case 'answer':
      throw new OminusError('INTERNAL', { message: `answer [id=${id}] in a batch of scores` });
  }
}

/** Runs all items at once; where memory runs out, each half, and so on. */
async function halving<T, R>(
  items: readonly T[],
  run: (items: readonly T[]) => Promise<readonly R[]>,
): Promise<{ readonly results: readonly R[]; readonly wasHalved: boolean }> {
  if (items.length === 0) {
    return { results: [], wasHalved: false };
  }
  try {
    const results = await run(items);
    if (results.length !== items.length) {
      throw new OminusError('INTERNAL', {
        message: `the engine gave ${results.length} results, expected ${items.length}`,
      });
    }
    return { results, wasHalved: false };
  } catch (error) {
    if (errorCode(error) !== 'OUT_OF_MEMORY' || items.length === 1) {
      throw error;
    }
    const middle = Math.ceil(items.length / 2);
    const front = await halving(items.slice(0, middle), run);
    const back = await halving(items.slice(middle), run);
    return { results: [...front.results, ...back.results], wasHalved: true };
  }
}

/** @throws OminusError `MODEL_INVALID` for a log-probability that is no number, which no further attempt would change */
function finite(id: string, logProb: number): number {
  if (!Number.isFinite(logProb)) {
    throw new OminusError('MODEL_INVALID', {
      message: `the model computes ${String(logProb)} as a log-probability [example=${id}]`,
      hint: 'Its weights have NaN or Infinity, or what is evaluated changes them beyond float32: check the checkpoint, or use a smaller lambda.',
    });
  }
  return logProb;
}

/** In float64, whatever the engine's element type. */
function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    total += values[i] ?? 0;
  }
  return total;
}

function next<T>(iterator: Iterator<T, unknown>): T {
  const step = iterator.next();
  if (step.done === true) {
    throw new OminusError('INTERNAL', { message: 'fewer results than requests' });
  }
  return step.value;
}
