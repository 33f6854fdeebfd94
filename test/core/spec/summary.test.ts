import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSpec } from '../../../core/spec/read-spec.js';
import { formulasOf, summarizeSpec } from '../../../core/spec/summary.js';
import type { Spec } from '../../../core/spec/types.js';

function shipped(name: string): Spec {
  const { spec } = readSpec(name, readFileSync(new URL(`../../../specs/${name}.yaml`, import.meta.url), 'utf8'));
  if (spec === undefined) {
    throw new Error(`${name} is not valid`);
  }
  return spec;
}

test.each([
  ['minimal', 'recipe, 1 step'],
  ['first-recipe', 'recipe, 3 steps, 5 benchmarks'],
  ['order-study', 'order-study, 3 anti-experts, 6 orders × 1 λ × 4 operators, 3 benchmarks'],
  ['sweep', 'sweep, grid of 20 points over a, b, 4 benchmarks'],
])('%s is summarized in one line', (name, summary) => {
  expect(summarizeSpec(shipped(name))).toBe(summary);
});

test('a sampled sweep is summarized by its number of points', () => {
  const { spec } = readSpec(
    'case.yaml',
    'version: 1\nkind: sweep\nname: case\nadapters: { expert: a, t: b }\nchain: expert - b t\nover: { b: { from: 0, to: 1 } }\nsearch: { method: sobol, points: 64 }\n',
  );
  expect(spec && summarizeSpec(spec)).toBe('sweep, sobol of 64 points over b');
  expect(spec && formulasOf(spec)).toEqual([['chain', 'expert ⊖ b·t']]);
});

test('formulas are the steps of a recipe, the chain of a sweep, and none of a study', () => {
  expect(formulasOf(shipped('minimal'))).toEqual([['chain', 'expert ⊖ 0.8·Ext(truth⁻)']]);
  expect(formulasOf(shipped('sweep'))).toEqual([['chain', '[expert ⊖ a·Ext(truth⁻)] ⊖ b·Ext(tox⁻)']]);
  expect(formulasOf(shipped('order-study'))).toEqual([]);
});
