/** What prompts depend on, fixed while planning: the day that a chat template writes, and versions of how prompts are made. */
import type { Span } from '../../core/diagnostic.js';
import { extSubPrompt } from '../../core/evaluation/prompts.js';
import { requireBenchmark } from '../../core/evaluation/registry.js';
import type { ResponseTask } from '../../core/evaluation/tasks.js';
import { rulesFor, type PromptRules } from '../../core/plan/prompt-rules.js';
import type { Spec, SpecBenchmark } from '../../core/spec/types.js';
import { today } from '../../io/model/chat-template.js';
import { promptByTemplate, readPromptTraits, type PromptTraits } from '../../io/model/prompt-traits.js';
import { placeOf } from './check-benchmarks.js';
import type { PlanProblems } from './plan-problems.js';

/** The day that an unfinished run of a spec's name was planned with, if there is one. */
export type KeptDay = (name: string) => Promise<string | undefined>;

/** Rules of a spec's prompts, and what the user should know of them. */
export interface SpecPrompts {
  readonly rules: PromptRules | undefined;
  readonly warnings: readonly string[];
}

/** Message whose prompt shows whether a template writes what benchmarks write without it. */
const SAMPLE = 'Hello';

/**
 * Looks at the base model's chat template and tokenizer, as far as the spec's benchmarks depend on them; a template that fails is reported.
 *
 * @param folder - of the base model
 */
export async function specPrompts(
  spec: Spec,
  folder: string | undefined,
  keptDay: KeptDay,
  problems: PlanProblems,
): Promise<SpecPrompts> {
  const used = spec.evaluate.benchmarks.flatMap((benchmark) => {
    const task = taskOf(benchmark);
    return task === undefined ? [] : [{ benchmark, task }];
  });
  const place = spec.base?.span ?? used[0]?.benchmark.span;
  if (folder === undefined || place === undefined || used.length === 0) {
    return { rules: undefined, warnings: [] };
  }
  const traits = await problems.attempt(place, () => readPromptTraits(folder));
  if (traits === undefined) {
    return { rules: undefined, warnings: [] };
  }
  const chat = used.find(({ task }) => task.style === 'chat-template');
  const at: Span | undefined = chat && placeOf(chat.benchmark, 'chat_template');
  const day = async (): Promise<string> =>
    spec.promptDate ?? (traits.asksDay ? await keptDay(spec.name) : undefined) ?? today();
  const ofTemplate = at && (await problems.attempt(at, async () => traits.templateRules(await day())));
  return {
    rules: rulesFor(
      used.map(({ task }) => task),
      { ...traits.rules, ...ofTemplate },
    ),
    warnings: withoutTemplate(used, traits),
  };
}

/** Its task; undefined where its parameters are wrong, which is reported already. */
function taskOf({ benchmark, parameters }: SpecBenchmark): ResponseTask | undefined {
  try {
    return requireBenchmark(benchmark).task(parameters);
  } catch {
    return undefined;
  }
}

/** Benchmarks that could ask by the model's own template and do not, though nobody said so. */
function withoutTemplate(
  used: readonly { readonly benchmark: SpecBenchmark; readonly task: ResponseTask }[],
  traits: PromptTraits,
): readonly string[] {
  const labels = used
    .filter(({ benchmark, task }) => task.style === 'ext-sub' && benchmark.parameters['chat_template'] === undefined)
    .map(({ benchmark }) => benchmark.label);
  const prompt = labels.length === 0 ? undefined : promptByTemplate(traits, SAMPLE);
  return prompt === undefined || prompt === extSubPrompt(SAMPLE)
    ? []
    : [
        `the base model has a chat template, but ${labels.join(', ')} ask${labels.length === 1 ? 's' : ''} without it; ` +
          'set evaluate.chat_template to true, or to false if that is meant',
      ];
}
