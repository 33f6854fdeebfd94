/** The chat template of a model folder, and prompts made by it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OminusError, errorMessage } from '../../core/errors.js';
import { quoted } from '../../core/foreign-text.js';
import { compileTemplate, type ChatTemplate } from '../../core/template/chat-template.js';
import { isMissing } from '../files/system-error.js';
import { fileError } from '../safetensors/reader.js';
import type { UncheckedObject } from './json-file.js';
import type { SpecialTokens } from './special-tokens.js';
import { renderInProcess, type RenderTask } from './template-process.js';

/** Prompts by a model's chat template: each one message of a user, with the opening of the answer. */
export interface ChatPrompts {
  /** Whether the folder has a template. */
  readonly exists: boolean;
  /** One prompt, made in this process; the template's budget bounds it. `day` is that of `strftime_now`: `YYYY-MM-DD`. */
  one(message: string, day?: string): string;
  /** Prompts, made in a process of their own, which may die. */
  all(messages: readonly string[], day: string | undefined): Promise<readonly string[]>;
}

/** The text of a folder's template, or undefined: chat_template.jinja, else the one of tokenizer_config.json. */
export async function readTemplateSource(folder: string, settings: UncheckedObject): Promise<string | undefined> {
  return (await readTemplateFile(join(folder, 'chat_template.jinja'))) ?? templateOf(settings['chat_template']);
}

/** Makes prompts; they fail with `TOKENIZER_INVALID` when there is no template, or it fails. */
export async function openChatPrompts(
  folder: string,
  settings: UncheckedObject,
  tokens: SpecialTokens,
): Promise<ChatPrompts> {
  const source = await readTemplateSource(folder, settings);
  const task = (messages: readonly string[], day = today()): RenderTask => ({
    source: source ?? missingTemplate(folder),
    tokens: { ...tokens },
    messages,
    day,
  });
  let template: ChatTemplate | undefined;
  return {
    exists: source !== undefined,
    one(message, day) {
      const { messages, ...input } = task([message], day);
      try {
        template ??= compileTemplate(input.source);
        return template.render({ ...input, messages: messages.map((content) => ({ role: 'user', content })) });
      } catch (error) {
        throw templateFails(folder, errorMessage(error), error);
      }
    },
    async all(messages, day) {
      const { prompts, problem } = await renderInProcess(task(messages, day));
      if (problem !== undefined) {
        throw templateFails(folder, problem);
      }
      return prompts;
    },
  };
}

/** This day in UTC: `YYYY-MM-DD`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function missingTemplate(folder: string): never {
  throw new OminusError('TOKENIZER_INVALID', {
    message: `the model has no chat template [folder=${folder}]`,
    hint: 'Choose another prompt style, or use a chat-tuned model.',
  });
}

function templateFails(folder: string, problem: string, cause?: unknown): OminusError {
  return new OminusError('TOKENIZER_INVALID', {
    message: `the model's chat template fails [folder=${folder}]: ${quoted(problem, 200)}`,
    hint: 'Choose another prompt style, or correct the template.',
    cause,
  });
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
