/** Schema of `kind: sweep`. */
import { Type, type TSchema } from 'typebox';
import {
  closed,
  combining,
  folder,
  headSchema,
  lambdaDefaults,
  lambdaNumber,
  namedSchema,
  oneOf,
  outputDtype,
  outputRanks,
  seedSchema,
  statistics,
} from './common.js';
import { SEARCH_KEYS } from '../../sweep/search-keys.js';
import { evaluateSchema } from './evaluate.js';

/** Points of a sweep at most. */
export const MAX_POINTS = 1_000_000;
/** Values of all variables of a sweep together at most. */
export const MAX_VALUES = 100_000;
const METHODS = Object.keys(SEARCH_KEYS);

const spread = Type.Object(
  {
    from: Type.Optional(Type.Number({ minimum: 0, description: 'First value.' })),
    to: Type.Optional(Type.Number({ minimum: 0, description: 'Last value.' })),
    step: Type.Optional(Type.Number({ description: 'Values are from + i·step, exactly, up to to.' })),
    count: Type.Optional(
      Type.Integer({
        minimum: 2,
        maximum: MAX_VALUES,
        description: 'Number of values; six digits between exact ends.',
      }),
    ),
    scale: Type.Optional(
      Type.Enum(['linear', 'log'], { default: 'linear', description: 'Equal distances, or equal ratios.' }),
    ),
    follows: Type.Optional(Type.String({ description: 'A variable that this one is a multiple of.' })),
    times: Type.Optional(Type.Number({ minimum: 0, default: 1, description: 'The multiple.' })),
  },
  {
    ...closed,
    description:
      'Values { from, to, step } or { from, to, count, scale }; an interval { from, to, scale }, not for a grid; or ' +
      '{ follows, times }.',
  },
);

const search = Type.Object(
  {
    method: oneOf(METHODS, { description: 'How points are found.' }),
    points: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_POINTS, description: 'Number of points; required except for a grid.' }),
    ),
    seed: seedSchema('Seed of random, sobol and optimize.'),
    population: Type.Optional(
      Type.Integer({ minimum: 2, maximum: 10_000, default: 16, description: 'Points per generation of optimize.' }),
    ),
    samples: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 20,
        description: 'Successive halving with optimize: examples per benchmark before the full size, ascending.',
      }),
    ),
  },
  closed,
);

const metrics = (description: string): TSchema =>
  Type.Optional(Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], { description }));

const objective = Type.Object(
  {
    maximize: metrics('Metric, or list of metrics: label.metric of a benchmark, such as truthfulqa-mc.mc2.'),
    minimize: metrics('Metric, or list of metrics. The first goal written decides which point is recommended.'),
    'subject-to': Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description:
          'Constraints: metric <= or >= a number, or a multiple of a candidate: toxicity.mean <= 0.9 * expert.',
      }),
    ),
  },
  { ...closed, minProperties: 1, description: 'Goals and constraints; at least one goal.' },
);

const output = Type.Object(
  {
    keep: Type.Enum(['best', 'pareto', 'all', 'none'], {
      description: 'Adapters to write: of the recommended point, of the Pareto front, of all points, or of none.',
    }),
    path: Type.Optional(folder),
    dtype: outputDtype,
    ranks: outputRanks,
  },
  { ...closed, description: 'Adapters to write, one folder per point below path.' },
);

const compare = Type.Object(
  {
    baseline: Type.Optional(
      Type.String({ description: 'Compared with every point. Default: the leftmost adapter of the chain.' }),
    ),
    ...statistics,
  },
  { ...closed, description: 'Comparisons of the chosen points, example by example.' },
);

/** `kind: sweep`. */
export const sweepSchema = Type.Object(
  {
    ...headSchema('sweep'),
    chain: Type.String({ description: 'Expression whose coefficients may be variables.' }),
    over: namedSchema(
      Type.Union([Type.Array(lambdaNumber, { minItems: 1, maxItems: MAX_VALUES }), spread]),
      'Variables: a list of values, or a range.',
    ),
    search: Type.Optional(
      Type.Union([oneOf(METHODS), search], {
        default: 'grid',
        description: 'How points are found: all of them (grid), or { method, points, … }.',
      }),
    ),
    objective: Type.Optional(objective),
    lambda: Type.Optional(lambdaDefaults),
    ...combining,
    evaluate: Type.Optional(
      evaluateSchema('Candidates besides the points: base or adapters. Default: base, the baseline.'),
    ),
    compare: Type.Optional(compare),
    output: Type.Optional(output),
  },
  { ...closed, title: 'sweep' },
);
