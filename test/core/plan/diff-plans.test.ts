import { describe, expect, it } from 'vitest';
import { canonicalJson, digestOf, type Json } from '../../../core/digest.js';
import { changesBesidePoints, describeChanges, differInVersionsAlone } from '../../../core/plan/diff-plans.js';
import type { Plan } from '../../../core/plan/types.js';
import { sweepPlanOf } from '../../support/plan-input.js';

const SWEEP = `version: 1
kind: sweep
name: s
base: base
adapters: { expert: e, bad⁻: b, worse⁻: w }
chain: "[expert ⊖ a·Ext(bad⁻)] ⊖ b·worse⁻"
over: { a: { from: 0.1, to: 1, step: 0.1 }, b: [0.5, 1] }
objective: { maximize: truthfulqa-mc.mc2 }
evaluate: { with: [{ truthfulqa-mc: { data: mc.json, limit: 10 } }] }
output: { keep: best, path: out }
`;
const before = sweepPlanOf(SWEEP);
const changed = (from: string, to: string) => sweepPlanOf(SWEEP.replace(from, to));

describe('changes between sweeps', () => {
  it.each([
    ['[0.5, 1]', '[0.5, 1, 2]', 'variable b: 0.5, 1 → 0.5, 1, 2'],
    ['to: 1,', 'to: 2,', 'variable a: 0.1, 0.2, …, 1 (10 values) → 0.1, 0.2, …, 2 (20 values)'],
    ['b: [0.5, 1]', 'b: { follows: a, times: 2 }', 'variable b: 0.5, 1 → 2 × a'],
    [
      'objective:',
      'search: { method: sobol, points: 8, seed: 3 }\nobjective:',
      'sweep search: grid → sobol, 8 points, seed 3',
    ],
  ])('in points alone do not keep a sweep from being extended: %s to %s', (from, to, said) => {
    const after = changed(from, to);
    expect(describeChanges(before, after)).toEqual([said]);
    expect(changesBesidePoints(before, after)).toEqual([]);
    // as the store gives it back, its keys in another order
    const stored = JSON.parse(canonicalJson(before as unknown as Json)) as Plan;
    expect(changesBesidePoints(stored, after)).toEqual([]);
  });

  it.each([
    ['a·Ext', 'a·', /^sweep chain: /],
    ['limit: 10', 'limit: 11', /^benchmark truthfulqa-mc: .*10.* → .*11/],
    ['worse⁻: w', 'worse⁻: v', /^adapter worse⁻: /],
    ['maximize', 'minimize', /^sweep objective: maximize truthfulqa-mc\.mc2 → minimize truthfulqa-mc\.mc2$/],
    ['keep: best', 'keep: all', /^sweep output: best to \/out\/.* → all to /],
    ['objective:', 'compare: { draws: 100 }\nobjective:', /^comparisons, or the version/],
  ])('in anything else do: %s to %s', (from, to, said) => {
    const after = changed(from, to);
    for (const changes of [describeChanges(before, after), changesBesidePoints(before, after)]) {
      expect(changes).toHaveLength(1);
      expect(changes[0]).toMatch(said);
    }
    const both = sweepPlanOf(SWEEP.replace(from, to).replace('[0.5, 1]', '[3]'));
    expect(changesBesidePoints(before, both)).toEqual(changesBesidePoints(before, after));
  });
});

describe('plans of one spec', () => {
  it('differ in versions alone while text, sources and device are the same', () => {
    const { environment, nodes } = before;
    const newer = { ...before, environment: { ...environment, runtime: 'another version' }, nodes: nodes.slice(1) };
    expect(differInVersionsAlone(before, newer)).toBe(true);
    expect(differInVersionsAlone(before, { ...newer, environment: { ...environment, device: 'cuda' } })).toBe(false);
    expect(differInVersionsAlone(before, changed('worse⁻: w', 'worse⁻: v'))).toBe(false);
    expect(differInVersionsAlone(before, { ...newer, specText: 'version: 1' })).toBe(false);
    const [expert, ...others] = before.adapters;
    const adapters = expert === undefined ? others : [{ ...expert, digest: digestOf('other weights') }, ...others];
    expect(differInVersionsAlone(before, { ...newer, adapters })).toBe(false);
  });
});
