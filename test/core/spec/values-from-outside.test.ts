/** `--set`, `vars` and `${…}`, `evaluate.defaults`: what is put into a spec, and what is said of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ReadOptions, readSpec } from '../../../core/spec/read-spec.js';
import type { RecipeSpec, Spec } from '../../../core/spec/types.js';

const HEAD = 'version: 1\nkind: recipe\nname: case\nadapters: { expert: a, truth⁻: b, tox⁻: c }\n';
const CHAIN = `${HEAD}chain: expert ⊖ Ext(truth⁻)\n`;
const EVALUATED = `${CHAIN}base: m
evaluate:
  with:
    - gsm: { data: g.jsonl, limit: 5 }
    - toxicity:
        data: t.json
        classifier: c
`;

function read(text: string, options: ReadOptions = {}): Spec {
  const { spec, diagnostics } = readSpec('case.yaml', text, options);
  expect(diagnostics).toEqual([]);
  if (spec === undefined) {
    throw new Error('the spec has problems');
  }
  return spec;
}

/** `file:line:column CODE` of every problem. */
function problems(text: string, options: ReadOptions = {}): string[] {
  return readSpec('case.yaml', text, options).diagnostics.map(
    ({ code, location: { file, line, column } }) => `${file}:${line}:${column} ${code}`,
  );
}

const parameters = (spec: Spec): unknown[] => spec.evaluate.benchmarks.map((benchmark) => benchmark.parameters);

/** Text that a spec may hold: no control characters, no halves of pairs, no end in blanks. */
const text = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .filter((value) => !/[\p{Cc}\p{Cs}\u2028\u2029]|\$\{/u.test(value) && value === value.trim() && value !== '');

describe('--set', () => {
  test('replaces values and adds keys, in maps of both styles and in lists', () => {
    const set = [
      'lambda=0.5',
      'chain=expert ⊖ truth-',
      'evaluate.with.gsm.limit=7',
      'evaluate.with[1].toxicity.max_new_tokens=9',
      'compare.draws=500',
      'adapters.tox-=other',
      'output.chain.path=out/x',
    ];
    const spec = read(EVALUATED, { set }) as RecipeSpec;
    expect(spec.compare.draws).toBe(500);
    expect(spec.adapters.get('tox⁻')?.path).toBe('other');
    expect(spec.outputs.map(({ path }) => path)).toEqual(['out/x']);
    expect(parameters(spec)).toMatchObject([{ limit: 7 }, { max_new_tokens: 9, classifier: 'c' }]);
    expect(spec.steps[0]?.source).toBe('expert ⊖ truth-');
  });

  test('gives a key its first value', () => {
    expect((read(`${CHAIN}lambda:\n`, { set: ['lambda=0.5'] }) as RecipeSpec).steps).toHaveLength(1);
    expect(read(`${CHAIN}compare:\n`, { set: ['compare.draws=300'] }).compare.draws).toBe(300);
  });

  test('takes keys with dots in quotes', () => {
    const spec = read(EVALUATED, { set: ['compare.margin."gsm.accuracy"=0.1'] });
    expect(spec.compare.margins).toEqual({ 'gsm.accuracy': 0.1 });
  });

  test('is in the stored text, which reads as the same spec without it', () => {
    const spec = read(EVALUATED, { set: ['lambda=0.5', 'evaluate.with.gsm.limit=7'] });
    expect(spec.text).toContain('# --set "lambda=0.5"\n');
    expect(parameters(read(spec.text))).toEqual(parameters(spec));
  });

  test('is located on the command line', () => {
    const of = (...set: string[]): string[] => problems(EVALUATED, { set });
    expect(of('lambda')).toEqual(['--set:1:6 SPEC_SET']);
    expect(of('=3')).toEqual(['--set:1:1 SPEC_SET']);
    expect(of('lambda=')).toEqual(['--set:1:7 SPEC_SET']);
    expect(of('lambda=[')).toEqual(['--set:1:9 SPEC_SET']);
    expect(of('name.x=3')).toEqual(['--set:1:6 SPEC_SET']);
    expect(of('evaluate.with.gms.limit=3')).toEqual(['--set:1:15 SPEC_SET']);
    expect(of('evaluate.with.9=3')).toEqual(['--set:1:15 SPEC_SET']);
    expect(of('lambda=-3')).toEqual(['--set:1:8 SPEC_VALUE']);
    expect(of('chain=expert ⊖ Ext(truh⁻)')).toEqual(['--set:1:20 EXPRESSION_NAME']);
    expect(of('evaluate.with.gsm.limt=3')).toEqual(['--set:1:24 SPEC_UNKNOWN_KEY']);
  });

  test('keeps the places of all else', () => {
    const wrong = EVALUATED.replace('classifier', 'clasifier');
    const [place, ...more] = problems(wrong, { set: ['compare.draws=300'] });
    expect([place, more.length]).toEqual([problems(wrong)[0], 1]);
  });

  test('sets any text', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(read(CHAIN, { set: [`description=${JSON.stringify(value)}`] }).description).toBe(value);
      }),
    );
  });
});

describe('placeholders', () => {
  test('take the type of their variable as whole values, and are text elsewhere', () => {
    const vars = 'vars: { n: 3, dir: some/dir, yes: true, tags: [a, b] }\n';
    const spec = read(
      `${vars}${EVALUATED.replace('limit: 5', 'limit: "${n}"').replace('g.jsonl', '"${dir}/g-${vars.n}.jsonl"')}` +
        '        max_new_tokens: ${n}\ntags: ${tags}\ndescription: ${n}${n}\n',
    );
    expect(parameters(spec)).toMatchObject([{ limit: 3, data: 'some/dir/g-3.jsonl' }, { max_new_tokens: 3 }]);
    expect(spec.tags).toEqual(['a', 'b']);
    expect(spec.description).toBe('33');
  });

  test('stand in expressions and blocks', () => {
    const spec = read(
      `${HEAD}vars: { l: 0.5, x: truth⁻ }\nchain: >\n  expert ⊖ \${l}·Ext(\${x})\ndescription: |\n  a: \${x}\n  b\n`,
    );
    expect((spec as RecipeSpec).steps[0]?.source.trim()).toBe('expert ⊖ 0.5·Ext(truth⁻)');
    expect(spec.description).toBe('a: truth⁻\nb\n');
  });

  test('come from the environment where vars declares it', () => {
    const declared = `vars: { dir: { env: DATA, default: none } }\n${CHAIN}description: "in \${dir}"\n`;
    expect(read(declared).description).toBe('in none');
    const spec = read(declared, { environment: { DATA: 'a "b"' } });
    expect(spec.description).toBe('in a "b"');
    expect(spec.text).toContain('# from the environment: DATA="a \\"b\\""');
  });

  test('are refused where they are not declared, not set, or look like secrets', () => {
    const of = (vars: string, name: string, environment = {}): string[] =>
      problems(`${CHAIN}vars: ${vars}\ndescription: "x \${${name}}"\n`, { environment });
    const at = ['case.yaml:7:17 SPEC_PLACEHOLDER'];
    expect(of('{ a: 1 }', 'b')).toEqual(at);
    expect(of('{ a: 1 }', 'PATH', { PATH: '/bin' })).toEqual(at);
    expect(of('{ a: { env: A } }', 'a')).toEqual(at);
    expect(of('{ a: [1] }', 'a')).toEqual(at);
    for (const name of ['HF_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'DB_PASSWORD', 'OPENAI_API_KEY', 'apiKey']) {
      expect(of(`{ a: { env: ${name} } }`, 'a', { [name]: 'x' }), name).toEqual(at);
    }
    expect(of('{ a: { env: A } }', 'a', { A: 'hf_abcdefghijklmnop' })).toEqual(at);
    expect(of('{ a: { env: MONKEY } }', 'a', { MONKEY: 'x' })).toEqual([]);
  });

  test('without quotes in brackets are told to be put in quotes, once', () => {
    const { diagnostics } = readSpec('case.yaml', `${CHAIN}compare: { draws: \${n}, seed: 1 }\n`);
    expect(diagnostics.map(({ hint }) => hint)).toEqual(['Write "${n}"; it still has the type of its value.']);
  });

  test('can be written as they are', () => {
    expect(read(`${CHAIN}description: "costs $\${x}"\n`).description).toBe('costs ${x}');
  });

  test('hold any text in any style, and nothing else changes', () => {
    const styles = ['"<${x}>"', "'<${x}>'", '<${x}>', '|-\n  <${x}>'];
    fc.assert(
      fc.property(text, fc.constantFrom(...styles), (value, style) => {
        const spec = read(`${CHAIN}vars: { x: ${JSON.stringify(value)} }\ndescription: ${style}\n`);
        expect(spec.description).toBe(`<${value}>`);
        expect(spec.text.startsWith(CHAIN)).toBe(true);
        expect(read(spec.text).description).toBe(`<${value}>`);
      }),
    );
  });

  test('move no problem from where it was written', () => {
    fc.assert(
      fc.property(text, fc.nat(3), (value, lines) => {
        const line = `    - gsm: { data: "\${x}/g.jsonl", limt: 3 }\n`;
        const source = `${CHAIN}base: m\nvars: { x: ${JSON.stringify(value)} }\ndescription: "\${x}"\n${'#\n'.repeat(lines)}evaluate:\n  with:\n${line}`;
        const row = source.split('\n').length - 1;
        expect(problems(source)).toEqual([`case.yaml:${row}:${line.indexOf('limt') + 1} SPEC_UNKNOWN_KEY`]);
      }),
    );
  });
});

describe('evaluate.defaults', () => {
  const withDefaults = (defaults: string): string => EVALUATED.replace('  with:', `  defaults: ${defaults}\n  with:`);

  test('hold for every benchmark that has the parameter and does not say it', () => {
    expect(parameters(read(withDefaults('{ limit: 9, max_new_tokens: 33 }')))).toMatchObject([
      { limit: 5, max_new_tokens: 33 },
      { limit: 9, max_new_tokens: 33 },
    ]);
  });

  test('are checked by each benchmark, and told where they are written', () => {
    expect(problems(withDefaults('{ max_new_tokens: 0 }'))).toEqual([
      'case.yaml:8:31 SPEC_VALUE',
      'case.yaml:8:31 SPEC_VALUE',
    ]);
    expect(problems(withDefaults('{ limt: 3 }'))).toEqual(['case.yaml:8:15 SPEC_UNKNOWN_KEY']);
    expect(problems(withDefaults('{ block: 3 }'))).toEqual(['case.yaml:8:15 SPEC_UNUSED']);
    expect(problems(withDefaults('{ chat_template: true }\n  chat_template: false'))).toEqual([
      'case.yaml:8:15 SPEC_PARAMETERS',
    ]);
  });
});
