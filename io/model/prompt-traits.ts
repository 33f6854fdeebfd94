/** What of a base model's folder prompts and answers depend on, told while planning: without a runtime, and without its tokenizer. */
import { join } from 'node:path';
import type { PromptRules } from '../../core/plan/prompt-rules.js';
import { asksDay } from '../../core/template/chat-template.js';
import { openChatPrompts, readTemplateSource, today, type ChatPrompts } from './chat-template.js';
import { readJsonObject, readOptionalJsonObject, type UncheckedObject } from './json-file.js';
import { readSpecialTokens, tokensOf, type SpecialTokens } from './special-tokens.js';
import { renderInProcess } from './template-process.js';
import { cleansUp } from './tokenizer.js';

/** Messages that show how a template writes: short, and with blanks and line ends at both ends. */
const PROBES = ['Hello', '  two\nlines \n'];
const VERSION = 2;

/** What of a model's folder planning knows. */
export interface PromptTraits {
  /** Its chat template; `exists` is false where it has none. */
  readonly chat: ChatPrompts;
  /** Whether the template's prompts depend on the day. */
  readonly asksDay: boolean;
  /** Rules whose version is above 1 for this folder; that of the template is asked for by `templateRules`. */
  readonly rules: PromptRules;
  /**
   * What chat prompts depend on. Renders the template, which shows whether it works.
   *
   * @param day - for templates that ask for it
   * @throws OminusError `TOKENIZER_INVALID` when there is no template, or it fails
   */
  templateRules(day: string): Promise<PromptRules>;
}

/**
 * Reads a base model's traits.
 *
 * @throws OminusError `TOKENIZER_INVALID`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export async function readPromptTraits(folder: string): Promise<PromptTraits> {
  const settings = (await readOptionalJsonObject(join(folder, 'tokenizer_config.json'), 'TOKENIZER_INVALID')) ?? {};
  const [tokens, before] = [await readSpecialTokens(folder, settings), tokensOf(settings)];
  const source = await readTemplateSource(folder, settings);
  const chat = await openChatPrompts(folder, settings, tokens);
  const asks = source !== undefined && asksDay(source);
  const sameTokens = (['bos_token', 'eos_token'] as const).every((name) => tokens[name] === before[name]);
  return {
    chat,
    asksDay: asks,
    rules: {
      ...(sameTokens ? {} : { specialTokens: VERSION }),
      ...((await decodesAnew(folder, settings)) ? { decoding: VERSION } : {}),
    },
    async templateRules(day) {
      const prompts = await chat.all(PROBES, day);
      if (asks) {
        return { day };
      }
      return (await isAsBefore(source ?? '', before, prompts)) ? {} : { template: VERSION };
    },
  };
}

/** Whether answers are decoded otherwise than by version 1, which cleaned up after BPE, too. */
async function decodesAnew(folder: string, settings: UncheckedObject): Promise<boolean> {
  if (settings['clean_up_tokenization_spaces'] !== true) {
    return false;
  }
  return !cleansUp(await readJsonObject(join(folder, 'tokenizer.json'), 'TOKENIZER_INVALID'), settings);
}

/** Whether version 1 rendered the same prompts; where it failed, no store has any. */
async function isAsBefore(source: string, before: SpecialTokens, prompts: readonly string[]): Promise<boolean> {
  const old = await renderInProcess({ source, tokens: { ...before }, messages: PROBES, day: today(), asBefore: true });
  return old.problem === undefined && old.prompts.every((prompt, place) => prompt === prompts[place]);
}

/** The prompt of a message by the folder's own template, or undefined where it has none or that fails. */
export function promptByTemplate({ chat }: Pick<PromptTraits, 'chat'>, message: string): string | undefined {
  try {
    return chat.exists ? chat.one(message) : undefined;
  } catch {
    return undefined; // it is not used; where it is, templateRules says what is wrong
  }
}
