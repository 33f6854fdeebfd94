import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applicationModules, editModules } from '../../../core/algebra/application-modules.js';
import { evaluateFormula } from '../../../core/algebra/evaluate.js';
import { missingModuleWarnings, refuseOnlyRight, refuseStrangers } from '../../../core/algebra/missing-modules.js';
import { readFormula } from '../../../core/expression/resolve.js';
import type { Formula } from '../../../core/expression/types.js';
import { gramOf, leaf, randomFactors } from '../../support/lora.js';

const NAMES = ['e', 't', 'x'];
const PATHS = ['a', 'b', 'c', 'd'];

function formulaOf(text: string): Formula {
  const { formula } = readFormula(text, { adapters: new Set(NAMES) });
  if (formula === undefined) {
    throw new Error(`not a formula: ${text}`);
  }
  return formula;
}

type Modules = Readonly<Record<string, readonly string[]>>;
const of =
  (modules: Modules) =>
  (name: string): readonly string[] =>
    modules[name] ?? [];

const subsets = fc.subarray(PATHS, { minLength: 1 });
const TEXTS = ['e ⊖ t', 'e ⊖ Ext(t)', '2·e ⊕ 0.5·t', '[e ⊖ Ext(t)] ⊖ x', 'e ⊖ Ext(t | x)', 'e ⊖ 0·t', 'x ⊖ Ext(e ⊖ t)'];

describe('applicationModules', () => {
  it('are where coefficients are not zero', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), subsets, subsets, subsets, (text, e, t, x) => {
        const modules: Modules = { e, t, x };
        const factors = PATHS.filter((path) => [e, t, x].some((paths) => paths.includes(path))).map(
          (path, i): [string, ReturnType<typeof randomFactors>[]] => [
            path,
            NAMES.map((_, j) => randomFactors(10 * i + j + 1, { rows: 3, width: 9, rank: 2 })),
          ],
        );
        const gram = gramOf(
          Object.fromEntries(
            factors.map(([path, all]) => [
              path,
              all.map((one, j) => (of(modules)(NAMES[j] ?? '').includes(path) ? one : undefined)),
            ]),
          ),
          NAMES,
        );
        const { coefficients } = evaluateFormula(formulaOf(text), gram, leaf);
        const found = PATHS.filter((path) => coefficients.modules.get(path)?.some((value) => value !== 0) === true);
        const last = applicationModules(formulaOf(text), of(modules)).at(-1);
        const expected = last === undefined ? [] : [...new Set([...last.left, ...editModules(last)])].sort();
        expect(found).toEqual(expected);
      }),
    );
  });
});

describe('missingModuleWarnings', () => {
  const modules = { e: ['a', 'b', 'q'], t: ['q', 'v', 'w', 'x', 'y', 'z'], x: ['q', 'v'] };
  const left = (step: string): string =>
    `only the left side of ${step} has 2 target modules, which stay as the left side has them: a, b`;
  const right = (step: string, outcome: string): string =>
    `only the right side of ${step} has 5 target modules, ${outcome}: v, w, x, and 2 more`;

  it.each([
    ['e ⊖ Ext(t)', [left('e ⊖ 1·Ext(t)'), right('e ⊖ 1·Ext(t)', 'which are left out')]],
    ['e ⊖ 0.5·t', [left('e ⊖ 0.5·t'), right('e ⊖ 0.5·t', 'which become −0.5 times what the right side has')]],
    ['e ⊕ 0.5·t', [left('e ⊕ 0.5·t'), right('e ⊕ 0.5·t', 'which become 0.5 times what the right side has')]],
    ['e ⊖ 0·t', [left('e ⊖ 0·t'), right('e ⊖ 0·t', 'which are left out')]],
    ['2·e ⊖ t', [left('2·e ⊖ 1·t'), right('2·e ⊖ 1·t', 'which become −1 times what the right side has')]],
    [
      'e ⊖ Ext(t | t)',
      [left('e ⊖ 1·Ext(t | t)'), right('e ⊖ 1·Ext(t | t)', 'in which the result is that of base ⊖ 1·Ext(t | t)')],
    ],
    [
      'e ⊖ Ext(t | x)',
      [
        left('e ⊖ 1·Ext(t | x)'),
        'only the right side of e ⊖ 1·Ext(t | x) has 1 target module, in which the result is that of base ⊖ 1·Ext(t | x): v',
        'only the right side of e ⊖ 1·Ext(t | x) has 4 target modules, which are left out: w, x, y, and 1 more',
      ],
    ],
    ['x ⊖ Ext(x | e)', ['x ⊖ 1·Ext(x | e) changes nothing in 1 target module that its reference lacks: v']],
    // What an Ext left out is not there for the next term either.
    [
      '[x ⊖ Ext(e)] ⊖ e',
      [
        'only the left side of x ⊖ 1·Ext(e) has 1 target module, which stay as the left side has them: v',
        'only the right side of x ⊖ 1·Ext(e) has 2 target modules, which are left out: a, b',
        'only the left side of x ⊖ 1·Ext(e) ⊖ 1·e has 1 target module, which stay as the left side has them: v',
        'only the right side of x ⊖ 1·Ext(e) ⊖ 1·e has 2 target modules, which become −1 times what the right side has: a, b',
      ],
    ],
    ['2·e ⊖ Ext(e)', []],
    ['base ⊖ t', []],
  ])('say of %s what becomes of them', (text, expected) => {
    expect(missingModuleWarnings(formulaOf(text), of(modules))).toEqual(expected);
  });
});

describe('refuseStrangers', () => {
  const modules = {
    e: ['model.layers.0.q', 'model.layers.1.q'],
    t: ['layers.0.q', 'layers.1.q'],
    x: ['model.layers.0.up'],
  };

  it.each([
    'e ⊖ Ext(t)',
    'e ⊖ t',
    'e ⊕ t',
    't ⊕ e',
    'e ⊖ Ext(e | t)',
    '[e ⊖ Ext(e)] ⊖ 0.3·Ext(t)',
    'e ⊖ Ext(compress(t, rank: 1))',
  ])('refuses %s, whose modules have other names', (text) => {
    expect(() => {
      refuseStrangers(formulaOf(text), of(modules));
    }).toThrow(
      expect.objectContaining({
        code: 'ADAPTER_MISMATCH',
        message: expect.stringMatching(/has no target module of .* would change none of them: the one has /) as string,
        hint: expect.stringMatching(
          /model\.layers\.0\.q.* under another name, as after training on AutoModel/,
        ) as string,
      }),
    );
  });

  it.each(['e ⊖ Ext(x)', 'e ⊖ x', 'e ⊕ Ext(x)'])('refuses %s, which would change none of them', (text) => {
    expect(() => {
      refuseStrangers(formulaOf(text), of(modules));
    }).toThrow(/x has no target module of e/);
  });

  it.each(['e ⊕ x', 'e ⊖ Ext([e ⊕ x])', '2·e', 'base ⊖ t', 'base ⊖ Ext(t)', 'e', 'e ⊖ Ext(x | x)'])(
    'lets %s pass',
    (text) => {
      expect(() => {
        refuseStrangers(formulaOf(text), of(modules));
      }).not.toThrow();
    },
  );
});

describe('refuseOnlyRight', () => {
  it('refuses what only the right side has, in any application', () => {
    const modules = { e: ['a', 'b'], t: ['a'], x: ['a', 'c'] };
    const refuse = (text: string) => () => {
      refuseOnlyRight(formulaOf(text), of(modules));
    };
    expect(refuse('e ⊖ t')).not.toThrow();
    expect(refuse('2·x ⊖ t')).not.toThrow();
    expect(refuse('e ⊖ Ext(t) ⊖ x')).toThrow(/the left one lacks: c/);
  });
});
