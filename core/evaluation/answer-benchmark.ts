/** What benchmarks that read greedy answers have in common. Equal tasks over one data file share their answers. */
import { type Static, type TSchema, Type } from 'typebox';
import type { Json } from '../digest.js';
import { metricValues } from './metric-values.js';
import {
  chatTemplateParameter,
  dataParameter,
  limitParameter,
  maxNewTokensParameter,
  readParameters,
} from './parameters.js';
import type { ReadOptions } from './readers/records.js';
import { type Answered, fullContextWarnings, tooLongWarnings, withResponses } from './responses.js';
import type { Benchmark, ExampleResult, ScoreInput } from './types.js';

/** Longest answer in the scripts of Ext-Sub's authors. */
export const AUTHORS_MAX_NEW_TOKENS = 500;

/** Parameters that all of them have: `data`, `max_new_tokens`, `chat_template` and `limit`. */
export function answerParameters(maxNewTokens: number): {
  data: typeof dataParameter;
  max_new_tokens: ReturnType<typeof maxNewTokensParameter>;
  chat_template: typeof chatTemplateParameter;
  limit: typeof limitParameter;
} {
  return {
    data: dataParameter,
    max_new_tokens: maxNewTokensParameter(maxNewTokens),
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
  /** What must be said beside the common warnings. */
  readonly warnings?: readonly string[];
}

/** A benchmark on answers, but for what they have in common. */
export interface AnswerBenchmark<Item extends { readonly id: string }, Parameters extends TSchema> extends Pick<
  Benchmark,
  'name' | 'title' | 'resultVersion' | 'metrics' | 'classifier'
> {
  /** Holds {@link answerParameters}. */
  readonly parameters: Parameters;
  /** Longest answer when the spec says nothing. */
  readonly maxNewTokens: number;
  /** Which reader turns the data file into requests (core/evaluation/readers/requests.ts), and its items. */
  readonly reader: string;
  readonly read: (data: string, options: ReadOptions) => readonly Item[];
  /** Scores every answer. */
  readonly examples: (
    answered: readonly AnsweredItem<Item>[],
    parameters: Static<Parameters>,
    classify: ScoreInput['classify'],
  ) => Promise<ScoredAnswers>;
}

/** The whole benchmark. */
export function answerBenchmark<Item extends { readonly id: string }, Parameters extends TSchema>(
  definition: AnswerBenchmark<Item, Parameters>,
): Benchmark {
  const { name, title, resultVersion, parameters, metrics, classifier, maxNewTokens: standard } = definition;
  const common = Type.Object(answerParameters(standard));
  const readCommon = (given: Readonly<Record<string, Json>>): Static<typeof common> => {
    readParameters(name, parameters, given); // names what the benchmark does not know
    return readParameters(name, common, given);
  };
  return {
    ...{ name, title, resultVersion, parameters, metrics, classifier },
    task(given) {
      const { max_new_tokens: maxNewTokens = standard, chat_template: chatTemplate, limit } = readCommon(given);
      return {
        kind: 'answers',
        reader: definition.reader,
        resultVersion: 1,
        style: chatTemplate === true ? 'chat-template' : 'ext-sub',
        maxNewTokens,
        ...(limit === undefined ? {} : { limit }),
      };
    },
    async score(input) {
      const { data: source, limit, max_new_tokens: maxNewTokens = standard } = readCommon(input.parameters);
      const items = definition.read(input.data, { source, limit });
      const answered = withResponses('answer', items, input.responses);
      const own = readParameters(name, parameters, input.parameters);
      const scored = await definition.examples(answered, own, input.classify);
      const examples = answered.map(({ item, response: { promptDigest } }, at): ExampleResult => {
        const { scores = {}, detail = {} } = scored.examples[at] ?? {};
        return { id: item.id, promptDigest, scores, weight: 1, detail };
      });
      const warnings = [
        ...tooLongWarnings(answered),
        ...fullContextWarnings(answered, maxNewTokens),
        ...(scored.warnings ?? []),
      ];
      return { benchmark: name, resultVersion, metrics: metricValues(metrics, examples), examples, warnings };
    },
  };
}
