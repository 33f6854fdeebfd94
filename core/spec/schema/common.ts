/** Schema of what every kind of spec has. */
import { Type, type TSchema } from 'typebox';
import { CORRECTIONS, DEFAULT_CORRECTION } from '../../evaluation/correction.js';
import { ALL_URI_FORMS } from '../../source-uri.js';

/** Adapters, steps, outputs and variables of one spec at most. */
export const MAX_ENTRIES = 1000;
const DIGEST_PATTERN = '^sha256:[0-9a-f]{64}$';
/** The name identifies the run (it is its workflow id), so it stays readable anywhere. */
const RUN_NAME_PATTERN = '^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} _.+⁺⁻-]*$';
const TAG_PATTERN = '^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_.:/+-]*$';
const PATH = `A path relative to this file, an absolute path, ${ALL_URI_FORMS}.`;

/** Options of a map that has no other keys. */
export const closed = { additionalProperties: false } as const;

const path = Type.String({ minLength: 1, description: PATH });

function sourceSchema(description: string): TSchema {
  return Type.Union(
    [
      path,
      Type.Object(
        {
          path,
          digest: Type.Optional(
            Type.String({
              pattern: DIGEST_PATTERN,
              description: 'Digest of the content; any other content is refused.',
            }),
          ),
        },
        closed,
      ),
    ],
    { description },
  );
}

/** A map whose keys the user chooses. */
export function namedSchema(value: TSchema, description: string): TSchema {
  return Type.Object({}, { additionalProperties: value, minProperties: 1, maxProperties: MAX_ENTRIES, description });
}

/** A λ, or what λ is made from. */
export const lambdaNumber = Type.Number({ minimum: 0 });

/** A list of names. */
export function nameList(description: string): TSchema {
  return Type.Array(Type.String(), { minItems: 1, description });
}

/** One of some words, as text: in a union it must be told from lists and maps by its type. */
export function oneOf(words: readonly string[], options: { readonly description?: string } = {}): TSchema {
  return Type.String({ enum: words, ...options });
}

const scalar = [Type.String(), Type.Number(), Type.Boolean()];

/** Values for `${…}`. */
const varsSchema = Type.Object(
  {},
  {
    additionalProperties: Type.Union([
      ...scalar,
      Type.Array(Type.Union(scalar)),
      Type.Object(
        {
          env: Type.String({
            pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
            description: 'Variable of the environment to take the value from; never one that holds a secret.',
          }),
          default: Type.Optional(Type.Union(scalar, { description: 'Its value where the environment has none.' })),
        },
        closed,
      ),
    ]),
    minProperties: 1,
    maxProperties: MAX_ENTRIES,
    description: 'Values by name, for ${name} anywhere else in the spec.',
  },
);

/** The first keys of a spec. */
export function headSchema(kind: string): Readonly<Record<string, TSchema>> {
  return {
    version: Type.Literal(1, { description: 'Version of this language.' }),
    kind: Type.Literal(kind, { description: 'What the file describes.' }),
    name: Type.String({
      pattern: RUN_NAME_PATTERN,
      maxLength: 100,
      description: 'Name of the run, which identifies it.',
    }),
    description: Type.Optional(
      Type.String({ minLength: 1, maxLength: 2000, description: 'What the run is for: shown in lists and reports.' }),
    ),
    tags: Type.Optional(
      Type.Array(Type.String({ pattern: TAG_PATTERN, maxLength: 40 }), {
        minItems: 1,
        maxItems: 20,
        description: 'Words to find the run by: shown in lists and reports.',
      }),
    ),
    vars: Type.Optional(varsSchema),
    base: Type.Optional(sourceSchema('Folder of the base model; needed for evaluate.')),
    prompt_date: Type.Optional(
      Type.String({
        pattern: '^\\d{4}-\\d{2}-\\d{2}$',
        description:
          'What a chat template that writes the date takes for today. Default: the day of planning in UTC, kept by the run.',
      }),
    ),
    adapters: namedSchema(sourceSchema('Folder of an adapter.'), 'Adapter folders by name.'),
  };
}

/** What decides how adapters are combined. */
export const combining = {
  semantics: Type.Optional(
    Type.Enum(['scaled', 'reference'], {
      default: 'scaled',
      description:
        'Scaling of each adapter: its own (scaled), or the leftmost one for all (reference), as the published code does.',
    }),
  ),
  missing: Type.Optional(
    Type.Enum(['pass', 'error'], {
      default: 'pass',
      description:
        'Target modules that only the right operand of an operator has: passed (Ext leaves them out, ⊖ and ⊕ alone take λ times what the right operand has) or refused.',
    }),
  ),
};

/** λ of ⊖ terms without a written one. */
export const lambdaDefaults = Type.Union([lambdaNumber, namedSchema(lambdaNumber, 'λ by anti-expert.')], {
  default: 1,
  description: 'Coefficient of every ⊖ term that has none: a number, or a map by anti-expert.',
});

/** Seed of the draws, how many, and how p-values are corrected. */
export const statistics = {
  seed: seedSchema('Seed of the draws.'),
  draws: Type.Optional(
    Type.Integer({
      minimum: 100,
      maximum: 1_000_000,
      default: 10_000,
      description: 'Draws of bootstrap intervals and of sign flips.',
    }),
  ),
  correction: Type.Optional(
    Type.Enum([...CORRECTIONS], {
      default: DEFAULT_CORRECTION,
      description:
        'How p-values are corrected for the number of pairs: sign flips and step-down maxT (max-t), or exact McNemar, bootstrap and Holm (holm).',
    }),
  ),
  margin: Type.Optional(
    namedSchema(
      Type.Number({ minimum: 0 }),
      'Largest difference that does not matter, by label.metric, in its own units (0.01 is a point of a share); 0: every one does.',
    ),
  ),
};

/** A seed; 0 when absent. */
export function seedSchema(description: string): TSchema {
  return Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, default: 0, description }));
}

/** Where adapters are written. */
export const folder = Type.String({
  minLength: 1,
  description: 'A local folder: relative to this file, or absolute.',
});

/** How their tensors are written. */
export const outputDtype = Type.Optional(
  Type.Enum(['float32', 'float16', 'bfloat16'], {
    default: 'float32',
    description:
      'Element type of the tensors. float16 and bfloat16 round: an evaluated step is then also evaluated as it is written.',
  }),
);

/** Their ranks. */
export const outputRanks = Type.Optional(
  Type.Enum(['uniform', 'exact'], {
    default: 'uniform',
    description:
      'uniform: all modules have the largest rank, filled up with zeros, so that r and lora_alpha say all; exact: each has its own, and the config has patterns.',
  }),
);
