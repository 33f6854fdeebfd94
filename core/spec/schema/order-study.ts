/** Schema of `kind: order-study`. */
import { Type } from 'typebox';
import { REMOVALS, STUDY_OPERATORS } from '../../algebra/operators/registry.js';
import { STUDIED } from '../../study/types.js';
import { closed, combining, headSchema, lambdaNumber, namedSchema, oneOf, statistics } from './common.js';
import { evaluateSchema } from './evaluate.js';

/** Anti-experts of one study at most: 8 have 40,320 orders, of which a study lists some. */
export const MAX_REMOVED = 8;

const lambdaList = Type.Array(lambdaNumber, { minItems: 1 });
const operator = oneOf(STUDY_OPERATORS);
const match = oneOf(['lambda', 'distance']);

/** `kind: order-study`. */
export const orderStudySchema = Type.Object(
  {
    ...headSchema('order-study'),
    expert: Type.String({ description: 'The adapter from which anti-experts are removed.' }),
    remove: Type.Array(Type.String(), {
      minItems: 2,
      maxItems: MAX_REMOVED,
      description: `Anti-experts, two to ${MAX_REMOVED} adapters.`,
    }),
    operators: Type.Optional(
      Type.Array(operator, {
        minItems: 1,
        default: [STUDIED],
        description:
          'How each is removed: ' +
          `${STUDY_OPERATORS.map((name) => `${name}, ${REMOVALS[name].written}`).join('; ')}.`,
      }),
    ),
    orders: Type.Optional(
      Type.Union([oneOf(['all']), Type.Array(Type.Array(Type.String()), { minItems: 2 })], {
        default: 'all',
        description: 'Every order, or a list of orders, each a list of all names of remove; at most 720.',
      }),
    ),
    lambda: Type.Optional(
      Type.Union([lambdaNumber, lambdaList, namedSchema(Type.Union([lambdaNumber, lambdaList]), 'By anti-expert.')], {
        default: 1,
        description:
          'Settings of λ: a number; a list of numbers, each for all anti-experts; or a map by anti-expert, whose lists ' +
          'are combined as a cross product (those left out are 1). At most 1000.',
      }),
    ),
    match: Type.Optional(
      Type.Union([match, Type.Array(match, { minItems: 1 })], {
        default: ['lambda'],
        description:
          'What arms have in common: λ; or the distance from the expert, to which the other operators are scaled ' +
          '(that of the ext arms, on average).',
      }),
    ),
    distinct: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'Orders whose relative gap in weights is at most this are evaluated once. Default: every order.',
      }),
    ),
    ...combining,
    evaluate: Type.Optional(
      evaluateSchema('Candidates besides the arms: base or adapters. Default: base, the expert.'),
    ),
    compare: Type.Optional(
      Type.Object(statistics, { ...closed, description: 'Comparisons of arms, example by example.' }),
    ),
  },
  { ...closed, title: 'order-study' },
);
