import { describe, expect, it } from 'vitest';
import { withSplitOf } from '../../../core/plan/keep-split.js';
import { searchDigest } from '../../../core/plan/sweep-digest.js';
import type { PlanOf } from '../../../core/plan/types.js';
import { oneStepRecipe, planOf, sweepPlanOf } from '../../support/plan-input.js';

const sweepText = (values: string): string => `version: 1
kind: sweep
name: s
base: base
adapters: { expert: e, bad⁻: b }
chain: "expert ⊖ a·bad⁻"
over: { a: ${values} }
evaluate: { with: [gsm: { data: g }] }
`;

/** As 0.1.0 planned it. */
function older(plan: PlanOf<'sweep'>): PlanOf<'sweep'> {
  const sweep = { ...plan.sweep };
  delete sweep.split;
  return { ...plan, sweep };
}

describe('withSplitOf', () => {
  it('keeps version 1 of the split, with the digest of such a plan', () => {
    const [before, plan] = [older(sweepPlanOf(sweepText('[1, 2]'))), sweepPlanOf(sweepText('[1, 2, 3]'))];
    const kept = withSplitOf(plan, before) as PlanOf<'sweep'>; // of the kind of the first
    expect(kept.sweep).toEqual(older(plan).sweep);
    expect(kept.digest).not.toBe(plan.digest);
    expect(searchDigest(kept, kept.sweep)).toBe(searchDigest(plan, older(plan).sweep));
    // a plan made of the kept one by the same rule is the same plan: a second submission attaches to the first
    expect(withSplitOf(plan, kept).digest).toBe(kept.digest);
  });

  it('leaves every other plan as it is', () => {
    const [sweep, recipe] = [sweepPlanOf(sweepText('[1, 2]')), planOf(oneStepRecipe('s'))];
    expect(withSplitOf(sweep, sweepPlanOf(sweepText('[1]')))).toBe(sweep);
    expect(withSplitOf(recipe, older(sweep))).toBe(recipe);
    expect(withSplitOf(sweep, recipe)).toBe(sweep);
  });
});
