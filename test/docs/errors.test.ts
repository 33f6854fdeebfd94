import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, EXIT } from '../../core/errors.js';

const text = await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8');

/** The sections of the document: the heading's code, and the text up to the next heading. */
const sections = text
  .split(/^(?=#{2,3} )/mu)
  .map((part) => ({ code: /^### (\S+)\n/u.exec(part)?.[1], body: part }))
  .filter((section): section is { code: string; body: string } => section.code !== undefined);

const documented = Object.fromEntries(
  sections.map(({ code, body }) => {
    const [, exit, retried] = /^Exit code (\d+)\. Retried: (yes|no)\.$/mu.exec(body) ?? [];
    return [code, { exit: Number(exit), retryable: retried === 'yes' }];
  }),
);

describe('docs/errors.md', () => {
  it('has every code of the table with its exit code and whether it is retried, and no other', () => {
    expect(documented).toEqual(ERROR_CODES);
  });

  it('has the codes in the order of the table, each once', () => {
    expect(sections.map(({ code }) => code)).toEqual(Object.keys(ERROR_CODES));
  });

  it('says for every code what to do', () => {
    expect(sections.filter(({ body }) => !/^- Do: \S/mu.test(body)).map(({ code }) => code)).toEqual([]);
  });

  it('lists every exit code', () => {
    const listed = [...text.matchAll(/^\| (\d+) \|/gmu)].map(([, exit]) => Number(exit));
    expect(listed).toEqual(Object.values(EXIT));
  });
});
