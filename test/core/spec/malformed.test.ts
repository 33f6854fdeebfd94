/** Every malformed spec of malformed*.txt is reported completely, and exactly where it is wrong. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSpec } from '../../../core/spec/read-spec.js';

/** What "..." at the beginning of a case stands for, by file. */
const HEADS = {
  'malformed.txt': 'version: 1\nkind: recipe\nname: case\nadapters: { expert: a, truth⁻: b, tox⁻: c }\n',
  'malformed-study.txt':
    'version: 1\nkind: order-study\nname: case\nadapters: { expert: a, truth⁻: b, tox⁻: c, bias⁻: d }\n',
  'malformed-sweep.txt': 'version: 1\nkind: sweep\nname: case\nadapters: { expert: a, truth⁻: b, tox⁻: c }\n',
};

interface Case {
  readonly title: string;
  readonly text: string;
  /** `line:column CODE` */
  readonly expected: readonly string[];
}

function readCases(name: keyof typeof HEADS): Case[] {
  const file = readFileSync(new URL(name, import.meta.url), 'utf8');
  return file
    .split(/^=== /m)
    .slice(1)
    .map((section) => {
      const newline = section.indexOf('\n');
      const marked = section
        .slice(newline + 1)
        .replace(/\n$/, '')
        .replace(/^((?:‹[A-Z_]+›)*)\.\.\.(?:\n|$)/, (_, marks: string) => marks + HEADS[name]);
      const expected: string[] = [];
      let text = '';
      let from = 0;
      for (const match of marked.matchAll(/‹([A-Z_]+)›/g)) {
        text += marked.slice(from, match.index);
        from = match.index + match[0].length;
        const lineStart = text.lastIndexOf('\n') + 1;
        expected.push(`${text.split('\n').length}:${text.length - lineStart + 1} ${match[1] ?? ''}`);
      }
      return { title: section.slice(0, newline), text: text + marked.slice(from), expected };
    });
}

describe.each([
  { kind: 'recipe', name: 'malformed.txt', least: 120 },
  { kind: 'order study', name: 'malformed-study.txt', least: 60 },
  { kind: 'sweep', name: 'malformed-sweep.txt', least: 100 },
] as const)('a malformed $kind', ({ name, least }) => {
  const cases = readCases(name);

  test.each(cases)('$title', ({ text, expected }) => {
    const { spec, diagnostics } = readSpec('case.yaml', text);
    const found = diagnostics.map(({ code, location: { line, column } }) => `${line}:${column} ${code}`);
    expect(found).toEqual(expected);
    expect(spec).toBeUndefined();
    for (const { message, hint, location } of diagnostics) {
      expect(message).not.toBe('');
      expect(hint ?? '', message).toMatch(/^[^a-z].*[^ ]$/u);
      expect(`${message}${hint ?? ''}`).not.toMatch(/\n|undefined|\[object|NaN/);
      expect(location.lineText).toBe(text.split('\n')[location.line - 1]);
    }
  });

  test(`is one of at least ${least}`, () => {
    expect(cases.length).toBeGreaterThanOrEqual(least);
  });
});
