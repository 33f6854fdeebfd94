/** Special tokens of a tokenizer folder, by name, as transformers 5.24 reads them (`_from_pretrained` of tokenization_utils_base.py). */
import { join } from 'node:path';
import { readOptionalJsonObject, type UncheckedObject } from './json-file.js';

/** Names that templates and tokenizers know (`SPECIAL_TOKENS_ATTRIBUTES`). */
const NAMES = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'] as const;

/** Text by name; absent where there is none. */
export type SpecialTokens = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

/**
 * The tokens that tokenizer_config.json names, and over them those of special_tokens_map.json, which counts only where tokenizer_config.json
 * has no `added_tokens_decoder`.
 *
 * @param settings - tokenizer_config.json
 * @throws OminusError `TOKENIZER_INVALID`
 */
export async function readSpecialTokens(folder: string, settings: UncheckedObject): Promise<SpecialTokens> {
  const isModern = 'added_tokens_decoder' in settings;
  const map = isModern
    ? undefined
    : await readOptionalJsonObject(join(folder, 'special_tokens_map.json'), 'TOKENIZER_INVALID');
  return tokensOf({ ...settings, ...map });
}

/** The tokens that one file names. */
export function tokensOf(settings: UncheckedObject): SpecialTokens {
  const named = NAMES.map((name) => [name, tokenText(settings[name])] as const);
  return Object.fromEntries(named.filter(([, text]) => text !== undefined));
}

/** A token: its text, or an object with `content`. */
function tokenText(value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null && 'content' in value) {
    return typeof value.content === 'string' ? value.content : undefined;
  }
  return typeof value === 'string' ? value : undefined;
}
