/** What benchmarks that read greedy answers have in common. Equal tasks over one data file share their answers. */
import { type Static, type TObject, type TProperties, Type } from 'typebox';
import { defineBenchmark, type BenchmarkDefinition } from './define-benchmark.js';
import {
  chatTemplateParameter,
  dataParameter,
  limitParameter,
  maxNewTokensParameter,
  readParameters,
  stopParameter,
} from './parameters.js';
import { type Answered, fullContextWarnings, tooLongWarnings, withResponses } from './responses.js';
import type { Benchmark, ExampleResult, ScoreInput } from './types.js';

/** Longest answer in the scripts of Ext-Sub's authors. */
export const AUTHORS_MAX_NEW_TOKENS = 500;

/** Parameters that all of them have: `data`, `max_new_tokens`, `stop`, `chat_template` and `limit`. */
export function answerParameters(maxNewTokens: number): {
  data: typeof dataParameter;
  max_new_tokens: ReturnType<typeof maxNewTokensParameter>;
  stop: typeof stopParameter;
  chat_template: typeof chatTemplateParameter;
  limit: typeof limitParameter;
} {
  return {
    data: dataParameter,
    max_new_tokens: maxNewTokensParameter(maxNewTokens),
    stop: stopParameter,
    chat_template: chatTemplateParameter,
    limit: limitParameter,
  };
}

/** One example and what the model answered to it. */
export type AnsweredItem<Item> = Answered<Item, 'answer'>;

/** What a benchmark makes of answers. */
export interface ScoredAnswers {
  /** Scores and details of every answer, in the order of the examples; a score is null where the prompt was too long. */
  readonly examples: readonly Pick<ExampleResult, 'scores' | 'detail'>[];
  /** Warnings beside the common ones. */
  readonly warnings?: readonly string[];
}

/** What is specific to a benchmark on answers. */
export interface AnswerBenchmark<Item extends { readonly id: string }, P extends TProperties> extends Omit<
  BenchmarkDefinition<Item, 'answers', P>,
  'task' | 'score'
> {
  /** Longest answer when the spec says nothing; its parameters hold {@link answerParameters}. */
  readonly maxNewTokens: number;
  /** Scores every answer. */
  readonly examples: (
    answered: readonly AnsweredItem<Item>[],
    parameters: Static<TObject<P>>,
    classify: ScoreInput['classify'],
  ) => Promise<ScoredAnswers> | ScoredAnswers;
}

/** The whole benchmark. */
export function answerBenchmark<Item extends { readonly id: string }, P extends TProperties>(
  definition: AnswerBenchmark<Item, P>,
): Benchmark {
  const { name, maxNewTokens: standard } = definition;
  const common = Type.Object(answerParameters(standard));
  return defineBenchmark<Item, 'answers', P>({
    ...definition,
    task(_own, base, given) {
      const { max_new_tokens: maxNewTokens = standard, stop, chat_template } = readParameters(name, common, given);
      const style = chat_template === true ? 'chat-template' : 'ext-sub';
      return { kind: 'answers', ...base, style, maxNewTokens, ...(stop === undefined ? {} : { stop }) };
    },
    async score({ parameters, given, items, responses, classify }) {
      const { max_new_tokens: maxNewTokens = standard } = readParameters(name, common, given);
      const answered = withResponses('answer', items(), responses);
      const scored = await definition.examples(answered, parameters, classify);
      const examples = answered.map(({ item, response: { promptDigest } }, at): ExampleResult => {
        const { scores = {}, detail = {} } = scored.examples[at] ?? {};
        return { id: item.id, promptDigest, scores, weight: 1, detail };
      });
      const warnings = [
        ...tooLongWarnings(answered),
        ...fullContextWarnings(answered, maxNewTokens),
        ...(scored.warnings ?? []),
      ];
      return { examples, warnings };
    },
  });
}
