import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../core/diagnostic.js';
import { printFormula } from '../../../core/expression/print.js';
import { MAX_SPEC_LENGTH, readSpec } from '../../../core/spec/read-spec.js';
import type { RecipeSpec } from '../../../core/spec/types.js';
import { readRecipe } from '../../support/read-recipe.js';

const HEAD = 'version: 1\nkind: recipe\nname: case\nadapters: { expert: a, truth⁻: b, tox⁻: c }\n';
const FIRST_RECIPE = shipped('first-recipe');
const SHIPPED = [FIRST_RECIPE, shipped('order-study'), shipped('sweep')];

function shipped(name: string): string {
  return readFileSync(new URL(`../../../specs/${name}.yaml`, import.meta.url), 'utf8');
}

function read(body: string): RecipeSpec {
  return readRecipe(HEAD + body);
}

function codes(text: string): string[] {
  return readSpec('case.yaml', text).diagnostics.map(({ code }) => code);
}

function formulas(spec: RecipeSpec): Record<string, string> {
  return Object.fromEntries(spec.steps.map(({ name, formula }) => [name, printFormula(formula)]));
}

describe('readSpec', () => {
  test('fills in the defaults of a merge without evaluation', () => {
    const spec = read('chain: expert ⊖ Ext(truth-)\n');
    expect(formulas(spec)).toEqual({ chain: 'expert ⊖ 1·Ext(truth⁻)' });
    expect(spec).toMatchObject({
      kind: 'recipe',
      name: 'case',
      semantics: 'scaled',
      missing: 'pass',
      evaluate: { candidates: [], benchmarks: [] },
      compare: { baseline: 'expert', pairs: [], seed: 0, draws: 10_000 },
      outputs: [],
    });
    expect(spec.base).toBeUndefined();
  });

  test('evaluates base, the baseline and all steps, and compares each with the baseline, unless told otherwise', () => {
    const spec = read('base: m\nsteps: { s: "truth- ⊖ tox-", t: 2·s }\nevaluate: { with: [{ gsm: { data: x } }] }\n');
    expect(spec.compare.baseline).toBe('truth⁻');
    expect(spec.evaluate.candidates).toEqual(['base', 'truth⁻', 's', 't']);
    expect(spec.compare.pairs).toEqual([
      ['truth⁻', 'base'],
      ['truth⁻', 's'],
      ['truth⁻', 't'],
    ]);
  });

  test('appends written pairs, but compares no two candidates twice', () => {
    const spec = read(`base: m
steps: { s: expert ⊖ tox-, t: expert ⊖ truth- }
evaluate: { steps: [expert, s, t], with: [{ gsm: { data: x } }] }
compare: { pairs: [[s, t], [s, expert]], seed: 7, draws: 500 }
`);
    expect(spec.compare).toEqual({
      baseline: 'expert',
      pairs: [
        ['expert', 's'],
        ['expert', 't'],
        ['s', 't'],
      ],
      seed: 7,
      draws: 500,
      correction: 'max-t',
      margins: {},
    });
  });

  test('takes roles of benchmarks and margins of metrics, which are no parameters', () => {
    const text = `${HEAD}base: m\nchain: expert\nevaluate: { with: [{ gsm: { data: x, role: keep } }, { toxicity: { data: y, classifier: c } }] }\n`;
    const read = (compare: string) => readSpec('case.yaml', `${text}compare: { ${compare} }\n`);
    const { spec, diagnostics } = read('margin: { gsm.accuracy: 0.02, toxicity.mean: 0 }');
    expect(diagnostics).toEqual([]);
    expect(spec?.compare.margins).toEqual({ 'gsm.accuracy': 0.02, 'toxicity.mean': 0 });
    expect(spec?.evaluate.benchmarks.map(({ role }) => role)).toEqual(['keep', undefined]);
    expect(spec?.evaluate.benchmarks[0]?.parameters).not.toHaveProperty('role');
    expect(read('margin: { gsm.accuraci: 0.02 }').diagnostics).toMatchObject([
      { code: 'SPEC_METRIC', location: { line: 8 }, hint: expect.stringContaining('gsm.accuracy') as string },
    ]);
    expect(read('margin: { gsm.accuracy: -1 }').diagnostics).toMatchObject([{ code: 'SPEC_VALUE' }]);
    const bad = readSpec('case.yaml', text.replace('role: keep', 'role: remember'));
    expect(bad.diagnostics).toMatchObject([{ code: 'SPEC_VALUE' }]);
  });

  test('takes the correction that is written', () => {
    const text = `${HEAD}base: m\nchain: expert\nevaluate: { with: [{ gsm: { data: x } }] }\n`;
    const read = (compare: string) => readSpec('case.yaml', `${text}compare: { ${compare} }\n`);
    expect(read('correction: holm').spec).toMatchObject({ compare: { correction: 'holm', draws: 10_000 } });
    expect(read('correction: bonferroni').diagnostics).toMatchObject([{ code: 'SPEC_VALUE' }]);
  });

  test('warns about comparisons with what is not evaluated', () => {
    const { spec, diagnostics } = readSpec(
      'case.yaml',
      `${HEAD}base: m\nchain: expert\nevaluate: { steps: [chain], with: [{ gsm: { data: x } }] }\ncompare: { pairs: [[chain, tox-]] }\n`,
    );
    expect(spec).toBeDefined();
    expect(diagnostics.map(({ severity, code, location }) => `${location.line} ${severity} ${code}`)).toEqual([
      '7 warning SPEC_NOT_EVALUATED',
      '8 warning SPEC_NOT_EVALUATED',
    ]);
  });

  test('finds steps that are used before they stand', () => {
    const spec = read('steps: { b: "a ⊖ tox⁻", a: "expert ⊖ truth⁻", c: "Ext.x ⊖ b", Ext.x: expert }\n');
    expect(formulas(spec)).toEqual({
      b: 'expert ⊖ 1·truth⁻ ⊖ 1·tox⁻',
      a: 'expert ⊖ 1·truth⁻',
      c: 'expert ⊖ 1·[expert ⊖ 1·truth⁻ ⊖ 1·tox⁻]',
      'Ext.x': 'expert',
    });
  });

  test('reads λ as the decimal that is written', () => {
    expect(formulas(read('lambda: 0.80\nchain: expert ⊖ truth⁻\n'))).toEqual({ chain: 'expert ⊖ 0.8·truth⁻' });
    expect(formulas(read('lambda: 1e-1\nchain: expert ⊖ truth⁻\n'))).toEqual({ chain: 'expert ⊖ 0.1·truth⁻' });
    expect(formulas(read('lambda: 0.1000000000000000055\nchain: expert ⊖ truth⁻\n'))).toEqual({
      chain: 'expert ⊖ 0.1000000000000000055·truth⁻',
    });
    expect(formulas(read('lambda: { tox-: 0 }\nchain: expert ⊖ truth⁻ ⊖ Ext(tox⁻)\n'))).toEqual({
      chain: 'expert ⊖ 1·truth⁻ ⊖ 0·Ext(tox⁻)',
    });
  });

  test.each([
    [
      'expert ⊖ Ext(0.8·truth⁻)',
      '{ truth-: 2, expert: 3 }',
      [/λ of "truth⁻": .* part of/, /λ of "expert": .* first term/],
    ],
    ['expert ⊖ 0.5·Ext(truth⁻)', '{ truth⁻: 2 }', [/λ of "truth⁻": .* have a coefficient/]],
    ['expert ⊖ Ext(truth⁻) ⊕ tox⁻', '{ truth⁻: 2, tox⁻: 0 }', [/λ of "tox⁻": .* added by ⊕/]],
    ['expert ⊖ Ext(truth⁻ | tox⁻)', '{ truth⁻: 2, tox⁻: 3 }', [/λ of "tox⁻": .* after the bar/]],
    ['expert ⊖ truth⁻', '{ tox⁻: 1, truth⁻: 2 }', [/λ of "tox⁻": no expression has tox⁻/]],
    ['[expert ⊖ Ext([truth⁻])] ⊖ tox⁻', '{ truth⁻: 2, tox⁻: 3 }', []],
    ['expert ⊖ 0.5·[truth⁻ ⊖ tox⁻] ⊖ 2·tox⁻', '{ tox⁻: 3 }', []],
  ] as const)('warns of what %s does not take of lambda: %s, at the entry', (chain, lambda, expected) => {
    const text = `${HEAD}chain: "${chain}"\nlambda: ${lambda}\n`;
    const { spec, diagnostics } = readSpec('case.yaml', text);
    expect(spec).toBeDefined();
    expect(diagnostics).toHaveLength(expected.length);
    for (const [place, { code, severity, message, hint, location }] of diagnostics.entries()) {
      expect([code, severity, location.line]).toEqual(['SPEC_UNUSED', 'warning', 6]);
      expect(message).toMatch(expected[place] ?? 'no more');
      expect(hint).toMatch(/^Remove the entry/);
      const marked = location.lineText.slice(location.column - 1, location.column - 1 + location.length);
      expect(message).toContain(`"${marked.replace(/-$/, '⁻')}"`);
    }
  });

  test('warns of no entry of lambda while a step has errors, and of none that any step takes', () => {
    expect(codes(`${HEAD}chain: "expert ⊖ truht⁻"\nlambda: { tox⁻: 1 }\n`)).toEqual(['EXPRESSION_NAME']);
    const steps = 'steps: { a: "expert ⊖ 2·tox⁻", b: "a ⊖ tox⁻" }\n';
    expect(codes(`${HEAD}${steps}lambda: { tox⁻: 1 }\n`)).toEqual([]);
  });

  test.each([
    ['chain', 5, 'the key "chain" has no colon', 'Write chain: and its value.'],
    ['chain expert ⊖ tox⁻\nlambda: 1', 5, 'the key "chain" has no colon', 'Write chain: expert ⊖ tox⁻'],
    ['chain: expert\nlambda\nsemantics: scaled', 6, 'the key "lambda" has no colon', 'Write lambda: and its value.'],
    ['chain: expert\nevaluate\n  with: [x]', 6, 'the key "evaluate" has no colon', 'Write evaluate: and its value.'],
    ['steps:\n  a expert\n  b: expert', 6, 'the key "a" has no colon', 'Write a: expert'],
    ['base: m\nchain:expert', 6, 'the colon after "chain" has no space after it', 'Write chain: expert'],
    ['- chain: x', 5, 'a list item where a key is expected', 'Write the key of the list on the line before it'],
    ['base: [a b: c\n d: e]', 5, 'a key within brackets continues on another line', 'Close the bracket'],
    ['chain: "expert', 5, 'a string that begins with " is never closed', 'Write the missing ".'],
    ['compare: {seed: 0\nchain: expert', 6, 'a bracket is never closed by }', 'Write the missing } before this line.'],
    ['chain: expert: x', 5, 'a value continues as a map', 'Put a value that holds a colon in quotes'],
    ['steps:\n\ta: x', 6, 'the line is indented by a tab', 'Indent it with spaces.'],
    ['compare: { seed 0 }\nchain: expert', 5, 'unknown key "seed 0" in compare', 'Write seed: with a colon'],
  ])('says of the YAML %j in its own words what is wrong and what to write', (body, line, message, hint) => {
    const { diagnostics } = readSpec('case.yaml', `${HEAD}${body}\n`);
    expect(diagnostics[0]).toMatchObject({ message, location: { line } });
    expect(diagnostics[0]?.hint).toContain(hint);
  });

  test('fills in parameters, and gives benchmarks that repeat labels of their own', () => {
    const spec = read(`base: m
chain: expert
evaluate:
  with:
    - toxicity: { data: x, classifier: y }
    - toxicity: { data: x, classifier: z, threshold: 0.5 }
    - toxicity: { data: w, classifier: y, as: toxicity-2 }
`);
    expect(spec.evaluate.benchmarks.map(({ label }) => label)).toEqual(['toxicity', 'toxicity-3', 'toxicity-2']);
    expect(spec.evaluate.benchmarks[0]?.parameters).toEqual({
      data: 'x',
      classifier: 'y',
      max_new_tokens: 500,
      threshold: 0.8,
    });
    expect(spec.evaluate.benchmarks[1]?.parameters).toMatchObject({ classifier: 'z', threshold: 0.5 });
    expect(spec.evaluate.benchmarks[2]?.parameters).not.toHaveProperty('as');
  });

  test('keeps paths as written, with their digests and places', () => {
    const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
    const text = `version: 1
kind: recipe
name: case
base: hf://owner/name@main
adapters:
  expert: { path: s3://bucket/some/prefix, digest: "${digest}" }
  other⁺: /absolute/path
chain: expert
output: { chain: { path: ../out, dtype: bfloat16 } }
`;
    const spec = readRecipe(text);
    expect(spec.base?.path).toBe('hf://owner/name@main');
    const expert = spec.adapters.get('expert');
    expect(expert).toMatchObject({ path: 's3://bucket/some/prefix', digest });
    expect(text.slice(expert?.span.start, expert?.span.end)).toBe('s3://bucket/some/prefix');
    expect(spec.outputs).toMatchObject([{ step: 'chain', path: '../out', dtype: 'bfloat16' }]);
  });

  test('takes outputs side by side, whatever their names have in common', () => {
    const paths = ['out/x', 'out/xy', '/out/x', '../out/x', '../../out', 'out/../x'];
    const names = paths.map((_, i) => `s${i}`);
    const text = `version: 1
kind: recipe
name: case
adapters: { expert: a }
steps: { ${names.map((name) => `${name}: expert`).join(', ')} }
output: { ${names.map((name, i) => `${name}: ${paths[i] ?? ''}`).join(', ')} }
`;
    expect(readRecipe(text).outputs.map(({ path }) => path)).toEqual(paths);
  });

  test('takes CRLF, a byte order mark, anchors and aliases, and %YAML 1.2', () => {
    const windows = `\ufeff${FIRST_RECIPE.replaceAll('\n', '\r\n')}`;
    expect(formulas(readRecipe(windows))).toEqual(
      formulas(read(FIRST_RECIPE.slice(FIRST_RECIPE.indexOf('steps:')).replace('steps:', 'base: m\nsteps:'))),
    );
    expect(formulas(read('steps: { a: &x expert ⊖ truth⁻, b: *x }\n'))['b']).toBe('expert ⊖ 1·truth⁻');
    expect(codes(`%YAML 1.2\n---\n${HEAD}chain: expert\n`)).toEqual([]);
  });

  test('reports the second of two names that differ in their Unicode form only', () => {
    const text = 'version: 1\nkind: recipe\nname: case\nadapters:\n  \u00e9: a\n  e\u0301: b\nchain: \u00e9\n';
    expect(codes(text)).toEqual(['SPEC_DUPLICATE_NAME']);
  });

  test('locates problems in files with CRLF', () => {
    const [diagnostic] = readSpec('case.yaml', `${HEAD}chain: expert ⊖ nix\n`.replaceAll('\n', '\r\n')).diagnostics;
    expect(diagnostic?.location).toMatchObject({ line: 5, column: 17, length: 3, lineText: 'chain: expert ⊖ nix' });
  });

  test('refuses NUL bytes, escape sequences and halves of characters without showing them', () => {
    for (const character of ['\0', '\x1b', '\x7f', '\ud800']) {
      const { diagnostics } = readSpec('case.yaml', `${HEAD}chain: expert ${character}[31m\n`);
      expect(diagnostics).toHaveLength(1);
      expect(diagnostics[0]).toMatchObject({ code: 'YAML_CHARACTER', location: { line: 5, column: 15 } });
      expect(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join('')).not.toMatch(/[^\P{Cc}\n]/u);
    }
  });

  test('refuses tabs as indentation', () => {
    expect(codes(`${HEAD}steps:\n\ta: expert\n`)).toContain('YAML_SYNTAX');
  });

  test('refuses alias bombs, deep nesting and large files quickly', () => {
    const levels = 'abcdefghi'.split('');
    const bomb = levels.map(
      (name, i) =>
        `${name}: &${name} [${Array(9)
          .fill(i === 0 ? 'x' : `*${levels[i - 1] ?? ''}`)
          .join(', ')}]`,
    );
    expect(codes(bomb.join('\n'))).toContain('YAML_ALIAS');
    for (const nested of ['[', '{', '- ', '? ', 'a: ']) {
      expect(codes(nested.repeat(100_000))).toEqual(['YAML_NESTING']);
    }
    const indented = Array.from({ length: 80 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
    expect(codes(indented)).toContain('YAML_NESTING');
    expect(codes('#'.repeat(MAX_SPEC_LENGTH + 1))).toEqual(['SPEC_SIZE']);
  });

  test('shows the first hundred problems and says that there are more', () => {
    const keys = Array.from({ length: 150 }, (_, i) => `unknown${i}: 1`).join('\n');
    const found = codes(`${HEAD}chain: expert\n${keys}\n`);
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toBe('SPEC_MORE');
  });

  test('never throws, whatever is done to a spec of any kind', () => {
    const edit = fc.record({
      // Relative to the length of the text.
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat(40),
      added: fc.oneof(
        fc.constantFrom(
          '',
          '"',
          "'",
          '[',
          ']',
          '{',
          '}',
          ':',
          '- ',
          '&a ',
          '*a ',
          '!x ',
          '|\n',
          '\n',
          '\t',
          '⊖',
          '\u0000',
          '#',
          '%',
          '<<: ',
          '---\n',
          '1e999',
          '-',
          '0',
          '[]',
          'step: 0',
          'follows: a',
          '~',
        ),
        fc.string({ unit: 'binary', maxLength: 5 }),
      ),
    });
    fc.assert(
      fc.property(fc.constantFrom(...SHIPPED), fc.array(edit, { minLength: 1, maxLength: 4 }), (original, edits) => {
        let text = original;
        for (const { at, removed, added } of edits) {
          const place = Math.floor(at * original.length);
          text = text.slice(0, place) + added + text.slice(place + removed);
        }
        const { spec, diagnostics } = readSpec('case.yaml', text);
        expect(spec === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
        for (const diagnostic of diagnostics) {
          expect(diagnostic.location.column).toBeGreaterThanOrEqual(1);
          expect(diagnostic.location.column).toBeLessThanOrEqual(diagnostic.location.lineText.length + 2);
          expect(formatDiagnostic(diagnostic)).not.toMatch(/undefined|\[object|NaN/);
        }
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readSpec('case.yaml', text).spec).toBeUndefined();
      }),
    );
  });
});
