import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSpec } from '../../../core/spec/read-spec.js';
import type { SweepSpec } from '../../../core/spec/types.js';
import { readSpecOf } from '../../support/read-spec-of.js';

const HEAD = 'version: 1\nkind: sweep\nname: case\nadapters: { expert: x, truth⁻: b, tox⁻: c }\n';
const EVALUATE = `base: m
evaluate:
  with:
    - truthfulqa-mc: { data: x }
    - toxicity: { data: x, classifier: y }
    - gsm: { data: x }
    - gsm: { data: y }
`;

function read(body: string): SweepSpec {
  return readSpecOf('sweep', HEAD + body);
}

/** The variables of an `over`. */
function variables(over: string, search = '{ method: random, points: 3 }'): SweepSpec['variables'] {
  return read(`chain: expert ⊖ a·truth⁻ ⊕ b·tox⁻\nsearch: ${search}\nover: ${over}\n`).variables;
}

describe('a sweep', () => {
  test('has defaults: a grid, compared with the leftmost adapter', () => {
    const spec = read('chain: "[truth- ⊖ a·Ext(expert)] ⊖ tox⁻"\nover: { a: [0.50, 1] }\n');
    expect(spec).toMatchObject({
      kind: 'sweep',
      chain: { source: '[truth- ⊖ a·Ext(expert)] ⊖ tox⁻' },
      lambda: {},
      variables: [{ kind: 'values', name: 'a', values: ['0.5', '1'], scale: 'linear' }],
      search: { method: 'grid' },
      objective: undefined,
      evaluate: { candidates: [], benchmarks: [] },
      compare: { baseline: 'truth⁻', seed: 0, draws: 10_000 },
      output: undefined,
    });
    expect(spec.text.slice(spec.chain.span.start, spec.chain.span.end)).toContain(spec.chain.source);
  });

  test('warns of entries of lambda that the chain does not take', () => {
    const body = 'chain: expert ⊖ a·truth⁻ ⊖ tox⁻\nover: { a: [1, 2] }\nlambda: { truth⁻: 2, tox⁻: 3 }\n';
    const { spec, diagnostics } = readSpec('case.yaml', HEAD + body);
    expect(spec?.kind).toBe('sweep');
    expect(diagnostics).toMatchObject([
      { code: 'SPEC_UNUSED', severity: 'warning', location: { line: 7, column: 11 } },
    ]);
  });

  test('may write the adapters of a thousand points', () => {
    const body = 'chain: expert ⊖ a·truth⁻\nover: { a: { from: 0, to: 1, count: 1000 } }\n';
    expect(read(`${body}output: { keep: all, path: ../out }\n`).output?.keep).toBe('all');
  });

  test('reads lists, ranges, log ranges, intervals and linked variables, in the order of the text', () => {
    const all = read(`chain: a·expert ⊖ b·truth⁻ ⊖ c Ext(tox⁻) ⊖ d[truth⁻] ⊖ e·tox⁻
search: { method: sobol, points: 8 }
over:
  b: { follows: a, times: 1.50 }
  a: { from: 0.2, to: 2, step: 0.2 }
  c: { from: 0.1, to: 10, count: 3, scale: log }
  d: { from: 1e-2, to: 1, scale: log }
  e: { follows: d }
`).variables;
    expect(all).toEqual([
      { kind: 'linked', name: 'b', of: 'a', times: '1.5' },
      {
        kind: 'values',
        name: 'a',
        values: ['0.2', '0.4', '0.6', '0.8', '1', '1.2', '1.4', '1.6', '1.8', '2'],
        scale: 'linear',
      },
      { kind: 'values', name: 'c', values: ['0.1', '1', '10'], scale: 'log' },
      { kind: 'interval', name: 'd', from: '0.01', to: '1', scale: 'log' },
      { kind: 'linked', name: 'e', of: 'd', times: '1' },
    ]);
  });

  test('lets a variable be followed that the chain itself does not use', () => {
    const spec = read('chain: expert ⊖ b·truth⁻\nover: { a: [1, 2], b: { follows: a, times: 0.5 } }\n');
    expect(spec.variables.map(({ kind }) => kind)).toEqual(['values', 'linked']);
  });

  test('counts downwards with a negative step, and takes a range of one value', () => {
    expect(variables('{ a: { from: 1, to: 0, step: -0.5 }, b: { from: 1, to: 1, step: 3 } }')).toMatchObject([
      { values: ['1', '0.5', '0'] },
      { values: ['1'] },
    ]);
  });

  test('reads a range as from + i·step, and a count as so many ascending values with exact ends', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 500 }), fc.nat(60), (first, step, count) => {
        const [from, by, to] = [first, step, first + count * step].map((units) => units / 1000);
        const [stepped] = variables(`{ a: { from: ${from ?? 0}, to: ${to ?? 0}, step: ${by ?? 0} }, b: [1] }`);
        expect(stepped).toMatchObject({
          values: Array.from({ length: count + 1 }, (_, i) => String((first + i * step) / 1000)),
        });
        const [counted] = variables(
          `{ a: { from: ${first + 1}, to: ${first + 1 + step}, count: ${count + 2} }, b: [1] }`,
        );
        const values = counted?.kind === 'values' ? counted.values.map(Number) : [];
        expect(values).toHaveLength(count + 2);
        expect([values[0], values.at(-1)]).toEqual([first + 1, first + 1 + step]);
        expect(values).toEqual(values.toSorted((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });

  test('reads searches, with their defaults', () => {
    const search = (written: string): SweepSpec['search'] =>
      read(
        `${EVALUATE}chain: expert ⊖ a·truth⁻\nover: { a: [1] }\nobjective: { maximize: gsm.accuracy }\nsearch: ${written}\n`,
      ).search;
    expect(search('grid')).toEqual({ method: 'grid' });
    expect(search('{ method: random, points: 7, seed: 3 }')).toEqual({ method: 'random', points: 7, seed: 3 });
    expect(search('{ method: sobol, points: 7 }')).toEqual({ method: 'sobol', points: 7, seed: 0 });
    expect(search('{ method: optimize, points: 40 }')).toEqual({
      method: 'optimize',
      points: 40,
      seed: 0,
      population: 16,
      samples: [],
    });
    expect(search('{ method: optimize, points: 40, population: 8, samples: [50, 200] }')).toMatchObject({
      population: 8,
      samples: [50, 200],
    });
  });

  test('reads goals in the order in which they are written, and constraints as they are meant', () => {
    const spec = read(`${EVALUATE}chain: expert ⊖ a·truth⁻
over: { a: [1] }
objective:
  minimize: [toxicity.share, gsm-2.no-number]
  subject-to:
    - toxicity.mean <= 0.90 * expert
    - "gsm.accuracy ≥ base"
    - gsm.accuracy>=.7
    - truthfulqa-mc.mc1 >= 1.1·expert
    - toxicity.mean <= 9e-1 expert
  maximize: truthfulqa-mc.mc2
`);
    expect(spec.objective?.goals).toEqual([
      { metric: 'toxicity.share', direction: 'minimize' },
      { metric: 'gsm-2.no-number', direction: 'minimize' },
      { metric: 'truthfulqa-mc.mc2', direction: 'maximize' },
    ]);
    expect(spec.objective?.constraints).toEqual([
      { metric: 'toxicity.mean', relation: '<=', factor: '0.9', of: 'expert', text: 'toxicity.mean <= 0.90 * expert' },
      { metric: 'gsm.accuracy', relation: '>=', factor: '1', of: 'base', text: 'gsm.accuracy ≥ base' },
      { metric: 'gsm.accuracy', relation: '>=', factor: '0.7', of: undefined, text: 'gsm.accuracy>=.7' },
      {
        metric: 'truthfulqa-mc.mc1',
        relation: '>=',
        factor: '1.1',
        of: 'expert',
        text: 'truthfulqa-mc.mc1 >= 1.1·expert',
      },
      { metric: 'toxicity.mean', relation: '<=', factor: '0.9', of: 'expert', text: 'toxicity.mean <= 9e-1 expert' },
    ]);
    expect(spec.evaluate.candidates).toEqual(['base', 'expert']);
  });

  test('suggests the metric that was meant, and lists those that are known', () => {
    const hintFor = (metric: string): string | undefined =>
      readSpec(
        'case.yaml',
        `${HEAD}${EVALUATE}chain: expert ⊖ a·truth⁻\nover: { a: [1] }\nobjective: { maximize: ${metric} }\n`,
      ).diagnostics[0]?.hint;
    const known =
      'Known: truthfulqa-mc.mc1, truthfulqa-mc.mc2, toxicity.mean, toxicity.share, toxicity.empty, toxicity.unfinished, toxicity.rep-4, ' +
      'gsm.accuracy, gsm.no-number, gsm.unfinished, gsm-2.accuracy, gsm-2.no-number, gsm-2.unfinished.';
    expect(hintFor('truthfulqa.mc2')).toBe(`Did you mean truthfulqa-mc.mc2? ${known}`);
    expect(hintFor('mc2')).toBe(`Did you mean truthfulqa-mc.mc2? ${known}`);
    expect(hintFor('toxicity')).toBe(`Did you mean toxicity.mean? ${known}`);
    expect(hintFor('perplexity.perplexity')).toBe(known);
  });

  test('takes candidates and a baseline that are written, and warns when the baseline is not evaluated', () => {
    const body = `chain: expert ⊖ a·truth⁻\nover: { a: [1] }\nbase: m\nevaluate: { steps: [tox-, truth-], with: [{ gsm: { data: x } }] }\n`;
    const spec = read(`${body}compare: { baseline: truth-, seed: 5, draws: 200 }\n`);
    expect(spec.evaluate.candidates).toEqual(['tox⁻', 'truth⁻']);
    expect(spec.compare).toEqual({ baseline: 'truth⁻', seed: 5, draws: 200, correction: 'max-t', margins: {} });
    const { diagnostics } = readSpec('case.yaml', HEAD + body);
    expect(diagnostics).toMatchObject([
      { code: 'SPEC_NOT_EVALUATED', severity: 'warning', location: { line: 8, column: 20 } },
    ]);
  });

  test('reads what to write; none is nothing', () => {
    const output = (written: string): SweepSpec['output'] =>
      read(
        `${EVALUATE}chain: expert ⊖ a·truth⁻\nover: { a: [1] }\nobjective: { maximize: gsm.accuracy }\noutput: ${written}\n`,
      ).output;
    expect(output('{ keep: best, path: ../out }')).toMatchObject({ keep: 'best', path: '../out', dtype: 'float32' });
    expect(output('{ keep: pareto, path: o, dtype: float16 }')).toMatchObject({ keep: 'pareto', dtype: 'float16' });
    expect(output('{ keep: all, path: o }')).toMatchObject({ keep: 'all' });
    expect(output('{ keep: none }')).toBeUndefined();
  });

  test('keeps the λ of terms without a variable, as a recipe does', () => {
    const spec = read('chain: expert ⊖ a·truth⁻ ⊖ tox⁻\nover: { a: [1] }\nlambda: { tox-: 0.80 }\n');
    expect(spec.lambda).toEqual({ byAdapter: new Map([['tox⁻', '0.8']]) });
  });
});
