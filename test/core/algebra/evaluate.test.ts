import { describe, expect, it } from 'vitest';
import { evaluateFormula } from '../../../core/algebra/evaluate.js';
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
    expect([...known.keys()].at(-1)).toBe('e ⊖ 0.5·Ext(t) ⊖ 1·Ext(x)');
  });
});
