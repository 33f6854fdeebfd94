/** How a model's responses came about: how prompts began, what was halved, on what they were computed. Beside the responses, never part of them. */
import type { Json } from '../digest.js';
import type { RespondResult } from './respond.js';

/** What is kept of a first prompt: a block of text may be as long as the context, and a record must stay small. */
const MOST_TOKENS = 256;
/** Characters (code points) kept of its text, at its beginning and at its end. */
const KEPT_TEXT = { begin: 400, end: 200 } as const;

/** How prompts of a task begin on a model: the same for every candidate. Texts are null in records of older runs. */
export interface PromptFacts {
  /** What the tokenizer put before the first prompt's text: BOS, or nothing. */
  readonly prefixTokens: readonly number[];
  readonly prefixText: string | null;
  /** The first prompt's number of tokens; the first of them; its text as the model is given it, shortened in its middle. */
  readonly firstPrompt: {
    readonly tokens: number;
    readonly ids: readonly number[];
    readonly text: string | null;
  };
}

/** What a respond node says of itself. */
export interface RespondFacts {
  readonly prompt: PromptFacts;
  /** Batches that were halved since memory ran out. */
  readonly halvedBatches: number;
  /** What computed the last batches: device, onnxruntime, threads, processor. Null in records of older runs. */
  readonly environment: Readonly<Record<string, string>> | null;
}

/**
 * Facts as the summary of a node's record.
 *
 * @param decode - text of token ids, special tokens among them
 */
export function respondSummary(
  { prompt, halvedBatches }: Pick<RespondResult, 'prompt' | 'halvedBatches'>,
  decode: (tokens: readonly number[]) => string,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, Json>> {
  const prefixTokens = prompt.prefixTokens.slice(0, MOST_TOKENS);
  return {
    halvedBatches,
    prefixTokens,
    prefixText: decode(prefixTokens),
    firstPrompt: prompt.firstPrompt.slice(0, MOST_TOKENS),
    firstPromptTokens: prompt.firstPrompt.length,
    firstPromptText: shortened(decode(prompt.firstPrompt)),
    environment: { ...environment },
  };
}

/** Reads a summary, an older one too; undefined where it says nothing of prompts. */
export function readRespondSummary(summary: Readonly<Record<string, Json>>): RespondFacts | undefined {
  const prefixTokens = numbers(summary['prefixTokens']);
  const ids = numbers(summary['firstPrompt']);
  if (prefixTokens === undefined || ids === undefined) {
    return undefined;
  }
  const { prefixText, firstPromptTokens, firstPromptText, halvedBatches, environment } = summary;
  return {
    prompt: {
      prefixTokens,
      prefixText: typeof prefixText === 'string' ? prefixText : null,
      firstPrompt: {
        tokens: typeof firstPromptTokens === 'number' ? firstPromptTokens : ids.length,
        ids: ids.slice(0, MOST_TOKENS),
        text: typeof firstPromptText === 'string' ? firstPromptText : null,
      },
    },
    halvedBatches: typeof halvedBatches === 'number' ? halvedBatches : 0,
    environment: texts(environment),
  };
}

function shortened(text: string): string {
  const letters = Array.from(text);
  const left = letters.length - KEPT_TEXT.begin - KEPT_TEXT.end;
  return left <= 0
    ? text
    : `${letters.slice(0, KEPT_TEXT.begin).join('')} […${String(left)} characters…] ${letters.slice(-KEPT_TEXT.end).join('')}`;
}

function numbers(value: Json | undefined): readonly number[] | undefined {
  const list: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  return list?.every((entry): entry is number => typeof entry === 'number') === true ? list : undefined;
}

function texts(value: Json | undefined): Readonly<Record<string, string>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return null;
  }
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
