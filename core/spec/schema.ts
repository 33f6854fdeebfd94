/**
 * The schema of every kind of spec: the one source of the checks, of specs/schema/*.json and of docs/spec.md.
 * What one schema cannot say (names, expressions, λ as exact decimals) is checked beside it.
 */
import { orderStudySchema } from './schema/order-study.js';
import { recipeSchema } from './schema/recipe.js';
import { sweepSchema } from './schema/sweep.js';

/** Schemas by `kind`. */
export const SPEC_SCHEMAS = { recipe: recipeSchema, 'order-study': orderStudySchema, sweep: sweepSchema } as const;

/** A kind of spec. */
export type SpecKind = keyof typeof SPEC_SCHEMAS;

/** Whether the text names a kind. */
export function isSpecKind(text: string): text is SpecKind {
  return Object.hasOwn(SPEC_SCHEMAS, text);
}

/** What the editor's schema says beyond the one that is checked: there, the readers' words say more. */
const EDITOR_ONLY: Readonly<Record<SpecKind, Readonly<Record<string, unknown>>>> = {
  recipe: { oneOf: [{ required: ['steps'] }, { required: ['chain'] }] },
  'order-study': {},
  sweep: {},
};

/** The JSON Schema (2020-12) of one kind, for editors. */
export function specJsonSchema(kind: SpecKind): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...(JSON.parse(JSON.stringify(SPEC_SCHEMAS[kind])) as Record<string, unknown>),
    ...EDITOR_ONLY[kind],
  };
}
