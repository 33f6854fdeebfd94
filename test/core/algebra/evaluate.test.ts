import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { evaluateFormula, formulaCoefficients } from '../../../core/algebra/evaluate.js';
import { ModuleRows } from '../../../core/algebra/row-norms.js';
import type { Coefficients } from '../../../core/algebra/types.js';
import { readFormula } from '../../../core/expression/resolve.js';
import type { Formula } from '../../../core/expression/types.js';
import { gramOf, leaf, randomFactors } from '../../support/lora.js';

const NAMES = ['e', 't', 'x'];

function formulaOf(text: string): Formula {
  const { formula } = readFormula(text, { adapters: new Set(NAMES) });
  if (formula === undefined) {
    throw new Error(`not a formula: ${text}`);
  }
  return formula;
}

describe('evaluateFormula', () => {
  it('evaluates again only what is not known yet, and gives the same bits', () => {
    const [e, t, x] = [1, 2, 3].map((seed) => randomFactors(seed, { rows: 5, width: 8, rank: 2 }));
    const gram = gramOf({ m: [e, t, x] }, NAMES);
    const known = new Map<string, Coefficients>();
    const stepsOf = (text: string): number => {
      const formula = formulaOf(text);
      const { coefficients, steps } = evaluateFormula(formula, gram, leaf, { known });
      expect(coefficients).toEqual(evaluateFormula(formula, gram, leaf).coefficients);
      return steps.length;
    };
    expect(stepsOf('[e ⊖ 0.5·Ext(t)] ⊖ 1·Ext(x)')).toBe(2);
    expect(stepsOf('[e ⊖ 0.5·Ext(t)] ⊖ 2·Ext(x)')).toBe(1);
    expect(stepsOf('[e ⊖ 0.6·Ext(t)] ⊖ 2·Ext(x)')).toBe(2);
    expect(stepsOf('[e ⊖ 0.5·Ext(t)] ⊖ 1·Ext(x)')).toBe(0);
    // the latest last, so that the oldest can be dropped
    const [latest] = [...known.values()].slice(-1);
    expect(latest).toEqual(evaluateFormula(formulaOf('[e ⊖ 0.5·Ext(t)] ⊖ 1·Ext(x)'), gram, leaf).coefficients);
  });
});

describe('formulaCoefficients', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('gives the bits of evaluateFormula, also of what is known', () => {
    const [e, t, x] = [4, 5, 6].map((seed) => randomFactors(seed, { rows: 7, width: 9, rank: 3 }));
    const gram = gramOf({ m: [e, t, x], n: [undefined, t, x] }, NAMES);
    const known = new Map<string, Coefficients>();
    const lambda = fc.integer({ min: 0, max: 30 }).map((tenths) => (tenths / 10).toFixed(1));
    const operand = fc.constantFrom('Ext(t)', 'Ext(x | e)', 't', 'x');
    fc.assert(
      fc.property(lambda, operand, lambda, operand, (first, inner, second, outer) => {
        const formula = formulaOf(`[e ⊖ ${first}·${inner}] ⊖ ${second}·${outer}`);
        const { coefficients } = evaluateFormula(formula, gram, leaf);
        expect(formulaCoefficients(formula, gram, leaf)).toEqual(coefficients);
        expect(formulaCoefficients(formula, gram, leaf, { known })).toEqual(coefficients);
      }),
    );
    expect(known.size).toBeGreaterThan(1);
  });

  it('computes nothing that only diagnostics need', () => {
    const [e, t, x] = [1, 2, 3].map((seed) => randomFactors(seed, { rows: 5, width: 8, rank: 2 }));
    const gram = gramOf({ m: [e, t, x] }, NAMES);
    const formula = formulaOf('[e ⊖ 0.5·Ext(t)] ⊖ 1·Ext(x)');
    const norms = vi.spyOn(ModuleRows.prototype, 'frobenius');
    evaluateFormula(formula, gram, leaf);
    expect(norms).toHaveBeenCalled();
    norms.mockClear();
    formulaCoefficients(formula, gram, leaf);
    expect(norms).not.toHaveBeenCalled();
  });
});
