/** Parameters of a benchmark: the common ones, and the check from plain JSON to a typed object. */
import { Type, type Static, type TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';
import type { Json } from '../digest.js';
import { OminusError } from '../errors.js';

/** Longest answer that may be asked for, in tokens; far above any context, it only catches slips of the pen. */
const MAX_NEW_TOKENS = 1_000_000;

/** The data file; every benchmark has it. */
export const dataParameter = Type.String({ minLength: 1, description: 'Data file.' });

/** Only the first so many examples. */
export const limitParameter = Type.Optional(
  Type.Integer({ minimum: 1, description: 'Number of examples to use, from the first.' }),
);

/** Whether the model's own chat template makes the prompt. */
export const chatTemplateParameter = Type.Optional(
  Type.Boolean({ description: "Use the model's own chat template instead of <|user|> and <|assistant|>." }),
);

/** Longest answer in tokens; `standard` is what absence means. */
export function maxNewTokensParameter(
  standard: number,
): ReturnType<typeof Type.Optional<ReturnType<typeof Type.Integer>>> {
  return Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_NEW_TOKENS,
      default: standard,
      description: 'Longest answer in tokens; longer ones count as unfinished.',
    }),
  );
}

/** Texts that end an answer. */
export const stopParameter = Type.Optional(
  Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    description: 'Texts that end an answer, which is cut before the first of them.',
  }),
);

/**
 * Checks plain parameters against a benchmark's schema.
 *
 * @throws OminusError `SPEC_INVALID` naming the benchmark, the key and what is expected
 */
export function readParameters<T extends TSchema>(
  benchmark: string,
  schema: T,
  parameters: Readonly<Record<string, Json>>,
): Static<T> {
  const value: unknown = parameters;
  if (Check(schema, value)) {
    return value;
  }
  const problems = Errors(schema, value)
    .filter((problem) => problem.keyword !== 'boolean')
    .map((problem) => `${problem.instancePath || '/'} ${problem.message}`);
  throw new OminusError('SPEC_INVALID', {
    message: `parameters of ${benchmark} are invalid: ${problems.join('; ')}`,
    hint: `See docs/evaluations.md, ${benchmark}.`,
  });
}
