/** Chat templates: Jinja, from chat_template.jinja or tokenizer_config.json. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { OminusError, errorMessage } from '../../core/errors.js';
import { isMissing } from '../files/system-error.js';
import { fileError } from '../safetensors/reader.js';
import type { UncheckedObject } from './json-file.js';

/** Renders one message of a user, with the opening of the answer. */
export type ChatPrompt = (message: string) => string;

/** Special tokens that templates name. */
export interface TemplateTokens {
  readonly bos: string | undefined;
  readonly eos: string | undefined;
}

/** Reads the folder's template; the function fails with `TOKENIZER_INVALID` when there is none. */
export async function readChatTemplate(
  folder: string,
  settings: UncheckedObject,
  tokens: TemplateTokens,
): Promise<ChatPrompt> {
  const source = (await readTemplateFile(join(folder, 'chat_template.jinja'))) ?? templateOf(settings['chat_template']);
  let template: Template | undefined;
  return (message) => {
    if (source === undefined) {
      throw new OminusError('TOKENIZER_INVALID', {
        message: `the model has no chat template [folder=${folder}]`,
        hint: 'Choose another prompt style, or use a chat-tuned model.',
      });
    }
    try {
      template ??= new Template(source);
      return template.render({
        messages: [{ role: 'user', content: message }],
        add_generation_prompt: true,
        bos_token: tokens.bos ?? '',
        eos_token: tokens.eos ?? '',
      });
    } catch (error) {
      throw new OminusError('TOKENIZER_INVALID', {
        message: `the model's chat template fails [folder=${folder}]: ${errorMessage(error).slice(0, 200)}`,
        hint: 'Choose another prompt style, or correct the template.',
        cause: error,
      });
    }
  };
}

async function readTemplateFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw fileError(path, error);
  }
}

/** A text, or a list of named ones of which `default` counts. */
function templateOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  const named: readonly unknown[] = Array.isArray(value) ? value : [];
  for (const item of named) {
    if (typeof item === 'object' && item !== null && 'name' in item && item.name === 'default' && 'template' in item) {
      return typeof item.template === 'string' ? item.template : undefined;
    }
  }
  return undefined;
}
