/** Looking up a model's answers, and the notes about all answers of a benchmark. */
import { OminusError } from '../errors.js';
import type { ModelResponse } from './types.js';

/** A response of one kind. */
export type ResponseOf<K extends ModelResponse['kind']> = Extract<ModelResponse, { readonly kind: K }>;

/** An example of the data file and what the model answered to it. */
export interface Answered<T, K extends ModelResponse['kind']> {
  readonly item: T;
  readonly response: ResponseOf<K>;
}

/**
 * Every example with its response, in the order of the examples.
 *
 * @throws OminusError `INTERNAL` when one is missing or of another kind: the responses belong to another task or data file
 */
export function withResponses<T extends { readonly id: string }, K extends ModelResponse['kind']>(
  kind: K,
  items: readonly T[],
  responses: readonly ModelResponse[],
): readonly Answered<T, K>[] {
  const byId = new Map(responses.map((response) => [response.id, response]));
  return items.map((item) => {
    const response = byId.get(item.id);
    if (response === undefined || !isKind(response, kind)) {
      throw new OminusError('INTERNAL', {
        message: `response [id=${item.id}] is ${response?.kind ?? 'missing'}, expected ${kind}`,
      });
    }
    return { item, response };
  });
}

function isKind<K extends ModelResponse['kind']>(response: ModelResponse, kind: K): response is ResponseOf<K> {
  return response.kind === kind;
}

/** Warning about examples that were longer than the context, if there are any. */
export function tooLongWarnings(
  answered: readonly { readonly response: { readonly tooLong: boolean } }[],
): readonly string[] {
  const count = answered.filter(({ response }) => response.tooLong).length;
  return count === 0
    ? []
    : [`${count} of ${answered.length} examples are longer than the model's context and were not scored`];
}

/** Warning about answers that ended because the context was full, if there are any. */
export function fullContextWarnings(
  answered: readonly { readonly response: ResponseOf<'answer'> }[],
  maxNewTokens: number,
): readonly string[] {
  const count = answered.filter(
    ({ response }) => !response.tooLong && !response.finished && response.tokens.length < maxNewTokens,
  ).length;
  return count === 0
    ? []
    : [
        `${count} of ${answered.length} answers ended before ${maxNewTokens} tokens because the model's context was full`,
      ];
}
