import { describe, expect, it } from 'vitest';
import { marginOf, presentationOf } from '../../../core/evaluation/presentation.js';
import { BENCHMARKS } from '../../../core/evaluation/registry.js';
import { planOf, sweepPlanOf } from '../../support/plan-input.js';

const RECIPE = (role: string, compare: string): string => `version: 1
kind: recipe
name: r
base: base
adapters: { expert: e, bad⁻: b }
chain: "expert ⊖ bad⁻"
evaluate: { with: [gsm: { data: g${role} }] }
compare: { draws: 200${compare} }
`;

describe('the presentation', () => {
  it('is part of the plan and its digest, and of no key', () => {
    const plain = planOf(RECIPE('', ''));
    expect(plain).not.toHaveProperty('presentation');
    const told = planOf(RECIPE(', role: keep', ', margin: { gsm.accuracy: 0.02 }'));
    expect(told.presentation).toEqual({ roles: { gsm: 'keep' }, margins: { 'gsm.accuracy': 0.02 } });
    expect(told.nodes).toEqual(plain.nodes);
    expect(told.digest).not.toBe(plain.digest);
    expect(planOf(RECIPE('', ', margin: { gsm.accuracy: 0.03 }')).digest).not.toBe(told.digest);
  });

  it('is no part of what a sweep searches by', () => {
    const sweep = (role: string): string =>
      RECIPE(role, '').replace('recipe', 'sweep').replace('"expert ⊖ bad⁻"', '"expert ⊖ a·bad⁻"\nover: { a: [1, 2] }');
    expect(sweepPlanOf(sweep(', role: forget')).sweep).toEqual(sweepPlanOf(sweep('')).sweep);
  });

  it('has a margin for every metric of every benchmark: a point, 0.05 of a perplexity', () => {
    const margins = BENCHMARKS.flatMap(({ metrics }) =>
      metrics.map((metric) => [metric, marginOf(metric, undefined)] as const),
    );
    for (const [{ kind, unit }, margin] of margins) {
      expect(margin).toBe(kind === 'perplexity' ? 0.05 : unit === 'share' ? 0.01 : 0);
    }
    expect(marginOf({ kind: 'mean', unit: 'share' }, 0)).toBe(0);
    expect(presentationOf([{ label: 'gsm' }], {})).toBeUndefined();
  });
});
