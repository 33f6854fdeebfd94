/** A model's tokenizer: tokenizer.json with the special tokens that the folder's configurations name. */
import { join } from 'node:path';
import * as library from '@huggingface/tokenizers';
import { OminusError, errorMessage } from '../../core/errors.js';
import { openChatPrompts } from './chat-template.js';
import { readOptionalJsonObject, type UncheckedObject } from './json-file.js';
import { readSpecialTokens } from './special-tokens.js';

/** Text to token ids and back, as transformers does it. */
export interface TextTokenizer {
  /**
   * Token ids of a text. Special tokens written in the text are recognised either way.
   *
   * @param options.specialTokens - adds the tokenizer's own prefix and suffix (BOS, …); not, however, in front of a text
   *   that begins with the BOS token already (lm-evaluation-harness, `has_bos_prefix`)
   * @throws OminusError `TOKENIZER_INVALID` when the vocabulary lacks a piece of the text
   */
  encode(text: string, options: { readonly specialTokens: boolean }): readonly number[];
  /** Text of token ids; special tokens are left out unless they are asked for. */
  decode(tokens: readonly number[], options?: { readonly keepSpecialTokens?: boolean }): string;
  readonly bosToken: number | undefined;
  readonly padToken: number | undefined;
  /** Tokens that end an answer: the tokenizer's EOS first, then those that the model's configurations add. */
  readonly endTokens: readonly number[];
  /** Whether `encode` with special tokens begins with BOS by itself. */
  readonly addsBos: boolean;
  /**
   * The model's chat template around one message of a user, with the opening of the answer.
   *
   * @param day - of `strftime_now`: `YYYY-MM-DD`; this day in UTC by default
   * @throws OminusError `TOKENIZER_INVALID` when the folder has no template, or it fails
   */
  chatPrompt(message: string, day?: string): string;
  /** The same for many messages, in a process of their own that a hostile template may kill. */
  chatPrompts(messages: readonly string[], day: string | undefined): Promise<readonly string[]>;
}

/**
 * Opens the tokenizer of a model folder.
 *
 * @throws OminusError `TOKENIZER_INVALID` when tokenizer.json is missing or cannot be used
 */
export async function openTokenizer(folder: string): Promise<TextTokenizer> {
  const invalid = 'TOKENIZER_INVALID';
  const json = await readOptionalJsonObject(join(folder, 'tokenizer.json'), invalid);
  if (json === undefined) {
    throw new OminusError(invalid, {
      message: `there is no tokenizer.json [folder=${folder}]`,
      hint: `Save it as a fast tokenizer: AutoTokenizer.from_pretrained(${JSON.stringify(folder)}).save_pretrained(${JSON.stringify(folder)}).`,
    });
  }
  const settings = (await readOptionalJsonObject(join(folder, 'tokenizer_config.json'), invalid)) ?? {};
  const generation = (await readOptionalJsonObject(join(folder, 'generation_config.json'), invalid)) ?? {};
  const config = (await readOptionalJsonObject(join(folder, 'config.json'), invalid)) ?? {};
  const pieces = createPieces(folder, json, settings);
  const special = await readSpecialTokens(folder, settings);
  const idOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : pieces.idOf(text));
  const eosIds = [idOf(special.eos_token), ...idList(generation['eos_token_id'] ?? config['eos_token_id'])];
  const bosToken = idOf(special.bos_token) ?? idList(generation['bos_token_id'] ?? config['bos_token_id'])[0];
  const cleanUp = cleansUp(json, settings);
  const chat = await openChatPrompts(folder, settings, special);
  const addsBos = bosToken !== undefined && pieces.encode('a', true)[0] === bosToken;

  return {
    encode(text, { specialTokens }) {
      const { bos_token: bos } = special;
      const hasBos = bos !== undefined && bos !== '' && text.startsWith(bos);
      return pieces.encode(text, specialTokens && !(hasBos && addsBos));
    },
    decode: (tokens, options) => pieces.decode(tokens, options?.keepSpecialTokens !== true, cleanUp),
    bosToken,
    padToken: idOf(special.pad_token),
    endTokens: [...new Set(eosIds.filter((id) => id !== undefined))],
    addsBos,
    chatPrompt: (message, day) => chat.one(message, day),
    chatPrompts: (messages, day) => chat.all(messages, day),
  };
}

/**
 * Whether decoding takes blanks out in front of punctuation, as `clean_up_tokenization_spaces` asks: not of BPE, whose text it would damage
 * (`_decode` of tokenization_utils_tokenizers.py, transformers 5.7 and later).
 */
export function cleansUp(json: UncheckedObject, settings: UncheckedObject): boolean {
  const force = settings['clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output'] === true;
  return settings['clean_up_tokenization_spaces'] === true && (force || !isBpe(json));
}

/** Whether tokenizer.json has a BPE model; old files leave its type out. */
function isBpe({ model }: UncheckedObject): boolean {
  return typeof model === 'object' && model !== null && ('type' in model ? model.type === 'BPE' : 'merges' in model);
}

/** The library behind plain functions, its failures as our errors. */
interface Pieces {
  encode(text: string, specialTokens: boolean): number[];
  decode(tokens: readonly number[], skipSpecialTokens: boolean, cleanUp: boolean): string;
  idOf(token: string): number | undefined;
}

/** The library's class. Its own types import files without extensions, which TypeScript does not resolve in ES modules. */
type CreateTokenizer = new (
  json: UncheckedObject,
  settings: UncheckedObject,
) => {
  encode(
    text: string,
    options: { readonly add_special_tokens: boolean },
  ): { readonly ids: readonly (number | undefined)[]; readonly tokens: readonly string[] };
  decode(
    tokens: readonly number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string;
  token_to_id(token: string): number | undefined;
};
const { Tokenizer } = library as unknown as { readonly Tokenizer: CreateTokenizer };

function createPieces(folder: string, json: UncheckedObject, settings: UncheckedObject): Pieces {
  const invalid = (problem: string, cause?: unknown): OminusError =>
    new OminusError('TOKENIZER_INVALID', {
      message: `the tokenizer cannot be used [folder=${folder}]: ${problem}`,
      hint: 'Use the tokenizer.json and tokenizer_config.json that were saved with the model.',
      cause,
    });
  let tokenizer: InstanceType<CreateTokenizer>;
  try {
    tokenizer = new Tokenizer(json, settings);
  } catch (error) {
    throw invalid(errorMessage(error).slice(0, 200), error);
  }
  return {
    encode(text, specialTokens) {
      const { ids, tokens } = tokenizer.encode(text, { add_special_tokens: specialTokens });
      // A piece outside the vocabulary has no id where there is no unknown token.
      return ids.map((id, place) => {
        if (id === undefined) {
          throw invalid(`its vocabulary lacks ${JSON.stringify(tokens[place])} and has no unknown token`);
        }
        return id;
      });
    },
    decode(tokens, skipSpecialTokens, cleanUp) {
      const options = { skip_special_tokens: skipSpecialTokens, clean_up_tokenization_spaces: cleanUp };
      return tokens.length === 0 ? '' : tokenizer.decode(tokens, options);
    },
    idOf: (token) => tokenizer.token_to_id(token),
  };
}

/** Ids of a configuration key that holds one or a list of them. */
function idList(value: unknown): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((id): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0);
}
