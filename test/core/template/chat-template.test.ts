/** Chat templates against transformers (test/golden/template/make_templates.py). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../../../core/template/chat-template.js';
import { TemplateError } from '../../../core/template/value.js';

interface Golden {
  readonly day: string;
  readonly tokens: Readonly<Record<string, string>>;
  readonly messages: readonly string[];
  readonly cases: readonly {
    readonly name: string;
    readonly template: string;
    readonly rendered: readonly (string | null)[];
  }[];
}
const path = join(import.meta.dirname, '..', '..', 'golden', 'template', 'templates.json');
const { day, tokens, messages, cases } = JSON.parse(await readFile(path, 'utf8')) as Golden; // our own file

function render(template: string, content = 'hi'): string {
  return compileTemplate(template).render({ messages: [{ role: 'user', content }], tokens, day });
}

/** What refuses, and nothing else, is null: an error of another kind is a fault of this program. */
function renderOrNull(template: string, content: string): string | null {
  try {
    return render(template, content);
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError);
    return null;
  }
}

describe('a chat template renders as in transformers', () => {
  it.each(cases.map((entry) => [entry.name, entry] as const))('%s', (_, { template, rendered }) => {
    expect(messages.map((content) => renderOrNull(template, content))).toEqual(rendered);
  });
});

describe('a chat template that asks for too much is refused at once', () => {
  const HOSTILE: readonly (readonly [string, string, RegExp])[] = [
    ['a long range', '{% for i in range(10**8) %}x{% endfor %}', /Range too big/],
    ['loops in loops', `${'{% for i in range(90000) %}'.repeat(3)}x${'{% endfor %}'.repeat(3)}`, /steps/],
    ['a repeated text', "{{ 'x' * 10**10 }}", /characters/],
    ['a text repeated twice', "{{ ('x' * 10**6) * 10**6 }}", /characters/],
    ['a repeated list', '{{ [0] * 10**9 }}', /steps/],
    ['a replacement that grows', "{{ ('a' * 10**6) | replace('', 'b' * 10**6) }}", /steps|characters/],
    ['a join that grows', "{{ ('b' * 10**6).join('a' * 10**5) }}", /characters|steps/],
    ['padding', "{{ 'x'.ljust(10**12) }}", /characters/],
    [
      'a list that holds itself many times',
      `{% set x = [1] %}${'{% set x = [x, x] %}'.repeat(60)}{{ x }}`,
      /steps|characters/,
    ],
    [
      'the same compared',
      `{% set x = [1] %}{% set y = [1] %}${'{% set x = [x, x] %}{% set y = [y, y] %}'.repeat(60)}{{ x == y }}`,
      /steps/,
    ],
    ['the same as JSON', `{% set x = [1] %}${'{% set x = [x, x] %}'.repeat(60)}{{ x | tojson }}`, /steps|characters/],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}', /nested/],
    ['deep parentheses', `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`, /nested deeper/],
    ['deep blocks', `${'{% if true %}'.repeat(5000)}${'{% endif %}'.repeat(5000)}`, /nested deeper/],
    ['many signs', `{{ ${'-'.repeat(50_000)}1 }}`, /nested/],
    ['a chain of attributes', `{{ x${'.a'.repeat(100_000)} }}`, /nested/],
    ['doubling', `{% set x = 'ab' %}${'{% set x = x ~ x %}'.repeat(60)}{{ x }}`, /characters/],
    ['a number out of bounds', '{{ 10 ** 400 }}', /whole number/],
    ['a huge template', 'x'.repeat(2 ** 21), /more than 1048576/],
  ];
  it.each(HOSTILE)('%s', (_, template, reason) => {
    const start = performance.now();
    expect(() => render(template)).toThrow(reason);
    expect(() => render(template)).toThrow(TemplateError);
    expect(performance.now() - start).toBeLessThan(10_000); // generous: none may hang
  });
});

describe('whatever a template is', () => {
  it('it renders or fails as a template does', () => {
    const piece = fc.constantFrom(
      ...[
        '{{',
        '}}',
        '{%',
        '%}',
        '{#',
        '#}',
        'for',
        'in',
        'if',
        'endif',
        'endfor',
        'set',
        'x',
        'messages',
        '[',
        ']',
        '(',
        ')',
        '.',
        '|',
      ],
      ...[
        '"',
        "'",
        '-',
        '+',
        '*',
        '**',
        ' ',
        '\n',
        '1',
        '0.5',
        'is',
        'not',
        'join',
        'length',
        '~',
        ',',
        ':',
        '=',
        'range',
        'macro',
        '{',
        '}',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        renderOrNull(pieces.join(''), 'hi');
      }),
      { numRuns: 2000 },
    );
  });

  it('a text without tags is itself, less its last line end', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        fc.pre(!text.includes('{'));
        expect(render(text)).toBe(text.replaceAll(/\r\n?/g, '\n').replace(/\n$/, ''));
      }),
    );
  });
});
