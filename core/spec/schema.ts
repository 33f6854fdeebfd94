/**
 * The schema of every kind of spec: the one source of the checks, of specs/schema/*.json and of docs/spec.md.
 * What one schema cannot say (names, expressions, λ as exact decimals) is checked beside it.
 */
import { Type, type TSchema } from 'typebox';
import { BENCHMARKS } from '../evaluation/registry.js';
import type { Benchmark } from '../evaluation/types.js';

/** Adapters, steps and outputs of one spec at most. */
export const MAX_ENTRIES = 1000;
const DIGEST_PATTERN = '^sha256:[0-9a-f]{64}$';
/** The name identifies the run (it is its workflow id), so it stays readable anywhere. */
const RUN_NAME_PATTERN = '^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} _.+⁺⁻-]*$';
const LABEL_PATTERN = '^[A-Za-z][A-Za-z0-9_-]*$';
const PATH = 'A path relative to this file, an absolute path, s3://bucket/prefix or hf://owner/name@revision.';

const closed = { additionalProperties: false } as const;

const path = Type.String({ minLength: 1, description: PATH });

function sourceSchema(description: string): TSchema {
  return Type.Union(
    [
      path,
      Type.Object(
        {
          path,
          digest: Type.Optional(Type.String({ pattern: DIGEST_PATTERN, description: 'Refuse any other content.' })),
        },
        closed,
      ),
    ],
    { description },
  );
}

/** A map whose keys the user chooses. */
function namedSchema(value: TSchema, description: string): TSchema {
  return Type.Object({}, { additionalProperties: value, minProperties: 1, maxProperties: MAX_ENTRIES, description });
}

const lambda = Type.Number({ minimum: 0 });
const nameList = (description: string): TSchema => Type.Array(Type.String(), { minItems: 1, description });

/** One item of `evaluate.with`: a map of one key, the benchmark's name. */
function benchmarkSchema({ title, parameters }: Benchmark): TSchema {
  const own = Type.String({ pattern: LABEL_PATTERN, description: 'Label in results, when a benchmark occurs twice.' });
  const { properties } = parameters as TSchema & { readonly properties: Record<string, TSchema> };
  return { ...parameters, title, properties: { ...properties, as: own } };
}

const evaluate = Type.Object(
  {
    steps: Type.Optional(nameList('Steps, adapters or base. Default: base, the baseline and all steps.')),
    with: Type.Array(
      Type.Object(
        Object.fromEntries(BENCHMARKS.map((benchmark) => [benchmark.name, Type.Optional(benchmarkSchema(benchmark))])),
        { ...closed, minProperties: 1, maxProperties: 1 },
      ),
      { minItems: 1, description: 'Benchmarks, each a map of its one name to its parameters.' },
    ),
  },
  { ...closed, description: 'What to measure, on which candidates; needs base.' },
);

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
    seed: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 4_294_967_295, default: 0, description: 'Of the bootstrap draws.' }),
    ),
    draws: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 1_000_000, default: 10_000, description: 'Bootstrap draws.' }),
    ),
  },
  { ...closed, description: 'Paired comparisons of candidates, example by example.' },
);

const folder = Type.String({ minLength: 1, description: 'A local folder: relative to this file, or absolute.' });

const output = Type.Union(
  [
    folder,
    Type.Object(
      {
        path: folder,
        dtype: Type.Optional(
          Type.Enum(['float32', 'float16', 'bfloat16'], {
            default: 'float32',
            description: 'Element type of the tensors.',
          }),
        ),
      },
      closed,
    ),
  ],
  { description: 'A local folder, or { path, dtype }.' },
);

/** `kind: recipe`. */
export const recipeSchema = Type.Object(
  {
    version: Type.Literal(1, { description: 'Version of this language.' }),
    kind: Type.Literal('recipe', { description: 'What the file describes.' }),
    name: Type.String({ pattern: RUN_NAME_PATTERN, maxLength: 100, description: 'Name of the run; it identifies it.' }),
    base: Type.Optional(sourceSchema('Folder of the base model; needed for evaluate.')),
    adapters: namedSchema(sourceSchema('Folder of an adapter.'), 'Adapter folders by name.'),
    steps: Type.Optional(namedSchema(Type.String(), 'Named expressions, which may use one another.')),
    chain: Type.Optional(Type.String({ description: 'Short form of steps: one step named chain.' })),
    lambda: Type.Optional(
      Type.Union([lambda, namedSchema(lambda, 'λ by anti-expert.')], {
        default: 1,
        description: 'Coefficient of every ⊖ term without a written one: a number, or a map by anti-expert.',
      }),
    ),
    semantics: Type.Optional(
      Type.Enum(['scaled', 'reference'], {
        default: 'scaled',
        description:
          'Scaling of each adapter: its own (scaled), or the leftmost one for all, as the published code does.',
      }),
    ),
    missing: Type.Optional(
      Type.Enum(['pass', 'error'], {
        default: 'pass',
        description:
          'Target modules that only the right operand of an operator has: left out and reported, or refused.',
      }),
    ),
    evaluate: Type.Optional(evaluate),
    compare: Type.Optional(compare),
    output: Type.Optional(namedSchema(output, 'Adapter folders to write, by step.')),
  },
  { ...closed, title: 'recipe' },
);

/** Schemas by `kind`. */
export const SPEC_SCHEMAS = { recipe: recipeSchema } as const;

/** A kind of spec. */
export type SpecKind = keyof typeof SPEC_SCHEMAS;

/** Whether the text names a kind. */
export function isSpecKind(text: string): text is SpecKind {
  return Object.hasOwn(SPEC_SCHEMAS, text);
}

/** The JSON Schema (2020-12) of one kind, for editors. */
export function specJsonSchema(kind: SpecKind): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...(JSON.parse(JSON.stringify(SPEC_SCHEMAS[kind])) as Record<string, unknown>),
    oneOf: [{ required: ['steps'] }, { required: ['chain'] }],
  };
}
