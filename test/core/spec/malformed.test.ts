/** Every malformed spec of malformed.txt is reported completely, and exactly where it is wrong. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSpec } from '../../../core/spec/read-spec.js';

const HEAD = 'version: 1\nkind: recipe\nname: case\nadapters: { expert: a, truth⁻: b, tox⁻: c }\n';

interface Case {
  readonly title: string;
  readonly text: string;
  /** `line:column CODE` */
  readonly expected: readonly string[];
}

function readCases(): Case[] {
  const file = readFileSync(new URL('malformed.txt', import.meta.url), 'utf8');
  return file
    .split(/^=== /m)
    .slice(1)
    .map((section) => {
      const newline = section.indexOf('\n');
      const marked = section
        .slice(newline + 1)
        .replace(/\n$/, '')
        .replace(/^\.\.\.\n/, HEAD);
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

const CASES = readCases();

describe('a malformed spec', () => {
  test.each(CASES)('$title', ({ text, expected }) => {
    const { spec, diagnostics } = readSpec('case.yaml', text);
    const found = diagnostics.map(({ code, location: { line, column } }) => `${line}:${column} ${code}`);
    expect(found).toEqual(expected);
    expect(spec).toBeUndefined();
    for (const { message, hint, location } of diagnostics) {
      expect(message).not.toBe('');
      expect(`${message}${hint ?? ''}`).not.toMatch(/\n|undefined|\[object|NaN/);
      expect(location.lineText).toBe(text.split('\n')[location.line - 1]);
    }
  });

  test('is one of at least 120', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(120);
  });
});
