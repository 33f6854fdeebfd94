/** Schema of `kind: recipe`. */
import { Type } from 'typebox';
import {
  closed,
  combining,
  folder,
  headSchema,
  lambdaDefaults,
  namedSchema,
  outputDtype,
  outputRanks,
  statistics,
} from './common.js';
import { evaluateSchema } from './evaluate.js';

const compare = Type.Object(
  {
    baseline: Type.Optional(
      Type.String({
        description: 'Compared with every other candidate. Default: the leftmost adapter of the first step.',
      }),
    ),
    pairs: Type.Optional(
      Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), {
        description: 'Further pairs [first, second]; differences are second minus first.',
      }),
    ),
    ...statistics,
  },
  { ...closed, description: 'Paired comparisons of candidates, example by example.' },
);

const output = Type.Union([folder, Type.Object({ path: folder, dtype: outputDtype, ranks: outputRanks }, closed)], {
  description: 'A local folder, or { path, dtype, ranks }.',
});

/** `kind: recipe`. */
export const recipeSchema = Type.Object(
  {
    ...headSchema('recipe'),
    steps: Type.Optional(namedSchema(Type.String(), 'Named expressions, which may use one another.')),
    chain: Type.Optional(Type.String({ description: 'Short form of steps: one step named chain.' })),
    lambda: Type.Optional(lambdaDefaults),
    ...combining,
    evaluate: Type.Optional(evaluateSchema('Steps, adapters or base. Default: base, the baseline and all steps.')),
    compare: Type.Optional(compare),
    output: Type.Optional(namedSchema(output, 'Adapter folders to write, by step.')),
  },
  { ...closed, title: 'recipe' },
);
