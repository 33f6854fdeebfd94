/** What is shipped is valid, and what is generated is current (`npm run generate`). */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readSpec } from '../../core/spec/read-spec.js';
import { KINDS, renderSchema, schemaPath } from '../../scripts/generate-schema.js';
import { renderSpecDocs, SPEC_DOCS_PATH } from '../../scripts/generate-spec-docs.js';

function content(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

const SPECS = readdirSync(new URL('../../specs', import.meta.url)).filter((name) => name.endsWith('.yaml'));

describe('specs/', () => {
  test.each(SPECS)('%s is valid, for the reader and for the schema that editors use', (name) => {
    const text = content(`specs/${name}`);
    const { spec, diagnostics } = readSpec(name, text);
    expect(diagnostics).toEqual([]);
    const kind = spec?.kind ?? 'recipe';
    const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(
      JSON.parse(content(schemaPath(kind))) as object,
    );
    validate(parse(text));
    expect(validate.errors).toBeNull();
    const [firstLine] = text.split('\n');
    expect(firstLine).toBe(`# yaml-language-server: $schema=./schema/${kind}.schema.json`);
  });

  test('holds one of every kind', () => {
    const kinds = SPECS.map((name) => readSpec(name, content(`specs/${name}`)).spec?.kind);
    expect(new Set(kinds)).toEqual(new Set(KINDS));
    expect(SPECS).toContain('first-recipe.yaml');
  });

  test.each(KINDS)('the schema of %s is current', (kind) => {
    expect(content(schemaPath(kind))).toBe(renderSchema(kind));
  });
});

test('docs/spec.md is current, and every example in it is valid', () => {
  expect(content(SPEC_DOCS_PATH)).toBe(renderSpecDocs());
  expect(content(SPEC_DOCS_PATH)).not.toContain('an error');
});
