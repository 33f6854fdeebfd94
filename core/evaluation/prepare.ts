/** From requests to token ids and batches: what every candidate on one model shares, computed once per task. */
import { digestOf, type Digest } from '../digest.js';
import { OminusError } from '../errors.js';
import { batchLimits, planBatches, type BatchItem } from './batches.js';
import { commonPrefixLength } from './common-prefix.js';
import type { PromptTokenizer } from './model-interfaces.js';
import {
  generateOptions,
  type BlocksTask,
  type ChoicesRequest,
  type GenerateOptions,
  type ModelRequest,
  type ResponseTask,
} from './tasks.js';

/** A request in token ids. `tooLong`: longer than the model's context, so it is counted and never asked. */
export type PreparedRequest =
  | {
      readonly kind: 'choices';
      readonly id: string;
      readonly promptDigest: Digest;
      readonly prompt: readonly number[];
      readonly continuations: readonly (readonly number[])[];
      readonly tooLong: boolean;
    }
  | (GenerateOptions & {
      readonly kind: 'answer';
      readonly id: string;
      readonly promptDigest: Digest;
      readonly prompt: readonly number[];
      readonly tooLong: boolean;
    })
  | {
      readonly kind: 'block';
      readonly id: string;
      readonly promptDigest: Digest;
      readonly prompt: readonly number[];
      readonly remainderTokens: number;
      readonly tooLong: false;
    };

/** A task ready to be put to any candidate on the same model. */
export interface PreparedTask {
  readonly requests: readonly PreparedRequest[];
  /** Places in `requests`, batch by batch; requests that are too long are in none. */
  readonly batches: readonly (readonly number[])[];
  /** For reports: how prompts begin on this model. */
  readonly prompt: {
    /** Tokens that the tokenizer put before the first prompt's text (BOS), if any. */
    readonly prefixTokens: readonly number[];
    /** Token ids of the first prompt. */
    readonly firstPrompt: readonly number[];
  };
}

/** What {@link prepare} works on. */
export interface PrepareInput {
  readonly task: ResponseTask;
  readonly requests: readonly ModelRequest[];
  readonly tokenizer: PromptTokenizer;
  /** Positions of the model. */
  readonly contextLength: number;
  /** Multiplications per token, of a model on a CPU. */
  readonly multiplications?: number;
  /** What a chat template takes for today: `YYYY-MM-DD`; absent where it asks for none. */
  readonly day?: string;
  /** Asked after every request: a promise where other work should get a turn. Long tasks hold up heartbeats without it. */
  readonly pause?: () => Promise<void> | undefined;
}

/**
 * Tokenises all requests, packs documents into blocks, marks what is longer than the context, and plans the batches.
 *
 * @throws OminusError `DATA_INVALID` when documents do not fill one block, `TOKENIZER_INVALID` when the tokenizer lacks an end
 *   token that blocks need, or a chat template that the task needs
 */
export async function prepare(input: PrepareInput): Promise<PreparedTask> {
  const requests = input.task.kind === 'blocks' ? await packBlocks(input, input.task) : await encodeRequests(input);
  const asked = requests.map((request, place) => ({ request, place })).filter(({ request }) => !request.tooLong);
  const batches = planBatches(
    asked.map(({ request }) => batchItem(request, input.contextLength)),
    batchLimits(input.task.kind, input.multiplications ?? 0),
    sharedPrefix(
      input.task.kind,
      asked.map(({ request }) => request.prompt),
    ),
  );
  return {
    requests,
    batches: batches.map((batch) => batch.map((index) => asked[index]?.place ?? 0)),
    prompt: describePrompt(input, requests[0]?.prompt ?? []),
  };
}

/** Tokens that are computed once for all sequences of a batch. */
function sharedPrefix(kind: ResponseTask['kind'], prompts: readonly (readonly number[])[]): number {
  switch (kind) {
    case 'choices':
    case 'blocks':
      return commonPrefixLength(prompts);
    case 'answers':
      return 0;
  }
}

async function encodeRequests(input: PrepareInput): Promise<readonly PreparedRequest[]> {
  const { task, requests, tokenizer, day } = input;
  if (task.style !== 'chat-template') {
    return mapWithPauses(input, (request) => encodeRequest(request, input, textOf(request)));
  }
  const prompts = await tokenizer.chatPrompts(requests.map(textOf), day);
  return mapWithPauses(input, (request, place) => encodeRequest(request, input, prompts[place] ?? ''));
}

/** What stands before the answer. */
function textOf(request: ModelRequest): string {
  switch (request.kind) {
    case 'choices':
      return request.context;
    case 'answer':
      return request.prompt;
    case 'document':
      return request.text;
  }
}

/** @param words - what is asked, with a chat template around it where the task has one */
function encodeRequest(request: ModelRequest, input: PrepareInput, words: string): PreparedRequest {
  const { contextLength } = input;
  switch (request.kind) {
    case 'choices': {
      const { prompt, continuations } = encodeChoices(request, input, words);
      // the last token is scored but never fed to the model
      const fed = prompt.length + Math.max(...continuations.map((tokens) => tokens.length)) - 1;
      const tooLong = fed > contextLength;
      return { kind: 'choices', id: request.id, promptDigest: digestOfTokens(prompt), prompt, continuations, tooLong };
    }
    case 'answer': {
      const prompt = encodePrompt(words, input);
      const promptDigest = digestOfTokens(prompt);
      const tooLong = prompt.length > contextLength;
      return { kind: 'answer', id: request.id, promptDigest, prompt, ...generateOptions(request), tooLong };
    }
    case 'document':
      throw new OminusError('INTERNAL', { message: `a document [id=${request.id}] in a task of ${input.task.kind}` });
  }
}

function encodePrompt(text: string, { task, tokenizer }: PrepareInput): readonly number[] {
  // a chat template writes its own special tokens
  return tokenizer.encode(text, { specialTokens: task.style !== 'chat-template' });
}

function encodeChoices(
  request: ChoicesRequest,
  input: PrepareInput,
  words: string,
): { readonly prompt: readonly number[]; readonly continuations: readonly (readonly number[])[] } {
  const { tokenizer } = input;
  if (request.encoding === 'separate') {
    return {
      prompt: encodePrompt(words, input),
      continuations: request.continuations.map((text) => tokenizer.encode(text, { specialTokens: false })),
    };
  }
  // lm-evaluation-harness, api/model.py, TemplateLM._encode_pair: a split by count, even where tokens merge across the boundary
  const context = request.context.trimEnd();
  const blanks = request.context.slice(context.length);
  const prompt = tokenizer.encode(context, { specialTokens: true });
  const continuations = request.continuations.map((text) =>
    tokenizer.encode(context + blanks + text, { specialTokens: true }).slice(prompt.length),
  );
  return { prompt, continuations };
}

/**
 * Tokens per block of a task of blocks.
 *
 * @param contextLength - tokens that the model was made for
 * @throws OminusError `SPEC_INVALID` when blocks are longer than the context
 */
export function blockLength({ blockTokens }: Pick<BlocksTask, 'blockTokens'>, contextLength: number): number {
  const length = blockTokens ?? contextLength;
  if (length > contextLength) {
    throw new OminusError('SPEC_INVALID', {
      message: `blocks of ${length} tokens do not fit the model's context of ${contextLength}`,
      hint: `Set block to at most ${contextLength}.`,
    });
  }
  return length;
}

async function packBlocks(input: PrepareInput, task: BlocksTask): Promise<readonly PreparedRequest[]> {
  const { tokenizer, contextLength } = input;
  const [endToken] = tokenizer.endTokens;
  if (endToken === undefined) {
    throw new OminusError('TOKENIZER_INVALID', {
      message: 'the tokenizer has no end token, which is needed to join documents',
      hint: 'Set eos_token in tokenizer_config.json.',
    });
  }
  const length = blockLength(task, contextLength);
  const tokens: number[] = [];
  await mapWithPauses(input, (request) => {
    for (const token of tokenizer.encode(request.kind === 'document' ? request.text : '', { specialTokens: false })) {
      tokens.push(token);
    }
    tokens.push(endToken);
  });
  const count = Math.floor(tokens.length / length);
  if (count === 0) {
    throw new OminusError('DATA_INVALID', {
      message: `the documents have ${tokens.length} tokens, expected at least one block of ${length}`,
      hint: `Give more text, or set block to at most ${tokens.length}.`,
    });
  }
  return Array.from({ length: count }, (_, index) => {
    const prompt = tokens.slice(index * length, (index + 1) * length);
    const remainderTokens = index === count - 1 ? tokens.length % length : 0;
    const promptDigest = digestOfTokens(prompt);
    return { kind: 'block', id: `block-${index}`, promptDigest, prompt, remainderTokens, tooLong: false };
  });
}

function batchItem(request: PreparedRequest, contextLength: number): BatchItem {
  switch (request.kind) {
    case 'choices': {
      const longest = Math.max(...request.continuations.map((tokens) => tokens.length));
      return { rows: request.continuations.length, length: request.prompt.length + longest };
    }
    case 'answer':
      return { rows: 1, length: Math.min(request.prompt.length + request.maxNewTokens, contextLength) };
    case 'block':
      return { rows: 1, length: request.prompt.length };
  }
}

function describePrompt(input: PrepareInput, firstPrompt: readonly number[]): PreparedTask['prompt'] {
  const [first] = input.requests;
  if (first === undefined || first.kind === 'document' || input.task.style === 'chat-template') {
    return { prefixTokens: [], firstPrompt };
  }
  const added = firstPrompt.length - input.tokenizer.encode(textOf(first), { specialTokens: false }).length;
  return { prefixTokens: firstPrompt.slice(0, Math.max(0, added)), firstPrompt };
}

function digestOfTokens(tokens: readonly number[]): Digest {
  return digestOf(tokens.join(' '));
}

async function mapWithPauses<R>(
  { requests, pause }: Pick<PrepareInput, 'requests' | 'pause'>,
  map: (request: ModelRequest, place: number) => R,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (const [place, request] of requests.entries()) {
    results.push(map(request, place));
    const turn = pause?.();
    if (turn !== undefined) {
      await turn;
    }
  }
  return results;
}
