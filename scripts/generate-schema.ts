/** Writes specs/schema/KIND.schema.json from the schema that the checks use. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SPEC_SCHEMAS, type SpecKind, specJsonSchema } from '../core/spec/schema.js';

/** Kinds of specs, in the order of the table. */
export const KINDS = Object.keys(SPEC_SCHEMAS) as SpecKind[];

/** The file of one kind, relative to the repository's root. */
export function schemaPath(kind: SpecKind): string {
  return `specs/schema/${kind}.schema.json`;
}

/** Its content. */
export function renderSchema(kind: SpecKind): string {
  return `${JSON.stringify(specJsonSchema(kind), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const kind of KINDS) {
    writeFileSync(new URL(`../${schemaPath(kind)}`, import.meta.url), renderSchema(kind));
  }
}
