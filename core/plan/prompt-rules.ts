/** What prompts and answers depend on beside the digests of model, task and data. */
import type { Json } from '../digest.js';
import type { ResponseTask } from '../evaluation/tasks.js';

/** How the base model's prompts and answers come about. Whatever is absent has no part in keys. */
export interface PromptRules {
  /** What its chat template takes for today, `YYYY-MM-DD`, where it asks for it. */
  readonly day?: string;
  /** Version of how special tokens are found, where its files give others than in version 1. */
  readonly specialTokens?: number;
  /** Version of how its chat template is rendered, where that gives other prompts than in version 1. */
  readonly template?: number;
  /** Version of how its tokens are decoded, where that gives other texts than in version 1. */
  readonly decoding?: number;
}

/** The rules that a task's responses depend on, as facts of their key; version 1 and what is not asked for are left out. */
export function promptFacts(task: ResponseTask, rules: PromptRules = {}): Readonly<Record<string, Json>> {
  const { day, template, decoding, specialTokens } = rules;
  const isChat = task.style === 'chat-template';
  return {
    ...(isChat && day !== undefined ? { promptDay: day } : {}),
    ...(isChat && template !== undefined ? { template } : {}),
    ...(task.kind === 'answers' && decoding !== undefined ? { decoding } : {}),
    ...(specialTokens === undefined ? {} : { specialTokens }),
  };
}

/** The rules that any of the tasks depends on; undefined where there are none. */
export function rulesFor(tasks: readonly ResponseTask[], rules: PromptRules): PromptRules | undefined {
  const isChat = tasks.some(({ style }) => style === 'chat-template');
  const hasAnswers = tasks.some(({ kind }) => kind === 'answers');
  const { day, template, decoding, specialTokens } = rules;
  const used = {
    ...(isChat && day !== undefined ? { day } : {}),
    ...(isChat && template !== undefined ? { template } : {}),
    ...(hasAnswers && decoding !== undefined ? { decoding } : {}),
    ...(tasks.length > 0 && specialTokens !== undefined ? { specialTokens } : {}),
  };
  return Object.keys(used).length === 0 ? undefined : used;
}
