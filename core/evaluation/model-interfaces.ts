/** What evaluation needs of a tokenizer and of an inference engine; io/model provides both. */
import type { GenerateOptions } from './tasks.js';

/** A model's tokenizer. */
export interface PromptTokenizer {
  /**
   * Token ids of a text.
   *
   * @param specialTokens - whether the tokenizer's own prefix and suffix (BOS, …) are added, as it does by default;
   *   special tokens written in the text are recognised either way
   */
  encode(text: string, options: { readonly specialTokens: boolean }): readonly number[];
  /** Text of token ids; special tokens are left out. */
  decode(tokens: readonly number[]): string;
  /** Tokens that end an answer; the first one is the tokenizer's EOS, which joins documents. */
  readonly endTokens: readonly number[];
  /**
   * The model's chat template around each message of a user, with the opening of the answer.
   *
   * @param day - what the template takes for today: `YYYY-MM-DD`; this day in UTC where undefined
   * @throws OminusError `TOKENIZER_INVALID` when the model has no template, or it fails
   */
  chatPrompts(messages: readonly string[], day: string | undefined): Promise<readonly string[]>;
}

/** What an engine is told about answers. */
export interface DecodingOptions extends GenerateOptions {
  /** Any of these tokens ends an answer; none of them is part of it. */
  readonly endTokens: readonly number[];
}

/** The part of an inference engine that responses need; `C` is whatever it takes for a candidate. */
export interface ResponseEngine<C> {
  score(
    candidate: C,
    rows: readonly { readonly context: readonly number[]; readonly continuation: readonly number[] }[],
    signal?: AbortSignal,
  ): Promise<readonly { readonly logProbs: ArrayLike<number>; readonly isArgmax: readonly boolean[] }[]>;
  generate(
    candidate: C,
    prompts: readonly (readonly number[])[],
    options: DecodingOptions,
    signal?: AbortSignal,
  ): Promise<readonly { readonly tokens: readonly number[]; readonly finished: boolean }[]>;
}

/** Where finished parts of a task's responses are kept; numbers count from 0 and mean the same batch in every run. */
export interface ShardStore {
  load(shard: number): Promise<Uint8Array | undefined>;
  save(shard: number, bytes: Uint8Array): Promise<void>;
}
