import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSpec } from '../../../core/spec/read-spec.js';
import type { OrderStudySpec } from '../../../core/spec/types.js';
import { readSpecOf } from '../../support/read-spec-of.js';

const HEAD = `version: 1
kind: order-study
name: case
adapters: { expert: a, truth⁻: b, tox⁻: c, bias⁻: d }
expert: expert
`;

function read(body: string): OrderStudySpec {
  return readSpecOf('order-study', HEAD + body);
}

describe('an order study', () => {
  test('has defaults: extraction in every order at λ = 1', () => {
    expect(read('remove: [truth-, tox⁻]\n')).toMatchObject({
      kind: 'order-study',
      name: 'case',
      expert: 'expert',
      remove: ['truth⁻', 'tox⁻'],
      operators: ['ext'],
      orders: [
        [0, 1],
        [1, 0],
      ],
      settings: [{ label: '1', lambdas: ['1', '1'] }],
      match: ['lambda'],
      distinct: undefined,
      semantics: 'scaled',
      missing: 'pass',
      evaluate: { candidates: [], benchmarks: [] },
      compare: { seed: 0, draws: 10_000 },
    });
  });

  test('keeps what is written, in its order', () => {
    const spec = read(`base: m
remove: [truth⁻, tox⁻, bias⁻]
operators: [direct, ext]
orders: [[bias-, tox-, truth-], [truth⁻, bias⁻, tox⁻]]
match: [distance, lambda]
distinct: 1e-3
semantics: reference
missing: error
evaluate: { steps: [tox-, expert], with: [{ gsm: { data: x } }] }
compare: { seed: 3, draws: 500 }
`);
    expect(spec).toMatchObject({
      operators: ['direct', 'ext'],
      orders: [
        [2, 1, 0],
        [0, 2, 1],
      ],
      match: ['distance', 'lambda'],
      distinct: 0.001,
      semantics: 'reference',
      missing: 'error',
      evaluate: { candidates: ['tox⁻', 'expert'], benchmarks: [{ label: 'gsm' }] },
      compare: { seed: 3, draws: 500 },
    });
    expect(spec.text.slice(spec.spans.remove.start, spec.spans.remove.end)).toMatch(/^\[truth⁻, tox⁻, bias⁻\]/);
  });

  test('takes one word for a list of one', () => {
    const spec = read('remove: [truth⁻, tox⁻]\noperators: [ext, direct]\nmatch: distance\norders: all\n');
    expect(spec.match).toEqual(['distance']);
    expect(spec.orders).toHaveLength(2);
  });

  test('evaluates base and the expert beside its arms, and warns when the expert is left out', () => {
    const body = 'base: m\nremove: [truth⁻, tox⁻]\n';
    expect(read(`${body}evaluate: { with: [{ gsm: { data: x } }] }\n`).evaluate.candidates).toEqual(['base', 'expert']);
    const { spec, diagnostics } = readSpec(
      'case.yaml',
      `${HEAD}${body}evaluate: { steps: [base], with: [{ gsm: { data: x } }] }\n`,
    );
    expect(spec).toBeDefined();
    expect(diagnostics).toMatchObject([{ code: 'SPEC_NOT_EVALUATED', severity: 'warning', location: { line: 8 } }]);
  });

  test('gives each number of a list to all anti-experts, as the decimal that is written', () => {
    expect(read('remove: [truth⁻, tox⁻]\nlambda: [0.40, 1, 2e0]\n').settings).toEqual([
      { label: '0.4', lambdas: ['0.4', '0.4'] },
      { label: '1', lambdas: ['1', '1'] },
      { label: '2', lambdas: ['2', '2'] },
    ]);
  });

  test('combines the lists of a map each with each; who is not named has 1', () => {
    const { settings } = read('remove: [truth⁻, tox⁻, bias⁻]\nlambda: { bias-: [1, 2], truth-: [0.4, 1.0] }\n');
    expect(settings).toEqual([
      { label: 'truth⁻=0.4, tox⁻=1, bias⁻=1', lambdas: ['0.4', '1', '1'] },
      { label: 'truth⁻=0.4, tox⁻=1, bias⁻=2', lambdas: ['0.4', '1', '2'] },
      { label: '1', lambdas: ['1', '1', '1'] },
      { label: 'truth⁻=1, tox⁻=1, bias⁻=2', lambdas: ['1', '1', '2'] },
    ]);
  });

  test('has as many settings as its lists have combinations, each once, all with different labels', () => {
    const list = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(list, list, list, (truth, tox, bias) => {
        const spell = (numbers: readonly number[]): string => `[${numbers.map((number) => number / 10).join(', ')}]`;
        const { settings } = read(
          `remove: [truth⁻, tox⁻, bias⁻]\nlambda: { tox⁻: ${spell(tox)}, bias⁻: ${spell(bias)}, truth⁻: ${spell(truth)} }\n`,
        );
        const expected = truth.flatMap((a) => tox.flatMap((b) => bias.map((c) => [a / 10, b / 10, c / 10].join())));
        expect(settings.map(({ lambdas }) => lambdas.join())).toEqual(expected);
        expect(new Set(settings.map(({ label }) => label)).size).toBe(expected.length);
      }),
      { numRuns: 50 },
    );
  });

  test.each([2, 3, 4, 5, 6])('of %i anti-experts has all orders once, in lexicographic order', (count) => {
    const names = Array.from({ length: count }, (_, i) => `a${i}`);
    const { orders } = readSpecOf(
      'order-study',
      `version: 1\nkind: order-study\nname: case\nadapters: { e: x, ${names.map((name) => `${name}: x`).join(', ')} }\nexpert: e\nremove: [${names.join(', ')}]\n`,
    );
    const keys = orders.map((order) => order.join());
    expect(keys).toHaveLength(names.reduce((product, _, i) => product * (i + 1), 1));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(keys.toSorted());
    expect(orders.every((order) => order.toSorted().join() === [...names.keys()].join())).toBe(true);
  });
});
